import assert from 'node:assert/strict';
import {createHash} from 'node:crypto';
import fs from 'node:fs/promises';
import path from 'node:path';
import {test} from 'node:test';
import {gunzipSync, gzipSync} from 'node:zlib';
import fc from 'fast-check';
import {fewerIfBusy, manyCases} from '../support/cases.ts';
import {Sandbox} from '../support/sandbox.ts';
import {exists} from '../support/files.ts';
import {run} from '../support/run.ts';
import {sampleLog} from '../support/sample-logs.ts';
import {sealManifest, snapshot} from '../support/sets.ts';
import {restoreNewest} from './restoring.ts';

// Thousands of restored files are synced each: where there is memory to do that in, it takes no disk's time.
if (await exists('/dev/shm')) {
	process.env.TMPDIR = '/dev/shm';
}

const contents: Readonly<Record<string, Buffer>> = {
	'a.log': sampleLog(150, 1),
	'b.gz': gzipSync(sampleLog(100, 2)),
	'dir/c.log': sampleLog(120, 3),
	'dir/sub/d.log': Buffer.alloc(300),
};

/** A set, beside it a directory that nothing may be changed in, and a place to restore to, all below the sandbox. */
async function prepareSet(): Promise<Sandbox> {
	const sandbox = await Sandbox.create();
	await fs.mkdir(path.join(sandbox.source, 'dir', 'sub'), {recursive: true});

	for (const [name, content] of Object.entries(contents)) {
		await sandbox.add(name, content);
	}

	const {code, stderr} = await sandbox.run(['--yes', '--quiet', '--recursive']);
	assert.equal(code, 0, stderr);
	await fs.mkdir(path.join(sandbox.root, 'outside', 'dir'), {recursive: true});
	await fs.writeFile(path.join(sandbox.root, 'outside', 'secret'), 'secret', {mode: 0o600});
	await fs.writeFile(path.join(sandbox.root, 'outside', 'a.log'), 'not this one');
	return sandbox;
}

const names = [...Object.keys(contents), 'dir', 'dir/sub', 'x', 'outside'] as const;

/** Paths that lead elsewhere, meet others, or are hard to have. */
const evilPath = fc.oneof(
	fc.constantFrom('..', '../outside/new', '../../outside/new', '/etc/new', 'a\0', '', '.', './x', 'x/../../outside/new', 'x//y', 'dir/', 'a.log/x', 'dir', 'b.gz', 'A.LOG'),
	fc.constantFrom(`${'long/'.repeat(90)}x`, `${'d/'.repeat(150)}x`, 'n'.repeat(255), 'n'.repeat(256), `${'n'.repeat(300)}/x`, 'manifest.json', '\u{1B}[2J', '.logbackup/journal'),
);

/** A field of the manifest or of one of its entries replaced by something else. */
const tampering = fc.tuple(
	fc.nat({max: 4}),
	fc.oneof(
		fc.tuple(fc.constantFrom('path', 'file'), evilPath as fc.Arbitrary<unknown>),
		fc.tuple(fc.constantFrom('path_b64', 'file_b64'), evilPath.map(text => Buffer.from(text, 'latin1').toString('base64')) as fc.Arbitrary<unknown>),
		fc.tuple(
			fc.constantFrom('bytes_in', 'bytes_out', 'crc32', 'sha256', 'stored', 'outcome', 'notes', 'source', 'manifest_version'),
			fc.oneof(fc.constantFrom<unknown>(-1, 0, 1, 149, 1e300, 2 ** 53, 'gzip', 'as-is', '00000000', null), fc.jsonValue()),
		),
		fc.tuple(fc.constant('source'), fc.record({
			dev: fc.constant('1'), ino: fc.constant('1'), size: fc.nat(),
			mtime_ns: fc.constantFrom('-1', '0', '99999999999999999999', '-99999999999999999999', '1700000000123456789'),
			mode: fc.constantFrom('7777', '4755', '0000', '0644'),
			uid: fc.constantFrom(0, 1, 65_534, 4_294_967_294, 4_294_967_295, 4_294_967_296, Number.MAX_SAFE_INTEGER), gid: fc.constantFrom(0, 4_294_967_295),
		}) as fc.Arbitrary<unknown>),
	),
);

