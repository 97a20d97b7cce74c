/* What is added to a set that stands: decided when it is durable, and told by how far it came. */
import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import {type TestContext, test} from 'node:test';
import {SpaceWatch} from '../../source/set/space.ts';
import {isMergePending} from '../../source/set/staging/merge-record.ts';
import {Calls} from '../support/calls.ts';
import {
	makeSet,
	manifestOf,
	Place,
	recordOf,
	textOf,
} from '../support/set-fixtures.ts';
import {
	addCopy,
	date,
	entriesOf,
	name,
	openBelow,
	openStaged,
} from './staged.ts';

/** A set with one copy, staging with another, and the texts of both manifests. */
async function prepareMerge(t: TestContext, place: Place, space?: SpaceWatch) {
	const before = await makeSet(place, date, [recordOf('a')]);
	const staged = await openStaged(t, place, space ? {space} : {});
	await addCopy(staged, 'b');
	return {staged, before, after: textOf(manifestOf([recordOf('a'), recordOf('b')]))};
}

test('what is added to a set is durable, with the name of its directory, before that is decided', async t => {
	await using place = await Place.create();
	const {staged, before, after} = await prepareMerge(t, place);
	const calls = await Calls.watch(t, place.root);
	await staged.merge({before, after});
	calls.end();
	const steps = calls.matching(/^(?:rename|sync) /v);
	const decision = steps.indexOf(`rename ${name}/.logbackup/merge.tmp ${name}/.logbackup/merge`);
	assert.ok(steps.includes(`sync ${name}`) && steps.indexOf(`sync ${name}`) < steps.indexOf('sync .'));
	assert.ok(steps.indexOf('sync .') < decision);
	assert.equal(staged.isPublished, true);
	assert.equal(await place.read(date, 'manifest.json'), after);
	assert.deepEqual(await entriesOf(place), [date]);
});

test('a merge that fails once it is decided is left to the next run, and told by how far it came', async t => {
	const moments: ReadonlyArray<readonly [pattern: RegExp, isPublished: boolean, isLeft: boolean]> = [
		[/^rename \S+merge\.tmp/v, false, false],
		[/^link \S+ \d/v, false, true],
		[/^rename \S+manifest\.json /v, false, true],
		[/^rename \S+after /v, true, true],
	];

	for (const [pattern, isPublished, isLeft] of moments) {
		await using place = await Place.create();
		const {staged, before, after} = await prepareMerge(t, place);
		const calls = await Calls.watch(t, place.root);
		calls.fail(pattern, 'EIO');
		await assert.rejects(staged.merge({before, after}), {name: 'DestinationError', code: 'EIO'});
		calls.end();
		assert.equal(staged.isPublished, isPublished, String(pattern));
		await staged.discard();
		assert.equal((await openBelow(place)).length, 1, 'but the destination, nothing is open');
		const entries = await entriesOf(place);
		assert.equal(entries.includes(name), isLeft, String(pattern));

		if (!isLeft) {
			continue;
		}

		await using staging = await place.directory.openDirectory(name);
		assert.equal(await isMergePending(staging), true);
	}
});

test('a merge for which there is no room is not decided', async t => {
	await using place = await Place.create();
	const {staged, before, after} = await prepareMerge(t, place, new SpaceWatch(place.directory, {bytes: 1000}));
	const answer = (free: number) => ({
		bsize: 1, frsize: 1, blocks: 1e12, bavail: 1000 + free, files: 0, ffree: 0,
	});
	const calls = await Calls.watch(t, place.root);
	calls.answer(/^statfs/v, answer((after.length * 3) - 1));
	await assert.rejects(staged.merge({before, after}), {name: 'NoSpaceError'});
	assert.deepEqual(calls.matching(/^rename/v), []);
	calls.end();
	const later = await Calls.watch(t, place.root);
	later.answer(/^statfs/v, answer(after.length * 3));
	await staged.merge({before, after});
	assert.equal(staged.isPublished, true);
});

test('a merge into a destination that is another by now, or from staging that somebody wrote into, is not decided', async t => {
	await using place = await Place.create();
	const {staged, before, after} = await prepareMerge(t, place);
	await fs.appendFile(place.at(name, '.logbackup/journal'), '\n');
	await assert.rejects(staged.merge({before, after}), {name: 'DestinationError'});
	assert.equal(await place.read(date, 'manifest.json'), before);
	assert.equal(staged.isPublished, false);
});

test('without the lock nothing is decided', async t => {
	await using place = await Place.create();
	const {staged, before, after} = await prepareMerge(t, place);
	const calls = await Calls.watch(t, place.root);
	calls.fail(/^lstat \.lock/v, 'EIO');
	await assert.rejects(staged.merge({before, after}), {code: 'EIO'});
	assert.deepEqual(calls.matching(/^rename/v), []);
});

test('what was added to a set in a destination that has been moved says so', async t => {
	await using place = await Place.create();
	const {staged, before, after} = await prepareMerge(t, place);
	const calls = await Calls.watch(t, place.root);
	calls.before(/^rmdir \.2026-03-14\.partial$/v, async () => fs.rename(place.root, `${place.root}-moved`));
	await assert.rejects(staged.merge({before, after}), {name: 'DestinationError'});
	assert.equal(staged.isPublished, true);
	calls.end();
	await fs.rename(`${place.root}-moved`, place.root);
	assert.equal(await place.read(date, 'manifest.json'), after);
});

test('what was staged in a directory that is another by now is not added', async t => {
	await using place = await Place.create();
	const {staged, before, after} = await prepareMerge(t, place);
	await fs.rename(place.at(name), place.at('moved'));
	await assert.rejects(staged.merge({before, after}), {name: 'DestinationError'});
	assert.equal(await place.read(date, 'manifest.json'), before);
	assert.deepEqual((await fs.readdir(place.at('moved', '.logbackup'))), ['journal'], 'nothing is decided');
});
