/* Which sets go and in which order, by what calls, and what is left where one fails. */
import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import {test} from 'node:test';
import {Hold} from '../../source/set/hold.ts';
import {Lock} from '../../source/set/lock/lock.ts';
import {
	bytesFreedBy,
	choosePrunable,
	planPrune,
	type RemovableSet,
	removeSet,
	removeSets,
	sweepPruned,
} from '../../source/set/prune-sets.ts';
import {Calls} from '../support/calls.ts';
import {
	makeSet,
	origin,
	overviewOf,
	Place,
	recordOf,
} from '../support/set-fixtures.ts';

const pruning = {today: '2026-03-14', whose: {host: 'web1', machine: origin.machine}};
const dates = ['2026-03-10', '2026-03-11', '2026-03-12', '2026-03-13'];

test('what stays whatever the policy says is told with the reason', () => {
	const overviews = [
		overviewOf('2026-03-15'),
		overviewOf('2026-03-14'),
		overviewOf('2026-03-13', {state: 'damaged'}),
		overviewOf('2026-03-12', {state: 'empty'}),
		overviewOf('2026-03-11', {state: 'foreign'}),
		overviewOf('2026-03-10', {origin: {...origin, host: 'web2'}}),
		overviewOf('2026-03-09', {state: 'partial'}),
		overviewOf('2026-03-08'),
	];
	const {kept, removed} = choosePrunable(overviews, {last: 1}, pruning);
	assert.deepEqual(removed.map(({date}) => date), ['2026-03-09', '2026-03-08']);
	const reasons = new Map(kept.map(({overview, reasons: why}) => [overview.date, why]));
	assert.deepEqual(reasons.get('2026-03-15'), ['in the future']);
	assert.deepEqual(reasons.get('2026-03-14'), ['last set', 'newest complete set']);
	assert.deepEqual(reasons.get('2026-03-11'), ['foreign']);
	assert.deepEqual(reasons.get('2026-03-10'), ['of /var/log on web2']);
	assert.match(reasons.get('2026-03-13')!.join(' '), /^damaged/v);
	assert.match(reasons.get('2026-03-12')!.join(' '), /^empty/v);
});

test('where a source was named, sets of others stay, and count for nothing', () => {
	const overviews = [overviewOf('2026-03-13', {origin: {...origin, source: '/srv'}}), overviewOf('2026-03-12'), overviewOf('2026-03-11', {origin: {...origin, source: '/srv'}}), overviewOf('2026-03-10')];
	const {removed} = choosePrunable(overviews, {last: 1}, {...pruning, whose: {...pruning.whose, sources: ['/var/log']}});
	assert.deepEqual(removed.map(({date}) => date), ['2026-03-10']);
	assert.deepEqual(choosePrunable(overviews, {last: 1}, pruning).removed.map(({date}) => date), ['2026-03-11', '2026-03-10'], 'else each is counted for itself');
});

test('a plan tells what each removal frees: files that no set which stays has too, counted once', async () => {
	await using place = await Place.create();

	for (const date of dates) {
		await fs.mkdir(place.at(date), {mode: 0o700});
		await makeSet(place, `${date}x`, [recordOf('a')]);
		await fs.rmdir(place.at(date));
		await fs.rename(place.at(`${date}x`), place.at(date));
		await place.write(`${date}/deep/own`, 'x'.repeat(1000));
	}

	// Shared by the two oldest, by three, and by all.
	await place.write(`${dates[0]}/two`, 'x'.repeat(10_000));
	await fs.link(place.at(dates[0]!, 'two'), place.at(dates[1]!, 'two'));
	await place.write(`${dates[0]}/three`, 'x'.repeat(100_000));
	await fs.link(place.at(dates[0]!, 'three'), place.at(dates[1]!, 'three'));
	await fs.link(place.at(dates[0]!, 'three'), place.at(dates[2]!, 'three'));
	await place.write(`${dates[0]}/all`, 'x'.repeat(1_000_000));

	for (const date of dates.slice(1)) {
		await fs.link(place.at(dates[0]!, 'all'), place.at(date, 'all'));
	}

	await fs.mkdir(place.at('.2026-03-14.partial'));
	const {kept, removed} = await planPrune(place.directory, {last: 1}, pruning);
	assert.deepEqual(kept.map(({overview}) => overview.date), ['2026-03-13']);
	const own = async (date: string) => {
		const names = ['SHA256SUMS', 'manifest.json', 'a.gz'];
		const stats = await Promise.all(names.map(async name => fs.stat(place.at(date, name))));
		return stats.reduce((sum, {size}) => sum + size, 1000);
	};

	assert.deepEqual(removed.map(({overview, bytesFreed}) => [overview.date, bytesFreed]), [
		['2026-03-12', await own('2026-03-12') + 100_000],
		['2026-03-11', await own('2026-03-11') + 10_000],
		['2026-03-10', await own('2026-03-10')],
	]);
});

test('a set is taken out of sight durably before anything in it goes', async t => {
	await using place = await Place.create();
	await makeSet(place, '2026-03-10');
	const calls = await Calls.watch(t, place.root);
	await removeSet(place.directory, '2026-03-10');
	const steps = calls.matching(/^(?:rename|sync|unlink|rmdir) /v);
	assert.deepEqual(steps.slice(0, 2), ['rename 2026-03-10 .2026-03-10.pruned', 'sync .']);
	assert.ok(steps.slice(2, -1).every(call => call.startsWith('unlink .2026-03-10.pruned/')));
	assert.equal(steps.at(-1), 'rmdir .2026-03-10.pruned');
	assert.deepEqual(await place.tree(), []);
});