type Plant = {readonly name: string; readonly kind: 'file' | 'directory' | 'link' | 'linked directory' | 'dangling' | 'loop' | 'fifo'};

/** What stands in the place that is restored to. */
const plant: fc.Arbitrary<Plant> = fc.record({name: fc.constantFrom(...names), kind: fc.constantFrom('file', 'directory', 'link', 'linked directory', 'dangling', 'loop', 'fifo')});

async function putPlant({name, kind}: Plant, to: string, outside: string): Promise<void> {
	const place = path.join(to, name);

	try {
		await fs.mkdir(path.dirname(place), {recursive: true});

		const link = async (target: string) => fs.symlink(target, place);
		const put: Readonly<Record<Plant['kind'], () => Promise<unknown>>> = {
			file: async () => fs.writeFile(place, 'was here', {flag: 'wx'}),
			directory: async () => fs.mkdir(place),
			fifo: async () => run('mkfifo', [place]),
			link: async () => link(path.join(outside, 'secret')),
			'linked directory': async () => link(outside),
			dangling: async () => link(path.join(outside, 'new')),
			loop: async () => link(place),
		};
		await put[kind]();
	} catch {
		// Another plant is in its way.
	}
}

type CopyDamage = {readonly file: string; readonly kind: 'cut' | 'flip' | 'link' | 'gone' | 'directory'; readonly at: number};

const copyDamage: fc.Arbitrary<CopyDamage> = fc.record({
	file: fc.constantFrom('a.log.gz', 'b.gz', 'dir/c.log.gz', 'manifest.json'), kind: fc.constantFrom('cut', 'flip', 'link', 'gone', 'directory'), at: fc.nat({max: 99}),
});

async function damageCopy(set: string, outside: string, {file, kind, at}: CopyDamage): Promise<void> {
	const copy = path.join(set, file);
	const bytes = await fs.readFile(copy).catch(() => undefined);

	if (!bytes) {
		return;
	}

	await fs.rm(copy);

	const position = Math.floor(bytes.length * at / 100);
	const flipped = Buffer.from(bytes);
	flipped[position]! ^= 1 << (at & 7);
	const damage: Readonly<Record<CopyDamage['kind'], () => Promise<unknown>>> = {
		cut: async () => fs.writeFile(copy, bytes.subarray(0, position)),
		flip: async () => fs.writeFile(copy, flipped),
		link: async () => fs.symlink(path.join(outside, 'secret'), copy),
		directory: async () => fs.mkdir(copy),
		gone: async () => undefined,
	};
	await damage[kind]();
}

const hash = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

/** Regular files below a directory, with their content's hash; and what is no file, directory or link. */
async function listTree(root: string, below = ''): Promise<Map<string, string>> {
	const found = new Map<string, string>();

	for (const entry of await fs.readdir(path.join(root, below), {withFileTypes: true})) {
		const name = path.join(below, entry.name);

		if (entry.isDirectory()) {
			for (const [inner, sum] of await listTree(root, name)) {
				found.set(inner, sum);
			}
		} else {
			found.set(name, entry.isFile() ? hash(await fs.readFile(path.join(root, name))) : (entry.isSymbolicLink() ? 'link' : 'other'));
		}
	}

	return found;
}

