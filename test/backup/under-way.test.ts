import assert from 'node:assert/strict';
import {renameSync} from 'node:fs';
import fs from 'node:fs/promises';
import path from 'node:path';
import {test} from 'node:test';
import type {BackupEvent} from '../../source/backup/events.ts';
import {Interruption} from '../../source/exit/failure.ts';
import {Sandbox} from '../support/sandbox.ts';
import {exists} from '../support/files.ts';
import {gunzip, run} from '../support/run.ts';
import {sampleLog} from '../support/sample-logs.ts';
import {
	backUpHere,
	entriesOf,
	readManifest,
	stoppingAt,
} from '../support/running.ts';

const hasRead = (bytes: number) => (event: BackupEvent) => event.message_type === 'status' && event.bytes_done > bytes;

test('with one job, files go one after the other; with two, others are copied beside a large one', async () => {
	for (const [jobs, expected] of [[1, 0], [2, 1]] as const) {
		await using sandbox = await Sandbox.create();
		await sandbox.addEndless('endless.log');
		await sandbox.add('small.log', 'x\n');
		let done = 0;
		const isFar = hasRead(200_000_000);
		const reported = await backUpHere(sandbox, {
			jobs,
			onEvent(event, controller) {
				done += event.message_type === 'file' ? 1 : 0;

				if (isFar(event) && (done === expected || jobs === 1)) {
					controller.abort(new Interruption('SIGINT'));
				}
			},
		});
		assert.equal(reported.one('exit_error').code, 130);
		assert.equal(done, expected);
		const last = reported.of('status').at(-1)!;
		assert.partialDeepStrictEqual(last, {current_files: [{path: 'endless.log'}], total_files: 2, files_done: expected});
		assert.ok(last.percent_done < 1, 'what is not done is not told as done');
	}
});

test('a run whose destination is taken away ends, though it only reads just then', async () => {
	await using sandbox = await Sandbox.create();
	await sandbox.addEndless('endless.log');
	const destination = path.join(sandbox.root, 'backups');
	let isMoved = false;
	const reported = await backUpHere({source: sandbox.source, destination}, {
		jobs: 1,
		onEvent(event) {
			if (!isMoved && event.message_type === 'status') {
				isMoved = true;
				renameSync(destination, `${destination}.elsewhere`);
			}
		},
	});
	assert.partialDeepStrictEqual(reported.one('exit_error'), {code: 1, files_kept: 0, files_not_done: 1});
	assert.match(reported.one('exit_error').message, /backups is not the destination any more: it was moved to .+elsewhere/v);
});

test('what fails is written down as what it was: a link to be followed, or a file', async () => {
	await using sandbox = await Sandbox.create();
	await sandbox.add('a.log', 'a\n');
	await sandbox.add('b.log', 'b\n');
	await fs.symlink('a.log', path.join(sandbox.source, 'link'));
	const entries = await entriesOf(sandbox, 'a.log', 'b.log', 'link');
	await fs.rm(path.join(sandbox.source, 'b.log'));
	assert.equal((await run('mkfifo', [path.join(sandbox.source, 'b.log')])).code, 0);
	await fs.rm(path.join(sandbox.source, 'link'));
	await fs.symlink('.', path.join(sandbox.source, 'link'));
	const reported = await backUpHere(sandbox, {entries});
	assert.equal(reported.one('summary').exit_code, 3);
	assert.deepEqual(reported.of('error').map(({path: name}) => name).toSorted(), ['b.log', 'link']);
	const {entries: written} = await readManifest(sandbox);
	assert.deepEqual(Object.fromEntries(written.map(({path: name, kind, outcome}) => [name, [outcome, kind]])), {'a.log': ['done', undefined], 'b.log': ['failed', undefined], link: ['failed', 'symlink']});
});

