/* What is saved as the configuration: the rules, in the text that is there, and that a run takes by it what was marked. */
import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import {
	after,
	before,
	describe,
	test,
} from 'node:test';
import fc from 'fast-check';
import {createConfigurationKeeper} from '../../source/app/save-configuration.ts';
import {type Options, parseOptions} from '../../source/flags/options.ts';
import {deriveRules, type MarkedEntry, type Rules} from '../../source/origin/derive-rules.ts';
import type {Entry} from '../../source/origin/entry.ts';
import {compileRules} from '../../source/origin/selection.ts';

const now = new Date('2026-03-14T12:00:00Z');

type Place = {readonly file: string; readonly root: string; readonly [Symbol.asyncDispose]: () => Promise<void>};

async function createPlace(text?: string): Promise<Place> {
	const root = await fs.realpath(await fs.mkdtemp(path.join(os.tmpdir(), 'logbackup-save-')));
	const file = path.join(root, 'c.toml');

	if (text !== undefined) {
		await fs.writeFile(file, text);
	}

	return {file, root, [Symbol.asyncDispose]: async () => fs.rm(root, {recursive: true, force: true})};
}

const parse = async (...args: readonly string[]): Promise<Options> => parseOptions(args, {LANG: 'C.UTF-8'}, now);

const rulesIn = ({include, exclude, recursive, followSymlinks, roots}: Options): Rules => ({
	include, exclude, recursive, followSymlinks, roots,
});

/** Saves rules over what a configuration and flags say, and gives the text that comes of it. */
async function save(file: string, changes: Partial<Rules> = {}, ...args: readonly string[]): Promise<string> {
	const options = await parse('--config', file, ...args);
	const keeper = createConfigurationKeeper(options);
	await keeper.save(await keeper.plan({...rulesIn(options), ...changes}));
	return fs.readFile(file, 'utf8');
}

test('what is the same stays as it is written, and only what differs is changed', async () => {
	await using place = await createPlace('# mine\nsource = "/var/log" # as ever\nexclude = [\n  "*.gz", # packed\n]\nplain = true\nlevel = 6\n');
	assert.equal(
		await save(place.file, {exclude: ['*.gz', '*.tmp'], recursive: true}, '--keep-daily=7', '--no-plain', '--slow'),
		'# mine\nsource = "/var/log" # as ever\nexclude = [\n  "*.gz", # packed\n  "*.tmp",\n]\nplain = true\nlevel = 6\nrecursive = true\nkeep-daily = 7\n',
	);
	assert.equal(await save(place.file, {exclude: [], recursive: false}, '--keep-daily=7', '--level=9', '--no-verify', '--dest=/mnt/x'), '# mine\nsource = "/var/log" # as ever\nplain = true\nlevel = 9\nkeep-daily = 7\ndest = "/mnt/x"\nno-verify = true\n');
});

test('where there is nothing to change, that is said, and the mode of the file stays', async () => {
	await using place = await createPlace('recursive = true\n');
	await fs.chmod(place.file, 0o640);
	const options = await parse('--config', place.file);
	const keeper = createConfigurationKeeper(options);
	const same = await keeper.plan(rulesIn(options));
	assert.deepEqual([same.isSame, same.after], [true, 'recursive = true\n']);
	const other = await keeper.plan({...rulesIn(options), recursive: false});
	assert.deepEqual([other.isSame, other.difference], [false, [{sign: '-', text: 'recursive = true'}]]);
	await keeper.save(other);
	assert.equal(Number((await fs.stat(place.file, {bigint: true})).mode & 0o777n), 0o640);
	assert.deepEqual(await fs.readdir(place.root), ['c.toml']);
});