test('property: whatever a manifest says and whatever stands at the target, restoring changes nothing outside it, leaves nothing half-done, and overwrites only if told to', manyCases, async () => {
	await using sandbox = await prepareSet();
	const pristine = path.join(sandbox.root, 'pristine');
	await fs.rename(sandbox.set, pristine);
	const to = path.join(sandbox.root, 'target');
	const outside = path.join(sandbox.root, 'outside');
	const sound = await fs.readFile(path.join(pristine, 'manifest.json'), 'utf8');
	// What an undamaged copy may give: its content or, if the manifest says so, the copy as it is.
	// Without a manifest to tell, what ends in .gz is unpacked.
	const allowed = new Set([...Object.values(contents), gunzipSync(contents['b.gz']!)].map(content => hash(content)));

	for (const sum of (await listTree(pristine)).values()) {
		allowed.add(sum);
	}

	let tried = 0;
	let restored = 0;
	let refused = 0;

	const trial = fc.record({
		changes: fc.array(tampering, {maxLength: 3}),
		plants: fc.array(plant, {maxLength: 3}),
		damages: fc.array(copyDamage, {maxLength: 1}),
		overwrite: fc.boolean(),
		isSealed: fc.boolean(),
		isNew: fc.boolean(),
	});

	await fc.assert(fc.asyncProperty(
		trial,
		async ({
			changes, plants, damages, overwrite, isSealed, isNew,
		}) => {
			tried++;
			await fs.rm(to, {recursive: true, force: true});
			await fs.rm(sandbox.set, {recursive: true, force: true});
			await fs.cp(pristine, sandbox.set, {recursive: true, preserveTimestamps: true});
			const json = JSON.parse(sound) as {entries: Array<Record<string, unknown>>} & Record<string, unknown>;

			for (const [entry, [field, value]] of changes) {
				// The last is the manifest itself, which has some fields of the same names.
				(json.entries[entry] ?? json)[field] = value;
			}

			await fs.writeFile(path.join(sandbox.set, 'manifest.json'), JSON.stringify(json));

			for (const damage of damages) {
				await damageCopy(sandbox.set, outside, damage);
			}

			if (isSealed) {
				await sealManifest(sandbox.set).catch(() => undefined);
			}

			if (!isNew) {
				await fs.mkdir(to);

				for (const each of plants) {
					await putPlant(each, to, outside);
				}
			}

			const before = isNew ? new Map<string, string>() : await listTree(to);
			const around = [...await snapshot(outside), ...await snapshot(sandbox.destination)];
			const outcome = await restoreNewest({destination: sandbox.destination, to, overwrite}).catch((error: unknown) => error);
			assert.deepEqual([...await snapshot(outside), ...await snapshot(sandbox.destination)], around, 'nothing outside changes');
			assert.deepEqual((await fs.readdir(sandbox.root)).filter(name => name !== 'target').toSorted(), ['log', 'outside', 'pristine']);
			const after = await exists(to) ? await listTree(to) : new Map<string, string>();
			const isDamageSeen = damages.every(({kind}) => kind !== 'flip');

			for (const [name, sum] of after) {
				assert.ok(!name.includes('.logbackup-restore'), `${name} is left`);
				assert.ok(before.get(name) === sum || !before.has(name) || overwrite, `${name} was overwritten`);
				assert.ok(before.get(name) === sum || allowed.has(sum) || !isDamageSeen, `${name} is not what was backed up`);
			}

			for (const name of before.keys()) {
				assert.ok(after.has(name), `${name} is gone`);
			}

			if (outcome instanceof Error) {
				assert.ok(['DestinationError', 'TargetError'].includes(outcome.name), outcome.stack);
				refused++;
				return;
			}

			const {files, errors, entries} = outcome as Awaited<ReturnType<typeof restoreNewest>>;
			restored += files.length;
			assert.equal(files.length + errors.length, entries.length);
			assert.ok(entries.filter(({action}) => action === 'fail').every(({path: name}) => errors.some(error => error.path === name)), 'what the dry run finds in the way fails');
			assert.ok(errors.every(({error: {message}}) => !/\p{Control}|internal error/v.test(message)), JSON.stringify(errors));
		},
	), {numRuns: 1000, ...fewerIfBusy});
	assert.ok(restored > tried / 2, `${restored} files were restored, and ${refused} cases refused`);
});