test('what rotation renames is copied under its new name; what is gone has no place beside another that has its path', async () => {
	await using sandbox = await Sandbox.create();
	await sandbox.add('a.log', 'a\n');
	await sandbox.add('b.log', 'bb\n');
	await sandbox.add('c.log', 'ccc\n');
	const entries = await entriesOf(sandbox, 'a.log', 'b.log', 'c.log');
	await fs.rm(path.join(sandbox.source, 'a.log'));
	await fs.rename(path.join(sandbox.source, 'b.log'), path.join(sandbox.source, 'a.log'));
	await fs.rm(path.join(sandbox.source, 'c.log'));
	const reported = await backUpHere(sandbox, {entries});
	const summary = reported.one('summary');
	assert.deepEqual([summary.exit_code, summary.files_done, summary.files_vanished, summary.total_files], [0, 1, 1, 2]);
	const {entries: written} = await readManifest(sandbox);
	assert.partialDeepStrictEqual(written, [{
		path: 'a.log', listed_as: 'b.log', outcome: 'done', notes: ['renamed'],
	}, {path: 'c.log', outcome: 'vanished'}]);
	assert.equal((await gunzip(path.join(sandbox.set, 'a.log.gz'))).toString(), 'bb\n');
	assert.partialDeepStrictEqual(reported.of('status').at(-1), {percent_done: 1, files_done: 3});
});

test('a renamed file that the previous set has is linked from it, under its new name', async () => {
	await using sandbox = await Sandbox.create();
	await sandbox.add('a.log', sampleLog(5000, 1));
	await sandbox.add('b.log', sampleLog(9000, 2));
	await backUpHere(sandbox);
	const entries = await entriesOf(sandbox, 'a.log', 'b.log');
	await fs.rename(path.join(sandbox.source, 'a.log'), path.join(sandbox.source, 'a.log.1'));
	await sandbox.add('a.log', 'new\n');
	const reported = await backUpHere(sandbox, {date: '2026-03-15', entries});
	const outcomes = reported.of('file').map(event => [event.path, event.outcome, event.listed_as, event.notes]);
	assert.deepEqual(outcomes.toSorted((one, other) => String(one).localeCompare(String(other))), [['a.log', 'done', undefined, ['replaced']], ['a.log.1', 'reused', 'a.log', ['renamed']], ['b.log', 'reused', undefined, []]]);
	assert.partialDeepStrictEqual(reported.of('status').at(-1), {
		percent_done: 1, total_files: 3, files_done: 3, total_bytes: 14_004, bytes_done: 14_004,
	});
});

test('a file that is written to while it is read is read once more, for a copy of one moment', async () => {
	await using sandbox = await Sandbox.create();
	await sandbox.addLaced('large.log', 300_000_000, 60_000);
	const file = path.join(sandbox.source, 'large.log');
	let times = 0;
	const writes: Array<Promise<unknown>> = [];
	const reported = await backUpHere(sandbox, {
		jobs: 1,
		onEvent(event) {
			if (times === 0 && hasRead(1_000_000)(event)) {
				times++;
				writes.push(fs.utimes(file, 1000, 1000));
			}
		},
	});
	await Promise.all(writes);
	assert.equal(times, 1);
	assert.equal(reported.one('summary').exit_code, 0);
	const [copy] = reported.of('file');
	assert.deepEqual(copy!.notes, []);
	assert.equal((await readManifest(sandbox)).entries[0]!.outcome, 'done');
	assert.partialDeepStrictEqual(reported.of('status').at(-1), {percent_done: 1, bytes_done: copy!.bytes_in, total_bytes: copy!.bytes_in});
	assert.equal((await sandbox.checkSums()).code, 0);
});

test('a run that is stopped while it reads leaves nothing unfinished', async () => {
	await using sandbox = await Sandbox.create();
	await sandbox.addEndless('endless.log');
	await backUpHere(sandbox, {onEvent: stoppingAt(hasRead(10_000_000), new Interruption('SIGTERM'))});
	assert.deepEqual([await exists(sandbox.staging), await exists(sandbox.set)], [false, false]);
});
