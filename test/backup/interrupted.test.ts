import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import path from 'node:path';
import {test} from 'node:test';
import {Interruption} from '../../source/exit/failure.ts';
import {Sandbox} from '../support/sandbox.ts';
import {exists} from '../support/files.ts';
import {gunzip} from '../support/run.ts';
import {sampleLog} from '../support/sample-logs.ts';
import {
	backUpHere,
	type Changed,
	type Reported,
	stoppingAt,
} from '../support/running.ts';

/** A source of three files, and a run of it that was stopped when their copies were complete, and that of a fourth one was not. */
async function interrupted(changed: Changed = {}): Promise<{readonly sandbox: Sandbox; readonly stopped: Reported}> {
	const sandbox = await Sandbox.create();
	await sandbox.addEndless('endless.log');
	await sandbox.add('large.log', sampleLog(30_000, 1));
	await sandbox.add('a.log', sampleLog(20_000, 2));
	await sandbox.add('b.log', sampleLog(10_000, 3));
	let copies = 0;
	const onEvent = stoppingAt(event => event.message_type === 'file' && event.outcome === 'done' && ++copies === 3, new Interruption('SIGTERM'));
	const stopped = await backUpHere(sandbox, {jobs: 2, onEvent, ...changed});
	await fs.rm(path.join(sandbox.source, 'endless.log'));
	return {sandbox, stopped};
}

const resumed = (reported: Reported) => reported.of('file').filter(event => event.resumed).map(event => event.path);

test('a run that is stopped tells what it keeps and what is not done; the next one takes that over', async () => {
	const {sandbox, stopped} = await interrupted({missing: [{path: Buffer.from('gone'), outcome: 'vanished'}]});
	await using _ = sandbox;
	const end = stopped.one('exit_error');
	assert.deepEqual([end.code, end.files_kept, end.files_not_done], [143, 3, 2]);
	assert.equal(await exists(sandbox.set), false);
	await sandbox.add('new.log', sampleLog(5000, 4));
	const next = await backUpHere(sandbox);
	assert.deepEqual(resumed(next).toSorted(), ['a.log', 'b.log', 'large.log']);
	const summary = next.one('summary');
	assert.deepEqual([summary.exit_code, summary.files_resumed, summary.files_done, summary.files_verified, summary.bytes_in], [0, 3, 4, 4, 65_000]);
	assert.deepEqual(next.notices('resumed').map(({files}) => files), [3]);
	assert.deepEqual(next.notices('swept'), [], 'what was unfinished is gone already');
	assert.partialDeepStrictEqual(next.of('status').at(-1), {
		percent_done: 1, files_done: 4, bytes_done: 65_000, total_bytes: 65_000,
	});
	assert.equal((await sandbox.checkSums()).code, 0);
});

test('copies that were not read back are not taken over by a run that reads back, and are by one that does not', async () => {
	for (const [verify, expected] of [[true, 0], [false, 3]] as const) {
		const {sandbox, stopped} = await interrupted({verify: false});
		await using _ = sandbox;
		assert.equal(stopped.one('exit_error').files_kept, 3);
		const next = await backUpHere(sandbox, {verify});
		assert.equal(next.one('summary').files_resumed, expected);
		assert.equal(next.one('summary').files_verified, verify ? 3 : 0);
	}
});

const changes: ReadonlyArray<readonly [what: string, change: (file: string) => Promise<unknown>]> = [
	['rewritten in place, with as many bytes', async file => fs.writeFile(file, sampleLog(30_000, 9))],
	['rewritten in place, its time set back', async file => {
		const {atime, mtime} = await fs.stat(file);
		await fs.writeFile(file, sampleLog(30_000, 9));
		await fs.utimes(file, atime, mtime);
	}],
	['replaced by another file of its size and time', async file => {
		const {atime, mtime} = await fs.stat(file);
		await fs.writeFile(`${file}.new`, sampleLog(30_000, 9), {mode: 0o640});
		await fs.utimes(`${file}.new`, atime, mtime);
		await fs.rename(`${file}.new`, file);
	}],
	['made readable for all', async file => fs.chmod(file, 0o644)],
];

for (const [what, change] of changes) {
	test(`a file that was ${what} since an interrupted run is copied anew`, async () => {
		const {sandbox} = await interrupted();
		await using _ = sandbox;
		await change(path.join(sandbox.source, 'large.log'));
		const next = await backUpHere(sandbox);
		assert.deepEqual(resumed(next).toSorted(), ['a.log', 'b.log']);
		assert.ok((await gunzip(path.join(sandbox.set, 'large.log.gz'))).equals(await sandbox.content('large.log')));
	});
}

test('what is not selected any more, or by another name, is not taken over, and swept', async () => {
	const {sandbox} = await interrupted();
	await using _ = sandbox;
	await fs.rename(path.join(sandbox.source, 'large.log'), path.join(sandbox.source, 'large.log.1'));
	const next = await backUpHere(sandbox);
	assert.deepEqual(resumed(next).toSorted(), ['a.log', 'b.log']);
	assert.deepEqual(next.notices('swept').map(({files}) => files), [1]);
	assert.deepEqual(await sandbox.copies(), ['a.log.gz', 'b.log.gz', 'large.log.1.gz']);
});

test('a copy in staging that is not what was written down is copied anew', async () => {
	for (const spoil of [
		async (copy: string) => fs.truncate(copy, 100),
		async (copy: string) => fs.link(copy, `${copy}.2`),
		async (copy: string) => fs.rm(copy),
	]) {
		const {sandbox} = await interrupted();
		await using _ = sandbox;
		await spoil(path.join(sandbox.staging, 'large.log.gz'));
		const next = await backUpHere(sandbox);
		assert.deepEqual(resumed(next).toSorted(), ['a.log', 'b.log']);
		assert.equal(next.one('summary').exit_code, 0);
		assert.deepEqual(await sandbox.copies(), ['a.log.gz', 'b.log.gz', 'large.log.gz']);
		assert.equal((await sandbox.checkSums()).code, 0);
	}
});

test('a run that is stopped before it began keeps what an earlier one had', async () => {
	const {sandbox} = await interrupted();
	await using _ = sandbox;
	const onEvent = stoppingAt(event => event.message_type === 'start', new Interruption('SIGINT'));
	const again = (await backUpHere(sandbox, {onEvent, missing: [{path: Buffer.from('gone'), outcome: 'failed'}]})).one('exit_error');
	assert.deepEqual([again.code, again.files_kept, again.files_not_done], [130, 3, 1]);
	assert.equal((await backUpHere(sandbox)).one('summary').files_resumed, 3);
});
