import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import path from 'node:path';
import {test} from 'node:test';
import type {BackupEvent} from '../../source/backup/events.ts';
import {Directory} from '../../source/files/directory.ts';
import {Lock} from '../../source/set/lock/lock.ts';
import {Sandbox, someDate} from '../support/sandbox.ts';
import {exists} from '../support/files.ts';
import {gunzip} from '../support/run.ts';
import {sampleLog} from '../support/sample-logs.ts';
import {
	backUpHere,
	type EventOf,
	readManifest,
	withLogs,
} from '../support/running.ts';

const failed = (name: string) => ({path: Buffer.from(name), outcome: 'failed', error: {message: 'no such file or directory (ENOENT)', code: 'ENOENT'}}) as const;
const vanished = (name: string) => ({path: Buffer.from(name), outcome: 'vanished'}) as const;

test('a run tells what it is, what becomes of each file, how far it is, and what it came to', async () => {
	await using sandbox = await withLogs();
	const before = Date.now();
	const reported = await backUpHere(sandbox, {jobs: 1, missing: [failed('gone.log'), vanished('rotated.log')]});
	const [start] = reported.events;
	assert.partialDeepStrictEqual(start, {
		message_type: 'start',
		version: '1.2.3',
		pid: process.pid,
		host: 'web1',
		date: someDate,
		source: sandbox.source,
		set: sandbox.set,
		total_files: 5,
		total_bytes: 18_000,
	});
	// The largest first; what is not to be had before all that.
	assert.deepEqual(reported.events.flatMap(event => 'path' in event ? [`${event.path} ${'outcome' in event ? event.outcome : 'failed'}`] : []), [
		'gone.log failed',
		'rotated.log vanished',
		'b.log done',
		'c.log done',
		'a.log done',
	]);
	const bytesOut = reported.of('file').reduce((sum, event) => sum + event.bytes_out, 0);
	assert.partialDeepStrictEqual(reported.of('status').at(-1), {
		percent_done: 1, total_files: 5, files_done: 5, total_bytes: 18_000, bytes_done: 18_000, bytes_written: bytesOut, error_count: 1, current_files: [],
	});
	const {started, finished, seconds_elapsed: seconds, ...summary} = reported.one('summary');
	assert.deepEqual(summary, {
		message_type: 'summary',
		exit_code: 3,
		set: sandbox.set,
		total_files: 5,
		files_done: 3,
		files_failed: 1,
		files_vanished: 1,
		files_resumed: 0,
		files_reused: 0,
		files_verified: 3,
		bytes_in: 18_000, bytes_reused: 0,
		bytes_out: bytesOut,
		bytes_new: bytesOut,
	});
	assert.equal(reported.events.at(-1)!.message_type, 'summary');
	assert.ok(Date.parse(started) >= before && Date.parse(finished) >= Date.parse(started) && Date.parse(finished) <= Date.now());
	assert.ok(seconds >= 0 && seconds <= (Date.now() - before + 10) / 1000, 'in seconds');
	const manifest = await readManifest(sandbox);
	assert.partialDeepStrictEqual(manifest, {
		version: '1.2.3', host: 'web1', source: sandbox.source, engine: 'zlib', level: 6, started, finished, files_done: 3, files_failed: 1, files_vanished: 1,
	});
});

test('not one file is copied: there is no set, nothing is left, and the run ends with 1', async () => {
	await using sandbox = await Sandbox.create();
	const reported = await backUpHere(sandbox, {missing: [failed('gone.log')]});
	const summary = reported.one('summary');
	assert.deepEqual([summary.exit_code, summary.set, summary.files_failed, summary.total_files], [1, undefined, 1, 1]);
	assert.deepEqual([await exists(sandbox.set), await exists(sandbox.staging)], [false, false]);
});

test('with nothing selected it does not even begin', async () => {
	await using sandbox = await Sandbox.create();
	const reported = await backUpHere(sandbox);
	assert.partialDeepStrictEqual(reported.events, [{
		message_type: 'exit_error', code: 1, files_kept: 0, files_not_done: 0,
	}]);
	assert.equal(reported.events.length, 1);
	assert.equal(await exists(sandbox.destination), false);
});

test('what prevents a run is its only event: the set stands already, or another run has the lock', async () => {
	await using sandbox = await withLogs();
	assert.equal((await backUpHere(sandbox)).one('summary').exit_code, 0);
	const {one, events} = await backUpHere(sandbox, {missing: [failed('gone.log')]});
	assert.deepEqual([events.length, events[0]!.message_type], [1, 'exit_error']);
	assert.ok(one);
	assert.partialDeepStrictEqual(events[0], {
		code: 4, message: `Backup for ${someDate} already exists!`, files_kept: 0, files_not_done: 4,
	});
	await using destination = await Directory.open(sandbox.destination);
	const lock = await Lock.take(destination, 0, new AbortController().signal);

	try {
		assert.partialDeepStrictEqual((await backUpHere(sandbox, {date: '2026-03-15'})).events, [{message_type: 'exit_error', code: 11, files_not_done: 3}]);
	} finally {
		await lock.release();
	}

	assert.equal((await backUpHere(sandbox, {date: '2026-03-15'})).one('summary').exit_code, 0, 'each run gives the lock back');
});

