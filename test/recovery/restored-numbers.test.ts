import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import path from 'node:path';
import {test} from 'node:test';
import {Directory} from '../../source/files/directory.ts';
import {Losses} from '../../source/recovery/losses.ts';
import {openTarget} from '../../source/recovery/open-target.ts';
import {
	isOwnerLost,
	planRestore,
	previewRestore,
	totalSize,
} from '../../source/recovery/plan-restore.ts';
import type {RestoreEvent} from '../../source/recovery/restore-events.ts';
import {restoreFiles} from '../../source/recovery/restoration.ts';
import {fractionDone, StatusClock} from '../../source/text/status-clock.ts';
import {judgeTargetError, TargetError, toTargetError} from '../../source/recovery/target-error.ts';
import {DestinationError} from '../../source/files/errors.ts';
import {openSet} from '../../source/set/open-set.ts';
import {backUpHere} from '../support/running.ts';
import {recordOf} from '../support/copy-records.ts';
import {Sandbox, someDate} from '../support/sandbox.ts';
import {sampleLog} from '../support/sample-logs.ts';

test('a restoration tells what it does: where to, each file, how far it is, what it came to', async () => {
	await using sandbox = await Sandbox.create();
	await sandbox.add('a.log', sampleLog(3000, 1));
	await sandbox.add('b.log', sampleLog(900_000, 2));
	await sandbox.add('c.log', sampleLog(5000, 3));
	await backUpHere(sandbox);
	const to = path.join(sandbox.root, 'restored');
	await fs.mkdir(to, {mode: 0o700});
	await fs.writeFile(path.join(to, 'a.log'), 'older');
	await using destination = await Directory.open(sandbox.destination);
	const set = await openSet(destination, {date: someDate, isStaging: false}, false);
	await using directory = set!.directory;
	const plan = await planRestore({directory}, set!.files);
	assert.equal(totalSize(plan), 908_000);

	for (const overwrite of [false, true]) {
		const events: RestoreEvent[] = [];
		const target = await openTarget({
			location: to, destination, create: false, checkSpace: false,
		});
		const {seconds_elapsed: seconds, ...restored} = await restoreFiles({
			set: set!,
			plan: plan.filter(({file}) => overwrite || file.path.toString() !== 'c.log'),
			target: target!,
			overwrite,
			jobs: 1,
			report(event) {
				events.push(event);
			},
			signal: new AbortController().signal,
		});
		const total = overwrite ? {total_files: 3, total_bytes: 908_000} : {total_files: 2, total_bytes: 903_000};
		assert.deepEqual(events[0], {
			message_type: 'restore_start', date: someDate, to, ...total,
		});
		assert.ok(seconds >= 0 && seconds < 300);
		const files = events.filter(event => event.message_type === 'file' || event.message_type === 'error').map(event => `${event.path} ${event.message_type === 'file' ? `${event.outcome} ${event.bytes}` : 'failed'}`);
		assert.deepEqual(files, overwrite
			? ['b.log replaced 900000', 'c.log restored 5000', 'a.log replaced 3000']
			: ['b.log restored 900000', 'a.log failed']);
		assert.deepEqual(restored, overwrite
			? {
				total_files: 3, files_restored: 3, files_failed: 0, bytes_restored: 908_000,
			}
			: {
				total_files: 2, files_restored: 1, files_failed: 1, bytes_restored: 900_000,
			});
		const statuses = events.filter(event => event.message_type === 'status');

		for (const status of statuses) {
			assert.deepEqual([status.total_files, status.total_bytes], [total.total_files, total.total_bytes]);
			assert.ok(status.bytes_done > 0 && status.bytes_done <= total.total_bytes);
			assert.equal(status.percent_done, fractionDone(status.bytes_done, status.total_bytes));
		}
	}
});

test('a dry run tells of each file what would become of it', async () => {
	await using sandbox = await Sandbox.create();
	await sandbox.add('a.log', 'a\n');
	await sandbox.add('b.log', 'bb\n');
	await sandbox.add('c.log', '');
	await backUpHere(sandbox);
	const to = path.join(sandbox.root, 'restored');
	await fs.mkdir(path.join(to, 'b.log'), {recursive: true});
	await fs.writeFile(path.join(to, 'a.log'), 'older');
	await using destination = await Directory.open(sandbox.destination);
	const set = await openSet(destination, {date: someDate, isStaging: false}, false);
	await using directory = set!.directory;
	const plan = await planRestore({directory}, set!.files);
	const preview = async (overwrite: boolean, isThere = true) => {
		const target = isThere
			? await openTarget({
				location: to, destination, create: false, checkSpace: false,
			})
			: undefined;
		const entries: unknown[] = [];

		for await (const {message_type: _, ...entry} of previewRestore(plan, target, overwrite)) {
			entries.push(entry);
		}

		await target?.finish();
		return entries;
	};

	const [a, b, c] = [{path: 'a.log', size: 2}, {path: 'b.log', size: 3}, {path: 'c.log', size: 0}];
	const inTheWay = {...b, action: 'fail', reason: 'a directory is in its place'};
	assert.deepEqual(await preview(false), [{...a, action: 'fail', reason: 'already exists'}, inTheWay, {...c, action: 'restore'}]);
	assert.deepEqual(await preview(true), [{...a, action: 'replace'}, inTheWay, {...c, action: 'restore'}]);
	assert.deepEqual(await preview(false, false), [a, b, c].map(entry => ({...entry, action: 'restore'})));
});

