/* What a run is to copy, by rules or as what a set lacks, whatever stands in the way of some of it; and what is asked before it. */
import assert from 'node:assert/strict';
import {rmdirSync, writeFileSync} from 'node:fs';
import fs from 'node:fs/promises';
import path from 'node:path';
import {test, type TestContext} from 'node:test';
import {isPlainWanted} from '../../source/app/plain-wanted.ts';
import {chooseEntries, readDestinationSpace, selectByRules} from '../../source/app/prepare.ts';
import {selectRetry, toMissing} from '../../source/app/select-retry.ts';
import {Directory} from '../../source/files/directory.ts';
import {parseOptions} from '../../source/flags/options.ts';
import {noStreams, Streams} from '../../source/origin/streams.ts';
import type {StreamListing, StreamSource} from '../../source/origin/stream-source.ts';
import {StandingManifest} from '../../source/set/staging/renewal.ts';
import {Commands} from '../backup/streams/commands.ts';
import {backUpHere} from '../support/running.ts';
import {Sandbox} from '../support/sandbox.ts';

const optionsOf = async (sandbox: Sandbox, ...flags: readonly string[]) => parseOptions([...sandbox.flags, ...flags], {}, new Date());

/** What a set that was made here says of itself. */
const manifestOf = async (sandbox: Sandbox) => StandingManifest.parse(await fs.readFile(path.join(sandbox.set, 'manifest.json'), 'utf8'))!;

test('a directory that cannot be listed is there: it has failed, also where what is missing may be', async () => {
	await using sandbox = await Sandbox.create();
	await sandbox.add('a.log', 'a');
	const place = path.join(sandbox.source, 'sub');
	await fs.mkdir(place);
	await using source = await Directory.open(sandbox.source);
	const options = await optionsOf(sandbox, '--recursive', '--yes');
	const {choices, unavailable} = await selectByRules(options, {source, streams: noStreams, destination: undefined}, ({entry: {path: name}, isSelected}) => {
		// Between the look at it and its listing, it becomes something else.
		if (name.equals(Buffer.from('sub'))) {
			rmdirSync(place);
			writeFileSync(place, '');
		}

		return isSelected;
	});
	assert.deepEqual(choices.filter(({isSelected}) => isSelected).map(({entry}) => entry.path.toString()), ['a.log']);
	assert.deepEqual(unavailable.map(each => [each.path.toString(), each.isMissing, each.isDirectory]), [['sub', false, true]]);
	assert.partialDeepStrictEqual(toMissing(unavailable[0]!, true), {outcome: 'failed', isDirectory: true});
	assert.deepEqual(toMissing({path: Buffer.from('x'), isMissing: true, message: 'gone'}, true), {path: Buffer.from('x'), outcome: 'vanished'});
	assert.deepEqual(toMissing({path: Buffer.from('x'), isMissing: true, message: 'gone'}, false), {path: Buffer.from('x'), outcome: 'failed', error: {message: 'gone'}});
});

test('a listing ends when it is stopped', async () => {
	await using sandbox = await Sandbox.create();
	await sandbox.add('a.log', 'a');
	await using source = await Directory.open(sandbox.source);
	const options = await optionsOf(sandbox);
	const count = async (signal?: AbortSignal) => {
		let steps = 0;

		for await (const _ of chooseEntries(options, {source, destination: undefined}, {...(signal && {signal})})) {
			steps++;
		}

		return steps;
	};

	assert.ok(await count() > 0);
	await assert.rejects(count(AbortSignal.abort(new Error('stopped'))), /stopped/v);
});

test('before a destination is made, the space is that of the directory that it will be in', async () => {
	await using sandbox = await Sandbox.create();
	const space = async (destination: string) => readDestinationSpace({...await optionsOf(sandbox, '--reserve', '7K'), destination});
	const {free, reserve} = (await space(path.join(sandbox.root, 'none/at/all')))!;
	assert.ok(free > 0);
	assert.equal(reserve, (await space(sandbox.root))!.reserve);
	assert.ok(reserve > 0 && reserve < 8000);
});

/** What a terminal would be to this process, until the end of the test. */
function setTerminal(t: TestContext, {stdin, stdout, ...variables}: {readonly stdin: boolean; readonly stdout: boolean; readonly TERM: string; readonly INK_SCREEN_READER?: string}): void {
	const before = {stdin: process.stdin.isTTY, stdout: process.stdout.isTTY, env: {...process.env}};
	process.stdin.isTTY = stdin;
	process.stdout.isTTY = stdout;
	process.env = {...before.env, INK_SCREEN_READER: '', ...variables};
	t.after(() => {
		process.stdin.isTTY = before.stdin;
		process.stdout.isTTY = before.stdout;
		process.env = before.env;
	});
}

