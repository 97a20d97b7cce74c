/* Who has the lock, in this process and by what is written in the file; test/faults/lock.test.ts has the same of whole runs. */
import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import {test} from 'node:test';
import {readDestinationClock} from '../../source/set/lock/destination-clock.ts';
import {freshness} from '../../source/set/lock/holder.ts';
import {Lock, LockedError} from '../../source/set/lock/lock.ts';
import {Calls} from '../support/calls.ts';
import {Place} from '../support/set-fixtures.ts';
import {take, writeLock} from './locking.ts';

/** Types of statfs(2): ext4, and NFS, where other hosts write too. */
const ext4 = {type: 0xEF_53n};
const nfs = {type: 0x69_69n};

test('a lock names this process while it is held, and nobody afterwards', async () => {
	await using place = await Place.create();
	const lock = await take(place.directory);
	const holder = await Lock.holder(place.directory);
	assert.ok(holder !== undefined && holder !== 'unknown');
	assert.equal(holder.pid, process.pid);
	assert.equal((await fs.stat(place.at('.lock'))).mode & 0o777, 0o600);
	await assert.rejects(take(place.directory), (error: unknown) => error instanceof LockedError && error.remedy?.includes(`kill ${process.pid}`) === true);
	await lock.check();
	await lock.release();
	assert.equal(await place.read('.lock'), '');
	assert.equal(await Lock.holder(place.directory), undefined);
	await (await take(place.directory)).release();
});

test('who waits gets the lock once it is free, gives up after the time it was given, and not before', async () => {
	await using place = await Place.create();
	const lock = await take(place.directory);
	const begun = performance.now();
	await assert.rejects(take(place.directory, 700), LockedError);
	assert.ok(performance.now() - begun >= 700, 'waited');
	const waiting = take(place.directory, 600_000);
	await lock.release();
	await (await waiting).release();
});

test('the waiting can be ended at once', async () => {
	await using place = await Place.create();
	const lock = await take(place.directory);
	const controller = new AbortController();
	const waiting = take(place.directory, 600_000, controller.signal);
	const reason = new Error('stopped');
	setImmediate(() => {
		controller.abort(reason);
	});
	await assert.rejects(waiting, reason);
	await lock.release();
});

test('a lock file that others can open is closed to them', async () => {
	await using place = await Place.create();
	await place.write('.lock');
	await fs.chmod(place.at('.lock'), 0o644);
	await (await take(place.directory)).release();
	assert.equal((await fs.stat(place.at('.lock'))).mode & 0o777, 0o600);
});

test('one that cannot be closed to others is used only where they do not get to it', async t => {
	for (const [mode, isTaken] of [[0o700, true], [0o755, false]] as const) {
		await using place = await Place.create();
		await place.write('.lock');
		await fs.chmod(place.at('.lock'), 0o644);
		await fs.chmod(place.root, mode);
		const calls = await Calls.watch(t, place.root);
		calls.fail(/^chmod/v, 'EPERM');
		const taking = take(place.directory);

		if (isTaken) {
			await (await taking).release();
		} else {
			await assert.rejects(taking, {name: 'DestinationError', code: 'EPERM'});
		}

		calls.end();
	}
});

test('no link, and no file of another owner or with a second name, is the lock', async () => {
	await using place = await Place.create();
	await place.write('other', 'precious');
	await fs.symlink('other', place.at('.lock'));
	await assert.rejects(take(place.directory), {name: 'DestinationError'});
	await fs.unlink(place.at('.lock'));
	await fs.link(place.at('other'), place.at('.lock'));
	await assert.rejects(take(place.directory), {name: 'DestinationError'});
	assert.equal(await place.read('other'), 'precious');
	assert.equal(await Lock.holder(place.directory), undefined);
});

test('a removed lock file is made anew, and a check of it finds who has taken it since', async () => {
	await using place = await Place.create();
	const lock = await take(place.directory);
	await fs.unlink(place.at('.lock'));
	await lock.check();
	assert.match(await place.read('.lock'), new RegExp(`"pid":${process.pid}`, 'v'));
	await fs.unlink(place.at('.lock'));
	const other = await take(place.directory);
	await assert.rejects(lock.check(), LockedError);
	await other.release();
	await lock.release();
});

test('where other hosts write too, a fresh sign of life of theirs counts, by the clock there, and an old one does not', async t => {
	await using place = await Place.create();
	const elsewhere = {
		boot_id: 'other', host: 'web2', pid: process.pid, kept_by: 'kernel',
	} as const;
	const limit = freshness / 1000;
	const calls = await Calls.watch(t, place.root);
	calls.answer(/^statfs/v, nfs);

	for (const [age, isHeld] of [[0, true], [limit - 10, true], [limit + 10, false], [10 - limit, true], [-10 - limit, false]] as const) {
		await writeLock(place, elsewhere, age);
		assert.equal(await Lock.holder(place.directory) !== undefined, isHeld, String(age));
	}

	await writeLock(place, elsewhere);
	await assert.rejects(take(place.directory), (error: Error) => error instanceof LockedError && !error.remedy?.includes('kill') && error.message.includes('web2'));
	calls.end();
	const local = await Calls.watch(t, place.root);
	local.answer(/^statfs/v, ext4);
	assert.equal(await Lock.holder(place.directory), undefined, 'where only this kernel writes, its word counts');
});

test('a process of before the machine was started anew has no lock, though pid and start time are alike', async t => {
	await using place = await Place.create();
	const calls = await Calls.watch(t, place.root);
	calls.answer(/^statfs/v, ext4);
	await writeLock(place, {kept_by: 'file'});
	assert.notEqual(await Lock.holder(place.directory), undefined, 'of this boot');
	await writeLock(place, {kept_by: 'file', boot_id: '00000000-0000-4000-8000-000000000000'});
	assert.equal(await Lock.holder(place.directory), undefined);
	await (await take(place.directory)).release();
});

test('the clock of the destination is that of a file written there, which is gone then; else that of this machine', async t => {
	await using place = await Place.create();
	const calls = await Calls.watch(t, place.root);
	calls.answer(/^stat \.clock/v, {mtimeNs: 42n});
	assert.equal(await readDestinationClock(place.directory), 42n);
	const [written, opened] = [calls.matching(/^(?:write|datasync) /v).map(call => call.split(' ', 1)[0]), calls.matching(/^open/v)];
	assert.deepEqual([written, opened.length], [['write', 'datasync'], 1]);
	assert.match(opened[0]!, /^open \.clock\.[\da-f]{12}$/v);
	assert.deepEqual(await place.tree(), []);
	calls.fail(/^open \.clock/v, 'EROFS');
	const now = BigInt(Date.now()) * 1_000_000n;
	const told = await readDestinationClock(place.directory);
	assert.ok(told >= now && told - now < 60_000_000_000n);
});