test('files that cannot stand in one tree are told before, and the first of two of one path is not among them', async () => {
	await using sandbox = await Sandbox.create();
	await fs.mkdir(sandbox.destination);
	await using directory = await Directory.open(sandbox.destination);
	const files = ['x', 'x/y', 'x', 'z/w', 'x/y/v'].map(name => ({
		path: Buffer.from(name), file: Buffer.from(`${name}.gz`), stored: 'gzip' as const, record: recordOf(name, {bytesIn: 7}),
	}));
	const plan = await planRestore({directory}, files);
	assert.deepEqual(plan.map(({problem, size}) => [problem === undefined, size]), [[true, 7], [false, 7], [false, 7], [true, 7], [false, 7]]);
	assert.equal(totalSize(plan), 35);
	assert.equal(totalSize([{file: files[0]!}]), 0);
});

test('only who is not root loses owners, and only of files of others', () => {
	const user = process.geteuid!();
	const plan = (uid: number) => [{
		file: {
			path: Buffer.from('x'), file: Buffer.from('x.gz'), stored: 'gzip' as const, record: recordOf('x', {source: {...recordOf('x').source, uid}}),
		},
	}];
	assert.equal(isOwnerLost(plan(user)), false);
	assert.equal(isOwnerLost(plan(user + 1)), user !== 0);
});

test('what restored files did not get is summed up, once for each kind', () => {
	const losses = new Losses();
	assert.deepEqual([...losses.notices()], []);
	losses.add({unkept: ['time', 'mode'], xattrs: [], isRestricted: false});
	losses.add({unkept: ['mode'], xattrs: ['user.b', 'user.a'], isRestricted: true});
	losses.add({unkept: [], xattrs: ['user.c', 'user.d', 'user.e', 'user.f\u{1B}'], isRestricted: false});
	losses.add({unkept: [], xattrs: [], isRestricted: false});
	const [access, attributes, unkept] = [...losses.notices()];
	assert.deepEqual([access!.notice, attributes!.notice, unkept!.notice], ['access', 'attributes', 'unkept']);
	assert.match(access!.message, /^1 file restored for its owner alone/v);
	assert.match(attributes!.message, /^2 files .+: user\.a, user\.b, user\.c, user\.d, user\.e and 1 more$/v);
	assert.match(unkept!.message, / mode, time of 2 files$/v);
	losses.add({unkept: [], xattrs: [], isRestricted: true});
	assert.match([...losses.notices()][0]!.message, /^2 files restored for their owners alone/v);
	const few = new Losses();
	few.add({unkept: ['owner'], xattrs: ['5', '4', '3', '2', '1'], isRestricted: false});
	assert.match([...few.notices()][0]!.message, /: 1, 2, 3, 4, 5$/v);
	assert.match([...few.notices()][1]!.message, / owner of 1 file$/v);
});

test('how much is done has three decimals, and is never more than all', () => {
	assert.equal(fractionDone(0, 0), 0);
	assert.equal(fractionDone(5, 0), 0);
	assert.equal(fractionDone(1, 3), 0.333);
	assert.equal(fractionDone(3, 3), 1);
	assert.equal(fractionDone(4, 3), 1);
});

test('statuses keep a quarter of a second apart, and time is told in seconds', t => {
	let now = 5000;
	t.mock.method(performance, 'now', () => now);
	const clock = new StatusClock();
	const told: number[] = [];
	const tell = () => {
		clock.throttle(() => {
			told.push(now);
		});
	};

	for (now of [5000, 5249, 5250, 5251, 5499, 5500, 9000]) {
		tell();
	}

	assert.deepEqual(told, [5000, 5250, 5500, 9000]);
	now = 6234.5;
	assert.equal(clock.seconds, 1.23);
});

const failure = (code: string) => Object.assign(new Error(code), {code});

test('a target that is full, read-only or broken ends a restoration; anything else costs one file', () => {
	for (const code of ['ENOSPC', 'EDQUOT', 'EROFS', 'EIO']) {
		const error = judgeTargetError(failure(code), '/to');
		assert.ok(error instanceof TargetError && error.code === code && error.message.includes('/to'), code);
		assert.equal(error.name, 'TargetError');
		assert.equal(judgeTargetError(error, '/elsewhere'), error);
	}

	for (const code of ['EACCES', 'EEXIST', 'ENAMETOOLONG', 'EINVAL', 'EFBIG', 'ENOENT']) {
		const error = failure(code);
		assert.equal(judgeTargetError(error, '/to'), error);
	}

	const own = new DestinationError('already exists');
	assert.equal(judgeTargetError(own, '/to'), own);
	assert.match(toTargetError(own, '/to').message, /^cannot write to \/to: already exists$/v);
});