test('questions are asked in lines where a flag says so, with or without a terminal, and where the terminal can do no more', t => {
	const neither = {plain: false, screenReader: false};
	setTerminal(t, {stdin: false, stdout: true, TERM: 'xterm'});
	assert.equal(isPlainWanted({...neither, plain: true}, ''), true);
	assert.equal(isPlainWanted({...neither, screenReader: true}, ''), true);
	assert.throws(() => isPlainWanted(neither, 'try so'), {name: 'UsageError', remedy: 'try so', message: /input/v});
	setTerminal(t, {stdin: true, stdout: false, TERM: 'xterm'});
	assert.throws(() => isPlainWanted(neither, ''), {name: 'UsageError', message: /output/v});
	setTerminal(t, {stdin: true, stdout: true, TERM: 'xterm'});
	assert.equal(isPlainWanted(neither, ''), false);
	setTerminal(t, {
		stdin: true, stdout: true, TERM: 'xterm', INK_SCREEN_READER: 'true',
	});
	assert.equal(isPlainWanted(neither, ''), true);
	setTerminal(t, {stdin: true, stdout: true, TERM: 'dumb'});
	assert.equal(isPlainWanted(neither, ''), true);
});

test('of a source of streams that could not be listed, a retry takes all, and names again what cannot be had of it; of others only what failed', async () => {
	await using sandbox = await Sandbox.create();
	await sandbox.add('a.log', 'a');
	const commands = new Commands({one: {script: ''}, two: {script: ''}});
	const part = {
		path: Buffer.from('commands/part'), from: 'commands', isMissing: false, message: 'damaged',
	};
	const other = {...part, path: Buffer.from('others/part'), from: 'others'};
	const listing = (name: string, given: StreamListing): StreamSource => ({
		name, group: name, list: async () => given, open: commands.open, reuse: commands.reuse,
	});
	const streams = new Streams([listing('commands', {entries: commands.entries, unavailable: [part]}), listing('others', {entries: [], unavailable: [other]})]);
	const options = await optionsOf(sandbox, '--retry', '--yes');
	const error = {message: 'it failed'};

	for (const [failed, names, lost, replaced] of [
		['commands', ['commands/one', 'commands/two'], ['commands/part'], ['commands']],
		['commands/two', ['commands/two'], [], []],
		['commands/three', [], ['commands/three'], []],
	] as const) {
		await fs.rm(sandbox.destination, {recursive: true, force: true});
		const record = {
			path: Buffer.from(failed), from: 'commands', outcome: 'failed', error,
		} as const;
		await backUpHere(sandbox, {missing: [record]});
		await using source = await Directory.open(sandbox.source);
		await using destination = await Directory.open(sandbox.destination);
		const found = await selectRetry(options, {source, destination, streams}, await manifestOf(sandbox), undefined);
		const texts = (paths: ReadonlyArray<{readonly path: Buffer}>) => paths.map(({path: name}) => name.toString());
		assert.deepEqual([texts(found.choices.map(({entry}) => entry)), texts(found.unavailable), found.replaced.map(String)], [names, lost, replaced], failed);
	}
});

test('a directory that could not be listed, and now can, is tried with what is chosen in it', async () => {
	await using sandbox = await Sandbox.create();
	await sandbox.add('a.log', 'a');
	await backUpHere(sandbox, {
		missing: [{
			path: Buffer.from('sub'), outcome: 'failed', isDirectory: true, error: {message: 'it failed'},
		}],
	});
	await Promise.all(['sub/deep', 'other'].map(async name => fs.mkdir(path.join(sandbox.source, name), {recursive: true})));
	await Promise.all(['sub/x.log', 'sub/y.tmp', 'sub/deep/z.log', 'other/o.log', 'b.log'].map(async name => sandbox.add(name, name)));
	await using source = await Directory.open(sandbox.source);
	await using destination = await Directory.open(sandbox.destination);
	const options = await optionsOf(sandbox, '--retry', '--yes', '--exclude=*.tmp');
	const {choices, unavailable, replaced} = await selectRetry(options, {source, destination, streams: noStreams}, await manifestOf(sandbox), undefined);
	const selected = choices.filter(({isSelected}) => isSelected).map(({entry}) => entry.path.toString());
	assert.deepEqual([selected.toSorted(), unavailable, replaced.map(String)], [['sub/deep/z.log', 'sub/x.log'], [], ['sub']]);
});