test('one whose name cannot be taken away, or not durably, keeps all that is in it', async t => {
	for (const pattern of [/^rename/v, /^sync/v]) {
		await using place = await Place.create();
		await makeSet(place, '2026-03-10');
		const calls = await Calls.watch(t, place.root);
		calls.fail(pattern, 'EIO');
		await assert.rejects(removeSet(place.directory, '2026-03-10'), {name: 'DestinationError', code: 'EIO'});
		assert.deepEqual(calls.matching(/^unlink/v), []);
		calls.end();
	}
});

test('what is left of a removal goes with the next, and what cannot go is told', async t => {
	await using place = await Place.create();
	await makeSet(place, '2026-03-10');
	const calls = await Calls.watch(t, place.root);
	calls.fail(/^unlink .*syslog/v, 'EPERM');
	await assert.rejects(removeSet(place.directory, '2026-03-10'), (error: Error) => error.message.includes('.2026-03-10.pruned'));
	const swept = await sweepPruned(place.directory);
	assert.equal(swept.problems.length, 1);
	assert.ok(swept.problems[0]!.message.includes('.2026-03-10.pruned'));
	calls.end();

	for (const name of ['.2026-02-30.pruned', '.2026-03-11.pruned.old', 'x.2026-03-11.pruned', '2026-03-11']) {
		await fs.mkdir(place.at(name));
	}

	const left = (await place.tree()).filter(file => file.startsWith('.2026-03-10') && !file.endsWith('/')).length;
	assert.ok(left > 0);
	assert.deepEqual(await sweepPruned(place.directory), {files: left, problems: []});
	assert.deepEqual(await place.tree(), ['.2026-02-30.pruned/', '.2026-03-11.pruned.old/', '2026-03-11/', 'x.2026-03-11.pruned/']);
	const later = await Calls.watch(t, place.root);
	later.fail(/^readdir/v, 'EIO');
	await assert.rejects(sweepPruned(place.directory), {name: 'DestinationError', code: 'EIO'});
});

async function withSets<Result>(action: (place: Place, hold: Hold, sets: RemovableSet[]) => Promise<Result>): Promise<Result> {
	await using place = await Place.create();

	for (const date of dates) {
		await makeSet(place, date);
	}

	const lock = await Lock.take(place.directory, 0, new AbortController().signal);

	try {
		return await action(place, new Hold(place.directory, place.root, lock), dates.toReversed().map(date => ({overview: overviewOf(date), bytesFreed: 1})));
	} finally {
		await lock.release();
	}
}

const datesOf = (sets: readonly RemovableSet[]) => sets.map(({overview}) => overview.date);

test('sets go oldest first; one that cannot costs no other', async t => {
	await withSets(async (place, hold, sets) => {
		const calls = await Calls.watch(t, place.root);
		calls.fail(/^rename 2026-03-11/v, 'EPERM');
		const {removed, failed, left} = await removeSets({destination: place.directory, hold}, sets, new AbortController().signal);
		assert.deepEqual([datesOf(removed), failed.map(({date}) => date), left], [['2026-03-10', '2026-03-12', '2026-03-13'], ['2026-03-11'], 0]);
		assert.deepEqual(calls.matching(/^rename/v).map(call => call.split(' ', 2)[1]), dates);
		assert.equal(calls.matching(/^lstat \.lock/v).length, 4, 'the lock is looked at before each');
	});
});

test('once it is stopped, or the lock is lost, no more are begun', async t => {
	await withSets(async (place, hold, sets) => {
		const controller = new AbortController();
		const calls = await Calls.watch(t, place.root);
		calls.before(/^rename 2026-03-11/v, async () => {
			controller.abort();
		});
		const stopped = await removeSets({destination: place.directory, hold}, sets, controller.signal);
		assert.deepEqual([datesOf(stopped.removed), stopped.failed, stopped.left], [['2026-03-10', '2026-03-11'], [], 2]);
		calls.fail(/^lstat \.lock/v, 'EIO');
		const lost = await removeSets({destination: place.directory, hold}, sets.slice(0, 2), new AbortController().signal);
		assert.deepEqual([lost.removed, lost.failed.map(({date}) => date), lost.left], [[], ['2026-03-12'], 1]);
		assert.deepEqual((await fs.readdir(place.root)).toSorted(), ['.lock', '2026-03-12', '2026-03-13']);
	});
});

test('deleting a set frees what no other set holds, newer ones neither', async () => {
	await using place = await Place.create();
	await place.write('2026-03-12/a.gz', Buffer.alloc(1000));
	await place.write('2026-03-12/b.gz', Buffer.alloc(500));
	await fs.mkdir(place.at('2026-03-13'));
	await fs.link(place.at('2026-03-12/a.gz'), place.at('2026-03-13/a.gz'));
	assert.equal(bytesFreedBy(place.directory, '2026-03-12'), 500);
	assert.equal(bytesFreedBy(place.directory, '2026-03-13'), 0);
	assert.equal(bytesFreedBy(place.directory, '2026-03-14'), undefined);
});
