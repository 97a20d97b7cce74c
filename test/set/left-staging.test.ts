/* What becomes of what interrupted runs left: whose it is, of which date, and whether a merge waits in it. */
import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import {test} from 'node:test';
import {Hold} from '../../source/set/hold.ts';
import {Lock} from '../../source/set/lock/lock.ts';
import {flock} from '../../source/set/lock/kernel-lock.ts';
import type {Origin} from '../../source/set/names/provenance.ts';
import {claimStaging} from '../../source/set/staging/claim.ts';
import {Journal} from '../../source/set/manifest/journal.ts';
import {adoptLeft, finishMerges, removeLeftStaging} from '../../source/set/staging/left-staging.ts';
import {isMergePending, recordMerge} from '../../source/set/staging/merge-record.ts';
import {Calls} from '../support/calls.ts';
import {
	copyOf,
	makeSet,
	manifestOf,
	origin,
	Place,
	recordOf,
	sha256Of,
	textOf,
} from '../support/set-fixtures.ts';

const own = {host: 'web1', machine: origin.machine, sources: ['/var/log']};
const today = '2026-03-14';

async function leave(place: Place, date: string, from: Origin | undefined = origin): Promise<void> {
	const name = `.${date}.partial`;
	await fs.mkdir(place.at(name, '.logbackup'), {recursive: true, mode: 0o700});
	await using directory = await place.directory.openDirectory(name);
	const journal = await Journal.open(directory, {label: name, origin: from});
	await journal.append([recordOf(date)]);
	await journal.close();
	await place.write(`${name}/${date}.gz`, copyOf(date));
}

async function adopt(place: Place, adopts = true, date = today) {
	const {root, swept} = await adoptLeft(place.directory, {
		date, adopts, own, today,
	});
	await root.close();
	return {swept, left: (await fs.readdir(place.root)).toSorted(), files: (await fs.readdir(place.at(`.${date}.partial`))).filter(name => name.endsWith('.gz'))};
}

test('without anything left, a new staging directory is made, for its owner alone', async () => {
	await using place = await Place.create();
	assert.deepEqual(await adopt(place), {swept: 0, left: [`.${today}.partial`], files: []});
	assert.equal((await fs.stat(place.at(`.${today}.partial`))).mode & 0o777, 0o700);
});

test('what is left of the date itself is gone on with; of other dates, it is removed', async () => {
	await using place = await Place.create();
	await leave(place, today);
	await leave(place, '2026-03-12');
	assert.deepEqual(await adopt(place), {swept: 2, left: [`.${today}.partial`], files: [`${today}.gz`]});
});

test('else the newest of other dates is taken over, one of a day to come only if there is no other', async () => {
	await using place = await Place.create();

	for (const date of ['2026-03-11', '2026-03-12', '2026-12-31']) {
		await leave(place, date);
	}

	assert.deepEqual(await adopt(place), {swept: 4, left: [`.${today}.partial`], files: ['2026-03-12.gz']});
	await using reversed = await Place.create();
	await leave(reversed, '2026-03-12');
	await leave(reversed, '2026-03-11');
	assert.deepEqual((await adopt(reversed)).files, ['2026-03-12.gz'], 'in whatever order they are listed');
	await using other = await Place.create();
	await leave(other, '2026-12-30');
	await leave(other, '2026-12-31');
	assert.deepEqual(await adopt(other), {swept: 2, left: [`.${today}.partial`], files: ['2026-12-31.gz']});
});

test('where other dates do not matter, nothing happens to them', async () => {
	await using place = await Place.create();
	await leave(place, '2026-03-12');
	assert.deepEqual(await adopt(place, false), {swept: 0, left: ['.2026-03-12.partial', `.${today}.partial`], files: []});
});

test('what another host, machine or source left stays for them; of this very date it goes', async () => {
	for (const from of [{...origin, host: 'web2'}, {...origin, machine: 'b'}, {...origin, source: '/srv/log'}]) {
		await using place = await Place.create();
		await leave(place, '2026-03-12', from);
		assert.deepEqual(await adopt(place), {swept: 0, left: ['.2026-03-12.partial', `.${today}.partial`], files: []});
		await fs.rm(place.at(`.${today}.partial`), {recursive: true});
		await leave(place, today, from);
		assert.deepEqual(await adopt(place), {swept: 2, left: ['.2026-03-12.partial', `.${today}.partial`], files: []});
	}
});

test('a run that got as far as its manifest is known by that', async () => {
	for (const [host, files] of [['web1', ['x.gz']], ['web2', []]] as const) {
		await using place = await Place.create();
		await makeSet(place, '.2026-03-12.partial', [recordOf('x')], {host});
		assert.deepEqual((await adopt(place)).files, files);
	}
});

/** A set, and the decision of an interrupted --retry to add a copy to it. */
async function decide(place: Place, date: string): Promise<string> {
	const before = await makeSet(place, date, [recordOf('a')]);
	const after = textOf(manifestOf([recordOf('a'), recordOf('b')]));
	await place.write(`.${date}.partial/b.gz`, copyOf('b'));
	await fs.mkdir(place.at(`.${date}.partial`, '.logbackup'), {mode: 0o700});
	await using staging = await place.directory.openDirectory(`.${date}.partial`);
	await recordMerge(staging, {date, base: sha256Of(before), manifest: after});
	return after;
}

async function withHold<Result>(place: Place, action: (hold: Hold) => Promise<Result>): Promise<Result> {
	const lock = await Lock.take(place.directory, 0, new AbortController().signal);

	try {
		return await action(new Hold(place.directory, place.root, lock));
	} finally {
		await lock.release();
	}
}