test('at the end of a day on which all was linked, all is done', async () => {
	await using sandbox = await withLogs();
	await backUpHere(sandbox);
	const reported = await backUpHere(sandbox, {date: '2026-03-15'});
	assert.partialDeepStrictEqual(reported.of('status').at(-1), {
		percent_done: 1, files_done: 3, total_bytes: 18_000, bytes_done: 18_000, bytes_written: 0,
	});
	const summary = reported.one('summary');
	assert.deepEqual([summary.files_done, summary.files_reused, summary.files_verified, summary.bytes_in, summary.bytes_new], [3, 3, 3, 18_000, 0]);
	assert.ok(reported.of('file').every(event => event.outcome === 'reused' && event.reused_from === someDate));
	assert.equal((await backUpHere(sandbox, {date: '2026-03-16', full: true})).one('summary').files_reused, 0);
});

test('a copy is as its options say: level, name and time of the source, read back or not', async () => {
	await using sandbox = await withLogs();
	const reported = await backUpHere(sandbox, {level: 9, verify: false});
	assert.deepEqual(reported.of('file').map(({verified}) => verified), [false, false, false]);
	assert.equal(reported.one('summary').files_verified, 0);
	const copy = await fs.readFile(path.join(sandbox.set, 'a.log.gz'));
	assert.equal(copy[8], 2, 'slowest compression');
	assert.equal(copy.readUInt32LE(4), Math.floor((await fs.stat(path.join(sandbox.source, 'a.log'))).mtimeMs / 1000));
	assert.equal(copy.toString('latin1', 10, 16), 'a.log\0');
	assert.ok((await gunzip(path.join(sandbox.set, 'a.log.gz'))).equals(await sandbox.content('a.log')));
	assert.equal((await readManifest(sandbox)).level, 9);
});

test('whoever watches a run is told when it has the lock, and of its end before it gives it back', async () => {
	await using sandbox = await withLogs();
	const told: string[] = [];
	const isLocked = async (destination: Directory) => Lock.take(destination, 0, new AbortController().signal).then(async lock => {
		await lock.release();
		return false;
	}).catch(() => true);
	const observer = {
		async started(destination: Directory) {
			told.push(`started ${await isLocked(destination)} ${await exists(sandbox.staging)}`);
		},
		async ended(destination: Directory, last: EventOf<'summary' | 'exit_error'>) {
			told.push(`ended ${await isLocked(destination)} ${last.message_type} ${await exists(sandbox.set)}`);
		},
	};
	await backUpHere(sandbox, {observer});
	assert.deepEqual(told, ['started true false', 'ended true summary true']);
	told.length = 0;
	await backUpHere(sandbox, {
		observer, date: '2026-03-15', checkSpace: true, reserve: {bytes: 1e18},
	});
	assert.deepEqual(told, ['started true false', 'ended true exit_error true']);
});

test('where it would not fit it ends with 14, and nothing is left', async () => {
	await using sandbox = await withLogs();
	const reported = await backUpHere(sandbox, {checkSpace: true, reserve: {bytes: 1e18}, missing: [failed('gone.log')]});
	assert.partialDeepStrictEqual(reported.events, [{
		message_type: 'exit_error', code: 14, files_kept: 0, files_not_done: 4,
	}]);
	assert.deepEqual((await fs.readdir(sandbox.destination)).filter(name => name !== '.lock'), []);
});

test('what is known of the selection is told after the start, once', async () => {
	await using sandbox = await withLogs();
	const leftOut = new Map([['excluded', {count: 5, paths: [Buffer.from('x.log'), Buffer.from([0xFF])]}], ['fifo', {count: 1, paths: []}]] as const);
	const reported = await backUpHere(sandbox, {leftOut, unused: ['--exclude \u{1B}*']});
	const told = reported.events.filter((event): event is Exclude<BackupEvent, EventOf<'status' | 'file'>> => !['status', 'file'].includes(event.message_type));
	assert.deepEqual(told.map(({message_type: type}) => type), ['start', 'left_out', 'left_out', 'notice', 'summary']);
	assert.deepEqual(told[1], {
		message_type: 'left_out', reason: 'excluded', count: 5, paths: [{path: 'x.log'}, {path: String.raw`\xff`, path_b64: '/w=='}],
	});
	assert.partialDeepStrictEqual(told[3], {notice: 'unused', message: String.raw`--exclude \x1b* matched nothing`, files: 0});
	assert.deepEqual(reported.one('summary').left_out, {excluded: 5, fifo: 1});
	assert.partialDeepStrictEqual(await readManifest(sandbox), {left_out: {excluded: {count: 5}, fifo: {count: 1}}});
});

test('many small files are copied by threads, and told and counted as any', async () => {
	await using sandbox = await Sandbox.create();

	for (let index = 0; index < 70; index++) {
		await sandbox.add(`small-${index}.log`, `line ${index}\n`);
	}

	await sandbox.add('large.log', sampleLog(200_000, 1));
	const reported = await backUpHere(sandbox);
	const summary = reported.one('summary');
	assert.deepEqual([summary.exit_code, summary.files_done, summary.files_verified, reported.of('file').length], [0, 71, 71, 71]);
	assert.partialDeepStrictEqual(reported.of('status').at(-1), {
		percent_done: 1, files_done: 71, bytes_done: summary.bytes_in, total_bytes: summary.bytes_in, bytes_written: summary.bytes_out,
	});
	assert.equal((await sandbox.checkSums()).code, 0);
	const next = await backUpHere(sandbox, {date: '2026-03-15'});
	assert.equal(next.one('summary').files_reused, 71);
	assert.partialDeepStrictEqual(next.of('status').at(-1), {
		percent_done: 1, files_done: 71, bytes_done: summary.bytes_in, bytes_written: 0,
	});
});
