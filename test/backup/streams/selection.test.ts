/* Streams are chosen as files are: by rules, by a list, and by what a set lacks. */
import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import path from 'node:path';
import {test} from 'node:test';
import {select, selectByRules, type Selection} from '../../../source/app/prepare.ts';
import {selectRetry, toMissing, toRetrySelection} from '../../../source/app/select-retry.ts';
import {Directory} from '../../../source/files/directory.ts';
import {parseOptions} from '../../../source/flags/options.ts';
import {readListedEntries} from '../../../source/origin/files-list.ts';
import {formatListed, parseHandedList} from '../../../source/origin/handed-list.ts';
import {Streams} from '../../../source/origin/streams.ts';
import {Sandbox} from '../../support/sandbox.ts';
import {backUpHere, readManifest} from '../../support/running.ts';
import {type Command, Commands} from './commands.ts';

const whole: Readonly<Record<string, Command>> = {one: {script: 'seq 1 3'}, two: {script: 'seq 1 2'}};

async function begin(commands = whole) {
	const sandbox = await Sandbox.create();
	await sandbox.add('a.log', 'content');
	const opened = await Directory.open(sandbox.source);
	const source = new Commands(commands);
	return {
		sandbox,
		source,
		places: {source: opened, streams: new Streams([source]), destination: undefined},
		options: async (...args: readonly string[]) => parseOptions(['--yes', ...sandbox.flags, ...args], {}, new Date()),
		async [Symbol.asyncDispose]() {
			await opened.close();
			await sandbox[Symbol.asyncDispose]();
		},
	};
}

const selected = ({choices}: Selection) => choices.filter(({isSelected}) => isSelected).map(({entry}) => entry.path.toString()).toSorted();

test('rules choose among streams by their paths', async () => {
	await using place = await begin();
	const by = async (...args: readonly string[]) => selected(await selectByRules(await place.options(...args), place.places));
	assert.deepEqual(await by(), ['a.log', 'commands/one', 'commands/two']);
	assert.deepEqual(await by('--exclude=commands/t*'), ['a.log', 'commands/one']);
	assert.deepEqual(await by('--include=commands/*'), ['commands/one', 'commands/two']);
});

test('a file that has the path of a stream gives way, and is told of', async () => {
	await using place = await begin();
	await fs.mkdir(path.join(place.sandbox.source, 'commands'));
	await place.sandbox.add('commands/one', 'a file');
	const selection = await selectByRules(await place.options('--recursive'), place.places);
	assert.deepEqual(selected(selection), ['a.log', 'commands/one', 'commands/two']);
	assert.equal(selection.choices.filter(({entry, isSelected}) => isSelected && entry.kind === 'stream').length, 2);
	assert.deepEqual(selection.leftOut?.get('name_taken')?.paths.map(String), ['commands/one']);
});

test('a list means streams by their paths, as the screens hand it over, too', async () => {
	await using place = await begin();
	const list = path.join(place.sandbox.root, 'list');
	await fs.writeFile(list, 'commands/two\0commands/gone\0');
	const selection = await select(await place.options(`--files-from=${list}`), place.places);
	assert.deepEqual([selected(selection), selection.unavailable.map(each => each.path.toString())], [['commands/two'], ['commands/gone']]);
	const [entry] = place.source.entries;
	const handed = parseHandedList(Buffer.concat([formatListed(entry!), Buffer.of(0)]));
	assert.deepEqual([handed.paths.map(String), handed.files], [['commands/one'], []]);
	const streams = place.source.entries;
	const {entries} = await readListedEntries(place.places.source, handed.paths, {
		destination: undefined, followSymlinks: false, streams, meant: {files: handed.files, since: Date.now()},
	});
	assert.equal(entries[0], streams[0]);
});

test('what failed of streams is tried again, and so is a source that could not be listed', async () => {
	await using place = await begin({one: {script: 'exit 1'}, two: {script: 'seq 1 2'}});
	const {sandbox, places, source} = place;
	const options = await place.options('--retry');
	const backUp = async (changed: Parameters<typeof backUpHere>[1] = {}) => backUpHere(sandbox, {streams: places.streams, ...changed});
	source.problem = new Error('nothing there');
	const first = await selectByRules(options, places);
	assert.deepEqual(first.unavailable.map(({path: name, from, isDirectory}) => [name.toString(), from, isDirectory]), [['commands', 'commands', undefined]]);
	const missing = first.unavailable.map(each => toMissing(each, false));
	assert.equal((await backUp({missing})).one('summary').exit_code, 3);
	const retry = async () => backUp({
		entries: [],
		selectRetry: async (manifest, destination) => toRetrySelection(await selectRetry(options, {...places, destination}, manifest, undefined), false),
	});
	const outcomes = async () => Object.fromEntries((await readManifest(sandbox)).entries.map(({path: name, outcome, from}) => [name, [outcome, from]]));
	assert.equal((await retry()).one('summary').exit_code, 3);
	assert.deepEqual(await outcomes(), {'a.log': ['done', undefined], commands: ['failed', 'commands']});

	source.problem = undefined;
	assert.equal((await retry()).one('summary').exit_code, 3);
	assert.deepEqual(await outcomes(), {'a.log': ['done', undefined], 'commands/one': ['failed', 'commands'], 'commands/two': ['done', 'commands']});

	const mended = new Commands({one: {script: 'seq 1 3'}});
	const streams = new Streams([mended]);
	const last = await backUp({
		streams,
		entries: [],
		selectRetry: async (manifest, destination) => toRetrySelection(await selectRetry(options, {...places, streams, destination}, manifest, undefined), false),
	});
	assert.partialDeepStrictEqual(last.one('summary'), {exit_code: 0, files_tried: 1, files_added: 1});
	assert.deepEqual((await outcomes())['commands/one'], ['done', 'commands']);
	assert.equal((await sandbox.checkSums()).code, 0);
});