test('a merge that waits is no left-over', async () => {
	await using place = await Place.create();
	await decide(place, '2026-03-12');
	assert.deepEqual((await adopt(place)).left, ['.2026-03-12.partial', '2026-03-12', `.${today}.partial`].toSorted());
});

test('merges are brought to their end, all or that of one date, and wait for nothing then', async () => {
	await using place = await Place.create();
	const after = await decide(place, '2026-03-11');
	await decide(place, '2026-03-12');
	await leave(place, '2026-03-10');
	await withHold(place, async hold => {
		assert.deepEqual(await finishMerges(place.directory, hold, '2026-03-11'), {isFinished: true, waiting: []});
		assert.equal(await place.read('2026-03-11/manifest.json'), after);
		assert.notEqual(await place.read('2026-03-12/manifest.json'), after);
		assert.deepEqual(await finishMerges(place.directory, hold), {isFinished: true, waiting: []});
		assert.equal(await place.read('2026-03-12/manifest.json'), after);
		assert.deepEqual(await finishMerges(place.directory, hold), {isFinished: false, waiting: []});
	});
	assert.equal((await place.tree()).some(file => file.endsWith('.logbackup/merge')), false);
});

test('one that cannot be ended is told, and waits, and costs the others nothing; asked for by its date, it is an error', async () => {
	await using place = await Place.create();
	await decide(place, '2026-03-11');
	const after = await decide(place, '2026-03-12');
	await fs.chmod(place.at('2026-03-11'), 0o777);
	await withHold(place, async hold => {
		const {isFinished, waiting} = await finishMerges(place.directory, hold);
		assert.equal(isFinished, true);
		assert.equal(waiting.length, 1);
		assert.match(waiting[0]!, /2026-03-11/v);
		assert.equal(await place.read('2026-03-12/manifest.json'), after);
		await assert.rejects(finishMerges(place.directory, hold, '2026-03-11'), {name: 'DestinationError'});
	});
	assert.ok((await fs.readdir(place.at('.2026-03-11.partial/.logbackup'))).includes('merge'));
});

test('one in whose way something stands is over, and is not called finished', async () => {
	await using place = await Place.create();
	await decide(place, '2026-03-11');
	await place.write('2026-03-11/b.gz', 'somebody else\'s');
	await withHold(place, async hold => {
		assert.deepEqual(await finishMerges(place.directory, hold), {isFinished: false, waiting: []});
	});
	assert.equal((await fs.readdir(place.at('.2026-03-11.partial/.logbackup'))).includes('merge'), false);
});

test('without the lock, no merge is ended and nothing left is removed', async () => {
	await using place = await Place.create();
	const after = await decide(place, '2026-03-11');
	await withHold(place, async hold => {
		// As if the operator had named another place.
		await using elsewhere = await Place.create();
		const lock = await Lock.take(elsewhere.directory, 0, new AbortController().signal);
		const wrong = new Hold(place.directory, elsewhere.root, lock);
		await assert.rejects(finishMerges(place.directory, wrong), {name: 'DestinationError'});
		await assert.rejects(removeLeftStaging(place.directory, '2026-03-11', wrong), {name: 'DestinationError'});
		await lock.release();
		assert.notEqual(await place.read('2026-03-11/manifest.json'), after);
		assert.ok((await fs.readdir(place.root)).includes('.2026-03-11.partial'));
		await removeLeftStaging(place.directory, '2026-03-11', hold);
		await removeLeftStaging(place.directory, '2026-03-11', hold);
		assert.deepEqual((await fs.readdir(place.root)).toSorted(), ['.lock', '2026-03-11']);
	});
});

test('a staging directory that another run fills is none to take over, and that is said after a while', async t => {
	await using place = await Place.create();
	await leave(place, today);
	// It locks what it has opened itself, as another process does.
	const {root} = await adoptLeft(place.directory, {
		date: today, adopts: false, own, today,
	});
	await using again = await place.directory.openDirectory(`.${today}.partial`);
	assert.equal(await flock(again.fd), 'held');
	const before = (await fs.readdir('/proc/self/fd')).length;
	let now = 0;
	t.mock.method(performance, 'now', () => {
		now += 4000;
		return now;
	});
	await assert.rejects(claimStaging(place.directory, `.${today}.partial`), {name: 'LockedError'});
	assert.ok(now >= 12_000 && now <= 20_000, 'ten seconds are long enough');
	t.mock.restoreAll();
	assert.equal((await fs.readdir('/proc/self/fd')).length, before);
	const waiting = claimStaging(place.directory, `.${today}.partial`);
	await root.close();
	const claimed = await waiting;
	assert.equal(await flock(again.fd), 'held');
	await claimed.close();
	assert.equal(await flock(again.fd), 'taken');
});

test('what is no whole record of a merge is none; one that cannot be read is an error', async t => {
	await using place = await Place.create();
	await decide(place, '2026-03-12');
	const file = '.2026-03-12.partial/.logbackup/merge';
	await using staging = await place.directory.openDirectory('.2026-03-12.partial');
	const record = JSON.parse(await place.read(file)) as Record<string, unknown>;
	assert.equal(await isMergePending(staging), true);

	for (const content of ['', '{', '[]', ...['date', 'base', 'manifest'].map(field => JSON.stringify({...record, [field]: 1}))]) {
		await place.write(file, content);
		assert.equal(await isMergePending(staging), false, content);
	}

	const calls = await Calls.watch(t, place.root);
	calls.fail(/^readFile/v, 'EIO');
	await assert.rejects(isMergePending(staging), {code: 'EIO'});
	await fs.rm(place.at('.2026-03-12.partial/.logbackup'), {recursive: true});
	assert.equal(await isMergePending(staging), false);
	await place.write('.2026-03-12.partial/.logbackup', '');
	assert.equal(await isMergePending(staging), false, 'something else has the name');
});
