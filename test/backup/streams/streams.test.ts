/* What is no file goes the whole way of an entry; shown with what shell scripts put out. */
import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import path from 'node:path';
import {test} from 'node:test';
import {Interruption} from '../../../source/exit/failure.ts';
import type {Entry} from '../../../source/origin/entry.ts';
import {OpenStream} from '../../../source/origin/open-stream.ts';
import {Streams} from '../../../source/origin/streams.ts';
import type {StreamEntry} from '../../../source/origin/stream-source.ts';
import {NoSpaceError, type SpaceWatch} from '../../../source/set/space.ts';
import {Sandbox, someDate} from '../../support/sandbox.ts';
import {exists, until} from '../../support/files.ts';
import {gunzip, run, runProgram} from '../../support/run.ts';
import {sampleLog} from '../../support/sample-logs.ts';
import {begin as copying} from '../copying.ts';
import {
	backUpHere,
	type Changed,
	entriesOf,
	readManifest,
	stoppingAt,
} from '../../support/running.ts';
import {type Command, Commands} from './commands.ts';

/** A source with a file, and streams beside it. */
async function begin(commands: Readonly<Record<string, Command>>) {
	const sandbox = await Sandbox.create();
	await sandbox.add('a.log', sampleLog(20_000, 1));
	const source = new Commands(commands);
	const streams = new Streams([source]);
	return {
		sandbox,
		source,
		streams,
		async backUp(changed: Changed = {}) {
			return backUpHere(sandbox, {streams, entries: [...await entriesOf(sandbox, 'a.log'), ...source.entries], ...changed});
		},
		async [Symbol.asyncDispose]() {
			await sandbox[Symbol.asyncDispose]();
		},
	};
}

const entryOf = async (sandbox: Sandbox, name: string, date?: string) => (await readManifest(sandbox, date)).entries.find(entry => entry.path === name);

test('the output of a process is an entry: copied, read back, told of, found by verify, shown and restored', async () => {
	const facts = {count: 1_000_000};
	await using place = await begin({numbers: {script: 'seq 1 1000000', estimate: 100, facts: {facts, notes: ['grew']}}});
	const {sandbox} = place;
	const reported = await place.backUp();
	const {stdout} = await run('seq', ['1', '1000000']);
	const length = Buffer.byteLength(stdout);
	assert.partialDeepStrictEqual(reported.one('start'), {total_files: 2, total_bytes: 20_100});
	assert.partialDeepStrictEqual(reported.one('summary'), {
		exit_code: 0, files_done: 2, files_verified: 2, bytes_in: 20_000 + length,
	});
	assert.partialDeepStrictEqual(reported.of('status').at(-1), {
		percent_done: 1, bytes_done: 20_000 + length, total_bytes: 20_000 + length,
	});
	assert.partialDeepStrictEqual(reported.of('file').find(event => event.path === 'commands/numbers'), {
		outcome: 'done', notes: ['grew'], bytes_in: length, verified: true,
	});
	assert.equal((await gunzip(path.join(sandbox.set, 'commands/numbers.gz'))).toString(), stdout);
	assert.equal((await fs.stat(path.join(sandbox.set, 'commands/numbers.gz'))).mode & 0o777, 0o600, 'for whoever read it alone');
	const entry = await entryOf(sandbox, 'commands/numbers');
	assert.partialDeepStrictEqual(entry, {
		from: 'commands', facts, outcome: 'done', stored: 'gzip', notes: ['grew'], bytes_in: length, source: {size: length, mode: '0600', mtime_ns: '1773446400000000000'},
	});
	assert.ok(!Object.hasOwn(entry!.source as object, 'ino'));
	assert.equal((await sandbox.checkSums()).code, 0);

	// By the program itself, which knows nothing of where it comes from.
	await runProgram(['verify', '--dest', sandbox.destination, someDate]);
	assert.equal((await runProgram(['cat', '--dest', sandbox.destination, someDate, 'commands/numbers'])).stdout, stdout);
	const to = path.join(sandbox.root, 'restored');
	await runProgram(['restore', '--dest', sandbox.destination, '--to', to, someDate]);
	assert.equal(await fs.readFile(path.join(to, 'commands/numbers'), 'utf8'), stdout);
});

test('what fails in the middle costs that entry: nothing of it is kept, and the others go on', async () => {
	await using place = await begin({broken: {script: 'seq 1 100000; exit 7'}, killed: {script: 'seq 1 10; kill -9 $$'}, whole: {script: 'seq 1 10'}});
	const {sandbox} = place;
	const reported = await place.backUp();
	assert.deepEqual(reported.of('error').map(event => event.path).toSorted(), ['commands/broken', 'commands/killed']);
	assert.partialDeepStrictEqual(reported.one('summary'), {exit_code: 3, files_done: 2, files_failed: 2});
	assert.deepEqual((await fs.readdir(path.join(sandbox.set, 'commands'))).toSorted(), ['whole.gz']);
	const {error, ...rest} = (await entryOf(sandbox, 'commands/broken'))!;
	assert.deepEqual(rest, {path: 'commands/broken', from: 'commands', outcome: 'failed'});
	assert.ok(error);
});

