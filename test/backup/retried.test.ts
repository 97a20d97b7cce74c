import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import path from 'node:path';
import {setImmediate} from 'node:timers/promises';
import {test} from 'node:test';
import type {RetrySelection} from '../../source/backup/retried-set.ts';
import {Sandbox, someDate} from '../support/sandbox.ts';
import {exists} from '../support/files.ts';
import {gunzip} from '../support/run.ts';
import {sampleLog} from '../support/sample-logs.ts';
import {backUpHere, entriesOf, readManifest} from '../support/running.ts';

const failed = (name: string) => ({path: Buffer.from(name), outcome: 'failed', error: {message: 'no such file or directory (ENOENT)', code: 'ENOENT'}}) as const;

/** A set in which two of three files failed. */
async function incomplete(): Promise<Sandbox> {
	const sandbox = await Sandbox.create();
	await sandbox.add('a.log', sampleLog(20_000, 1));
	const reported = await backUpHere(sandbox, {missing: [failed('b.log'), failed('c.log')]});
	assert.equal(reported.one('summary').exit_code, 3);
	return sandbox;
}

/** Tries again, what is selected. */
const retry = async (sandbox: Sandbox, selection: Partial<RetrySelection>) => backUpHere(sandbox, {
	entries: [],
	selectRetry: async () => ({
		entries: [], missing: [], replaced: [], leftOut: undefined, mayBeGone: false, ...selection,
	}),
});

const outcomes = async (sandbox: Sandbox) => (await readManifest(sandbox)).entries.map(({path: name, outcome}) => `${name} ${String(outcome)}`);

test('what is tried again is added to the set, and the summary is about the whole of it, and what was added', async () => {
	await using sandbox = await incomplete();
	const {bytes_out: before} = await readManifest(sandbox) as unknown as {readonly bytes_out: number};
	await sandbox.add('b.log', sampleLog(30_000, 2));
	const reported = await retry(sandbox, {entries: await entriesOf(sandbox, 'b.log'), missing: [failed('c.log')]});
	assert.partialDeepStrictEqual(reported.one('start'), {total_files: 2, total_bytes: 30_000});
	const summary = reported.one('summary');
	const [copy] = reported.of('file');
	assert.partialDeepStrictEqual(summary, {
		exit_code: 3,
		set: sandbox.set,
		total_files: 3,
		files_done: 2,
		files_failed: 1,
		files_tried: 2,
		files_added: 1,
		files_resumed: 0,
		bytes_added: copy!.bytes_out,
		bytes_in: 50_000,
		bytes_out: before + copy!.bytes_out,
	});
	assert.deepEqual(await outcomes(sandbox), ['a.log done', 'b.log done', 'c.log failed']);
	assert.ok((await gunzip(path.join(sandbox.set, 'b.log.gz'))).equals(await sandbox.content('b.log')));
	assert.equal((await sandbox.checkSums()).code, 0);
	assert.equal(await exists(sandbox.staging), false);
	await sandbox.add('c.log', 'c\n');
	const last = (await retry(sandbox, {entries: await entriesOf(sandbox, 'c.log')})).one('summary');
	assert.deepEqual([last.exit_code, last.files_done, last.files_failed, last.files_tried], [0, 3, 0, 1]);
});

test('what is known of a selection is told of a new set, not of one that is added to', async () => {
	await using sandbox = await incomplete();
	await sandbox.add('b.log', 'b\n');
	const entries = await entriesOf(sandbox, 'b.log');
	const reported = await backUpHere(sandbox, {
		entries: [],
		leftOut: new Map([['fifo', {count: 1, paths: []}]]),
		unused: ['--exclude x'],
		selectRetry: async () => ({
			entries, missing: [], replaced: [], leftOut: undefined, mayBeGone: false,
		}),
	});
	assert.deepEqual([reported.of('left_out'), reported.of('notice')], [[], []]);
	assert.ok(!('left_out' in reported.one('summary')));
});

test('with nothing to try, it says so, tells of the set, and leaves no staging', async () => {
	await using sandbox = await incomplete();
	await fs.mkdir(path.join(sandbox.staging, '.logbackup'), {recursive: true, mode: 0o700});
	await fs.chmod(sandbox.staging, 0o700);
	let told = 0;
	const observed: string[] = [];
	const reported = await backUpHere(sandbox, {
		entries: [],
		async selectRetry(manifest) {
			told = manifest.missing.length;
			return {
				entries: [], missing: [], replaced: [], leftOut: undefined, mayBeGone: false,
			};
		},
		observer: {
			async started() {
				await setImmediate();
				observed.push('started');
			},
			async ended(_, {message_type: type}) {
				observed.push(type);
			},
		},
	});
	assert.equal(told, 2);
	assert.deepEqual(observed, ['started', 'summary']);
	assert.deepEqual(reported.events.map(({message_type: type}) => type), ['notice', 'summary']);
	assert.equal(reported.notices('retry').length, 1);
	assert.partialDeepStrictEqual(reported.one('summary'), {
		exit_code: 3, set: sandbox.set, total_files: 3, files_done: 1, files_failed: 2, files_tried: 0, files_added: 0, bytes_added: 0, files_resumed: 0,
	});
	assert.equal(await exists(sandbox.staging), false);
});

