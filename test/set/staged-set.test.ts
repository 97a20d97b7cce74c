/* The ends of a set that grows: published, removed, or left to the next run. */
import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import {test} from 'node:test';
import type {ExtrasStore} from '../../source/files/extras/extras-store.ts';
import {Calls} from '../support/calls.ts';
import {manifestOf, Place} from '../support/set-fixtures.ts';
import {
	addCopy,
	date,
	entriesOf,
	name,
	openStaged,
} from './staged.ts';

test('a set is described, emptied of what is only for its run, synced, named and made durable, in that order', async t => {
	await using place = await Place.create();
	const staged = await openStaged(t, place);
	await addCopy(staged, 'nginx/a.log');
	assert.equal(staged.isPublished, false);
	const calls = await Calls.watch(t, place.root);
	await staged.publish(manifestOf([]));
	const steps = calls.matching(/^(?:rename|sync|unlink|rmdir) /v).filter((call, index, all) => call !== all[index - 1]);
	assert.deepEqual(steps, [
		`sync ${name}/manifest.json`,
		`sync ${name}/SHA256SUMS`,
		`unlink ${name}/.logbackup/journal`,
		`rmdir ${name}/.logbackup`,
		`sync ${name}/nginx`,
		`sync ${name}`,
		`rename ${name} ${date}`,
		'sync .',
	]);
	assert.equal(staged.isPublished, true);
	assert.deepEqual(await entriesOf(place), [date]);
	await staged.close();
	await staged.discard();
	assert.deepEqual(await entriesOf(place), [date]);
});

test('what another run wrote into, moved or replaced is not published', async t => {
	const harms: ReadonlyArray<(place: Place) => Promise<void>> = [
		async place => fs.appendFile(place.at(name, '.logbackup/journal'), '\n'),
		async place => fs.rename(place.at(name), place.at('moved')),
		async place => {
			await fs.rename(place.at(name), place.at('moved'));
			await fs.mkdir(place.at(name), {mode: 0o700});
		},
	];

	for (const harm of harms) {
		await using place = await Place.create();
		const staged = await openStaged(t, place);
		await addCopy(staged, 'a.log');
		await harm(place);
		const before = await entriesOf(place);
		await assert.rejects(staged.publish(manifestOf([])), {name: 'DestinationError'});
		assert.equal(staged.isPublished, false);
		await staged.close();
		assert.deepEqual(await entriesOf(place), before, 'nor removed');
		await staged.discard();
		assert.deepEqual(await entriesOf(place), before);
	}
});

test('one that is moved while it is being finished is not published', async t => {
	await using place = await Place.create();
	const staged = await openStaged(t, place);
	await addCopy(staged, 'a.log');
	const calls = await Calls.watch(t, place.root);
	calls.before(/^rmdir/v, async () => fs.rename(place.at(name), place.at('moved')));
	await assert.rejects(staged.publish(manifestOf([])), {name: 'DestinationError'});
	assert.deepEqual(await entriesOf(place), ['moved']);
	await using other = await Place.create();
	const replaced = await openStaged(t, other);
	await addCopy(replaced, 'a.log');
	calls.end();
	const again = await Calls.watch(t, other.root);
	again.before(/^rmdir/v, async () => {
		await fs.rename(other.at(name), other.at('moved'));
		await fs.mkdir(other.at(name));
	});
	await assert.rejects(replaced.publish(manifestOf([])), {name: 'DestinationError'});
	assert.deepEqual(await entriesOf(other), [name, 'moved']);
});

test('a set that was published into a destination that has been moved says so', async t => {
	await using place = await Place.create();
	const staged = await openStaged(t, place, {root: `${place.root}/../${place.root.split('/').at(-1)}`});
	await addCopy(staged, 'a.log');
	const calls = await Calls.watch(t, place.root);
	// Just after the last look before the name is given.
	calls.before(/^rename/v, async () => fs.rename(place.root, `${place.root}-moved`));
	await assert.rejects(staged.publish(manifestOf([])), {name: 'DestinationError'});
	assert.equal(staged.isPublished, true);
	calls.end();
	await fs.rename(`${place.root}-moved`, place.root);
	assert.deepEqual(await entriesOf(place), [date]);
});

test('without the lock nothing is opened, published or added', async t => {
	await using place = await Place.create();
	await assert.rejects(openStaged(t, place, {root: '/nowhere'}), {name: 'DestinationError'});
	assert.deepEqual(await entriesOf(place), []);
	const staged = await openStaged(t, place);
	await addCopy(staged, 'a.log');
	const calls = await Calls.watch(t, place.root);
	calls.fail(/^lstat \.lock/v, 'EIO');
	await assert.rejects(staged.publish(manifestOf([])), {code: 'EIO'});
	assert.deepEqual(await entriesOf(place), [name]);
});

test('a staging directory whose default ACL cannot be taken off is not used; where there are none, it is', async t => {
	for (const [isAble, isDropped, isOpened] of [[true, false, false], [true, true, true], [false, false, true]] as const) {
		await using place = await Place.create();
		const store = {isAble, dropDefault: async () => isDropped} as unknown as ExtrasStore;
		const opening = openStaged(t, place, {extras: store});

		if (isOpened) {
			await (await opening).discard();
		} else {
			await assert.rejects(opening, {name: 'DestinationError'});
		}
	}
});

test('an interrupted run leaves what it has completed, and nothing if there is none', async t => {
	await using place = await Place.create();
	const staged = await openStaged(t, place);
	await staged.close();
	assert.deepEqual(await entriesOf(place), []);
	const other = await openStaged(t, place);
	await other.staging.sweep();
	await addCopy(other, 'a.log');
	await other.close();
	assert.deepEqual(await entriesOf(place), [name]);
	const again = await openStaged(t, place);
	assert.equal(again.staging.keepable, 1);
	await again.discard();
	assert.deepEqual(await entriesOf(place), []);
});