test('a file that has changed since it was looked at, or that others can write to, is not written', async () => {
	await using place = await createPlace('level = 1\n');
	const options = await parse('--config', place.file);
	const keeper = createConfigurationKeeper(options);
	const plan = await keeper.plan({...rulesIn(options), recursive: true});
	await fs.appendFile(place.file, '# by somebody else\n');
	await assert.rejects(keeper.save(plan), /has changed/v);
	assert.equal(await fs.readFile(place.file, 'utf8'), 'level = 1\n# by somebody else\n');
	const again = await keeper.plan({...rulesIn(options), recursive: true});
	await fs.chmod(place.root, 0o777);
	await assert.rejects(keeper.save(again), /others can write/v);
	assert.deepEqual(await fs.readdir(place.root), ['c.toml']);
});

describe('for whoever is not root', {skip: process.geteuid!() === 0 && 'is root'}, () => {
	const usual = process.env.XDG_CONFIG_HOME;
	let place: Place;

	before(async () => {
		place = await createPlace();
		process.env.XDG_CONFIG_HOME = path.join(place.root, 'config');
	});

	after(async () => {
		if (usual === undefined) {
			delete process.env.XDG_CONFIG_HOME;
		} else {
			process.env.XDG_CONFIG_HOME = usual;
		}

		await place[Symbol.asyncDispose]();
	});

	test('it is a file of their own, whose directory may not be there', async () => {
		const options = await parse('--no-config', '--recursive');
		const keeper = createConfigurationKeeper(options);
		await keeper.save(await keeper.plan(rulesIn(options)));
		assert.match(await fs.readFile(path.join(place.root, 'config/logbackup-tui.toml'), 'utf8'), /^recursive = true$/mv);
	});
});

const anyName = fc.constantFrom('a', 'b', 'b.log', 'c.gz', 'x y', '[z]', '{q}', '*', '!n', '"q"', '\\', 'é');

/** Files of a tree, each marked or not. */
const anyTree = fc.uniqueArray(fc.array(anyName, {minLength: 1, maxLength: 3}).map(parts => parts.join('/')), {minLength: 1, maxLength: 12})
	// A file is no directory of another.
	.map(paths => paths.filter(one => paths.every(other => !other.startsWith(`${one}/`))))
	.chain(paths => fc.tuple(...paths.map(name => fc.tuple(fc.constant(name), fc.boolean()))));

const entryOf = (name: string, kind: 'file' | 'directory'): Entry => ({
	path: Buffer.from(name), kind, size: 1, allocated: 1, modified: 0, isReadable: true,
});

function listOf(files: ReadonlyArray<readonly [name: string, isMarked: boolean]>): readonly MarkedEntry[] {
	const directories = new Set(files.flatMap(([name]) => name.split('/').slice(0, -1).map((_, index, parts) => parts.slice(0, index + 1).join('/'))));
	return [
		...[...directories].map(name => ({entry: entryOf(name, 'directory'), isFile: false, isMarked: false})),
		...files.map(([name, isMarked]) => ({entry: entryOf(name, 'file'), isFile: true, isMarked})),
	];
}

test('property: a run by the saved configuration takes exactly the marked files', async () => {
	await fc.assert(fc.asyncProperty(anyTree, fc.constantFrom('', 'exclude = ["*.gz"]\n', 'include = [\n  "b*", # all of them\n]\nrecursive = true\n'), async (files, text) => {
		await using place = await createPlace(text);
		const options = await parse('--config', place.file);
		const list = listOf(files);
		const found = deriveRules(list, {rules: rulesIn(options), isComplete: true});

		if (!found) {
			assert.ok(files.every(([, isMarked]) => !isMarked));
			return;
		}

		// Of names that are text there always are some.
		assert.deepEqual([found.omitted, found.added], [[], []]);

		const keeper = createConfigurationKeeper(options);
		await keeper.save(await keeper.plan(found.rules));
		const saved = await parse('--config', place.file);
		const judge = compileRules(saved);
		const taken = list.filter(({entry, isFile}) => isFile && (saved.recursive || !entry.path.includes(0x2F)) && judge(entry).isSelected);
		assert.deepEqual(taken.map(({entry}) => entry.path.toString()).toSorted(), files.filter(([, isMarked]) => isMarked).map(([name]) => name).toSorted(), await fs.readFile(place.file, 'utf8'));
	}), {numRuns: 150});
});