test('what had failed and is gone when its turn comes has failed for good, unless that may be', async () => {
	for (const [mayBeGone, expected] of [
		[false, ['a.log done', 'b.log failed', 'c.log failed', 'd.log vanished']],
		[true, ['a.log done', 'b.log vanished', 'c.log failed', 'd.log vanished']],
	] as const) {
		await using sandbox = await incomplete();
		await sandbox.add('b.log', 'b\n');
		await sandbox.add('d.log', 'd\n');
		const entries = await entriesOf(sandbox, 'b.log', 'd.log');
		await fs.rm(path.join(sandbox.source, 'b.log'));
		await fs.rm(path.join(sandbox.source, 'd.log'));
		const reported = await retry(sandbox, {entries, mayBeGone});
		assert.equal(reported.one('summary').exit_code, 3);
		assert.deepEqual(await outcomes(sandbox), expected);
		assert.deepEqual(reported.of('error').map(({path: name, error}) => [name, error.code]), mayBeGone ? [] : [['b.log', 'ENOENT']]);
	}
});

test('a directory that can be listed now gives its place to what is in it, and what of that is left out is told', async () => {
	await using sandbox = await Sandbox.create();
	await sandbox.add('a.log', 'a\n');
	await backUpHere(sandbox, {missing: [{...failed('sub'), isDirectory: true}], leftOut: new Map([['socket', {count: 2, paths: []}]])});
	await fs.mkdir(path.join(sandbox.source, 'sub'));
	await sandbox.add('sub/x.log', 'x\n');
	const reported = await retry(sandbox, {
		entries: await entriesOf(sandbox, 'sub/x.log'), replaced: [Buffer.from('sub')], leftOut: new Map([['fifo', {count: 1, paths: [Buffer.from('sub/pipe')]}]]),
	});
	assert.partialDeepStrictEqual(reported.one('summary'), {
		exit_code: 0, total_files: 2, files_done: 2, left_out: {fifo: 1, socket: 2},
	});
	assert.deepEqual(await outcomes(sandbox), ['a.log done', 'sub/x.log done']);
	// An empty one is replaced, too.
	await using empty = await Sandbox.create();
	await empty.add('a.log', 'a\n');
	await backUpHere(empty, {missing: [{...failed('sub'), isDirectory: true}]});
	assert.equal((await retry(empty, {replaced: [Buffer.from('sub')]})).one('summary').exit_code, 0);
	assert.deepEqual(await outcomes(empty), ['a.log done']);
});

test('a name that something in the set has is not given to a copy, at whatever depth', async () => {
	await using sandbox = await incomplete();
	await fs.mkdir(path.join(sandbox.source, 'sub'));
	await sandbox.add('b.log', 'b\n');
	await sandbox.add('sub/x.log', 'x\n');
	await fs.writeFile(path.join(sandbox.set, 'b.log.gz'), 'somebody else\'s');
	await fs.mkdir(path.join(sandbox.set, 'sub'), {mode: 0o700});
	await fs.writeFile(path.join(sandbox.set, 'sub/x.log.gz'), 'somebody else\'s');
	const reported = await retry(sandbox, {entries: await entriesOf(sandbox, 'b.log', 'sub/x.log'), missing: [failed('c.log')]});
	assert.equal(reported.one('summary').files_added, 2);

	for (const name of ['b.log.gz', 'sub/x.log.gz']) {
		assert.equal(await fs.readFile(path.join(sandbox.set, name), 'utf8'), 'somebody else\'s');
	}

	const {entries} = await readManifest(sandbox);
	assert.ok(entries.every(({file}) => file !== 'b.log.gz' && file !== 'sub/x.log.gz'));
	assert.equal((await sandbox.checkSums()).code, 0);
});

test('without a set it is a run like any other; without anything selected either it is none', async () => {
	await using sandbox = await Sandbox.create();
	await sandbox.add('a.log', 'a\n');
	const nobody = async () => {
		throw new Error('asked');
	};

	assert.partialDeepStrictEqual((await backUpHere(sandbox, {selectRetry: nobody, entries: []})).events, [{message_type: 'exit_error', code: 1}]);
	assert.equal(await exists(sandbox.set), false);
	const reported = await backUpHere(sandbox, {selectRetry: nobody});
	assert.equal(reported.one('summary').exit_code, 0);
	assert.ok(!('files_tried' in reported.one('summary')));
});

test('a set of another source, host or machine is not tried again, nor one whose manifest has rotted', async () => {
	await using sandbox = await incomplete();
	const before = await readManifest(sandbox);

	for (const own of [{host: 'web2'}, {host: 'web1', sources: ['/elsewhere']}]) {
		const end = (await backUpHere(sandbox, {
			own, entries: [], selectRetry: async () => ({
				entries: [], missing: [], replaced: [], leftOut: undefined, mayBeGone: false,
			}),
		})).one('exit_error');
		assert.equal(end.code, 1);
		assert.match(end.message, /^cannot retry: /v);
	}

	assert.deepEqual(await readManifest(sandbox), before);
	await fs.chmod(sandbox.set, 0o770);
	assert.match((await retry(sandbox, {missing: [failed('b.log')]})).one('exit_error').message, /others can write to it/v);
	await fs.chmod(sandbox.set, 0o700);
	const file = path.join(sandbox.set, 'manifest.json');
	await fs.writeFile(file, (await fs.readFile(file, 'utf8')).replace('"files_failed": 2', '"files_failed": 1'));
	const rotten = (await retry(sandbox, {missing: [failed('b.log')]})).one('exit_error');
	assert.equal(rotten.code, 1);
	assert.match(rotten.message, new RegExp(`^cannot retry: .+ ${someDate}`, 'v'));
});