test('what hangs can be stopped: it is ended, nothing of it is kept, and what was complete is taken over', async () => {
	await using place = await begin({done: {script: 'seq 1 10', isClosed: true}, hanging: {script: 'echo something; exec sleep 1000', estimate: 50_000}});
	const {sandbox, source} = place;
	const seen: Array<readonly [bytes: number, total: number, isEstimate: boolean | undefined]> = [];
	let copies = 0;
	const stop = stoppingAt(event => {
		copies += event.message_type === 'file' ? 1 : 0;
		const active = event.message_type === 'status' ? event.current_files.find(file => file.path === 'commands/hanging') : undefined;

		if (active) {
			seen.push([active.bytes_done, active.total_bytes, active.estimated]);
		}

		return copies === 2 && (active?.bytes_done ?? 0) > 0;
	}, new Interruption('SIGTERM'));
	const stopped = await place.backUp({onEvent: stop});
	assert.partialDeepStrictEqual(stopped.one('exit_error'), {code: 143, files_kept: 2, files_not_done: 1});
	assert.deepEqual(seen.at(-1), ['something\n'.length, 50_000, true]);
	assert.ok(source.started.every(({hasEnded}) => hasEnded));
	assert.equal(await exists(sandbox.set), false);

	const [done] = source.entries as readonly [Entry];
	const next = await place.backUp({entries: [...await entriesOf(sandbox, 'a.log'), done]});
	assert.partialDeepStrictEqual(next.one('summary'), {exit_code: 0, files_done: 2, files_resumed: 2});
	assert.equal(source.started.length, 2, 'it was not run again');
});

test('what an earlier set has all of is linked from there, and not read; the rest is read anew', async () => {
	await using place = await begin({closed: {script: 'seq 1 10', isClosed: true, facts: {facts: {count: 10}}}, current: {script: 'date +%N'}});
	const {sandbox, source} = place;
	await place.backUp();
	assert.equal(source.started.length, 2);
	const date = '2026-03-15';
	const reported = await place.backUp({date});
	assert.deepEqual(reported.of('file').filter(event => event.outcome === 'reused').map(event => event.path).toSorted(), ['a.log', 'commands/closed']);
	assert.equal(source.started.length, 3);
	assert.deepEqual(source.asked.map(copy => copy.path.toString()).toSorted(), ['commands/closed', 'commands/current']);
	const [one, other] = await Promise.all([someDate, date].map(async set => fs.stat(path.join(sandbox.destination, set, 'commands/closed.gz'))));
	assert.equal(one!.ino, other!.ino);
	assert.partialDeepStrictEqual(await entryOf(sandbox, 'commands/closed', date), {
		from: 'commands', outcome: 'reused', reused_from: someDate, facts: {count: 10},
	});
	const full = await place.backUp({date: '2026-03-16', full: true});
	assert.equal(full.one('summary').files_reused, 0);
});

test('what cannot be opened has failed, and a file of the same name is never read in its place', async () => {
	await using place = await begin({missing: {script: 'seq 1 3'}});
	const {sandbox, source} = place;
	await fs.mkdir(path.join(sandbox.source, 'commands'));
	await sandbox.add('commands/missing', 'a file');
	const reported = await place.backUp({streams: new Streams([]), entries: source.entries});
	assert.deepEqual(reported.of('error').map(event => event.path), ['commands/missing']);
	assert.equal(reported.one('summary').exit_code, 1);
});

test('a stream is ended when the destination fails, or when it is stopped before it has opened', async () => {
	const source = new Commands({large: {script: 'seq 1 1000000'}});
	const [entry] = source.entries as readonly [Entry];
	await using place = await copying('x', {
		streams: new Streams([source]),
		space: {
			async spend() {
				throw new NoSpaceError('no room', 'make some');
			},
		} as unknown as SpaceWatch,
	});
	await assert.rejects(place.copy(entry, 'commands/large'), {name: 'NoSpaceError'});
	assert.deepEqual([place.dropped.length, place.dropped], [1, place.drafts]);
	assert.ok(source.started[0]!.hasEnded);
	const stopped = AbortSignal.abort(new Interruption('SIGTERM'));
	await assert.rejects(new Streams([source]).open(entry as StreamEntry, stopped), {name: 'Interruption'});
	await until('what was opened for nothing to be closed', () => source.started.at(-1)!.hasEnded);
});

test('whatever pieces a stream comes in, its reader fills its buffers', async () => {
	const pieces = ['', 'abc', '', 'defghij', 'k'].map(text => Buffer.from(text));
	const closed: boolean[] = [];
	const entry: StreamEntry = {
		path: Buffer.from('x/y'), kind: 'stream', from: 'x', size: 5, allocated: 5, modified: 7, isReadable: true,
	};
	const content = async function * () {
		yield * pieces;
	};

	for (const size of [1, 3, 4, 11, 100]) {
		const counted: number[] = [];
		await using opened = await OpenStream.open(entry, async () => ({
			content: content(), finish: async () => ({}), async close() {
				closed.push(true);
			},
		}), new AbortController().signal);
		const reading = await opened.begin(bytes => {
			counted.push(bytes);
		});
		const into = Buffer.alloc(size);
		let text = '';

		for (let length = size; length === size;) {
			length = await reading.read(into);
			text += into.toString('utf8', 0, length);
		}

		assert.equal(text, 'abcdefghijk');
		assert.deepEqual([reading.expected, await reading.isCompressed(), counted.filter(bytes => bytes > 0)], [5, false, [3, 7, 1]]);
		const {isMixed, metadata, record} = await reading.finish(entry.path);
		assert.deepEqual([isMixed, metadata.mtimeNs, record.bytesIn, record.from, record.notes], [false, 7_000_000n, 11, 'x', []]);
	}

	assert.equal(closed.length, 5);
});
