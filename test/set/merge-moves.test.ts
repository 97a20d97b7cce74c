/* Adding copies to a set on file systems without hard links, or without those from one directory to another. */
import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import {test} from 'node:test';
import {addCopies, takeBackCopies} from '../../source/set/staging/merge-links.ts';
import {
	canLink,
	moveBack,
	moveCopy,
	noteMoves,
} from '../../source/set/staging/merge-moves.ts';
import {run} from '../support/run.ts';
import {Calls, failAtEach} from '../support/calls.ts';
import {copyOf, Place, recordOf} from '../support/set-fixtures.ts';

const date = '2026-03-14';
const records = [recordOf('b.log'), recordOf('deep/c.log')];

/** A set, and staging with two copies. */
async function prepare(place: Place) {
	await fs.mkdir(place.at(date), {mode: 0o700});
	await fs.mkdir(place.at('staging/.logbackup'), {recursive: true, mode: 0o700});

	for (const {path, file} of records) {
		await place.write(`staging/${file.toString()}`, copyOf(path.toString()));
	}

	const set = await place.directory.openDirectory(date);
	const staging = await place.directory.openDirectory('staging');
	return {
		set, staging, date, canLink: true, async [Symbol.asyncDispose]() {
			await set.close();
			await staging.close();
		},
	};
}

const added = [`${date}/`, `${date}/b.log.gz`, `${date}/deep/`, `${date}/deep/c.log.gz`];

const inSet = async (place: Place) => (await place.tree()).filter(file => file.startsWith(date));

test('where there are no hard links at all, copies are moved, and moved back', async t => {
	for (const code of ['EPERM', 'EOPNOTSUPP', 'ENOTSUP', 'ENOSYS', 'EMLINK', 'EXDEV']) {
		await using place = await Place.create();
		await using places = await prepare(place);
		const calls = await Calls.watch(t, place.root);
		calls.fail(/^link /v, code);
		assert.equal(await canLink(places.staging), false, code);
		const moving = {...places, canLink: false};
		await addCopies(moving, records);
		assert.deepEqual(await inSet(place), added, code);
		assert.deepEqual((await place.tree()).filter(file => /^staging.*gz$/v.test(file)), []);
		// Again, as after a kill.
		await addCopies(moving, records);
		await takeBackCopies(moving, records);
		// Nothing of it is there any more.
		await takeBackCopies(moving, records);
		assert.deepEqual(await inSet(place), [`${date}/`], code);
		assert.deepEqual(await fs.readFile(place.at('staging/b.log.gz')), copyOf('b.log'));
		assert.deepEqual(await fs.readFile(place.at('staging/deep/c.log.gz')), copyOf('deep/c.log'));
		calls.end();
	}
});

test('where there are hard links, but none into the set, it is written down that copies may have been moved, before the first is', async t => {
	await using place = await Place.create();
	await using places = await prepare(place);
	assert.equal(await canLink(places.staging), true);
	assert.deepEqual(await fs.readdir(place.at('staging/.logbackup')), [], 'the trial leaves nothing');
	const calls = await Calls.watch(t, place.root);
	calls.fail(/^link staging\/.* 2026/v, 'EXDEV');
	await addCopies(places, records);
	assert.deepEqual(await inSet(place), added);
	assert.equal(calls.matching(/^link/v).length, 1, 'the others are moved at once');
	const steps = calls.matching(/^(?:sync staging|rename)/v);
	assert.deepEqual(steps.slice(0, 3), ['sync staging/.logbackup/moved', 'sync staging/.logbackup', `rename staging/b.log.gz ${date}/b.log.gz`]);
	calls.end();
	assert.equal(await canLink(places.staging), false, 'whoever goes on knows');
});

test('an error of the disk is none of hard links', async t => {
	await using place = await Place.create();
	await using places = await prepare(place);
	const calls = await Calls.watch(t, place.root);
	calls.fail(/^link /v, 'EIO');
	await assert.rejects(canLink(places.staging), {code: 'EIO'});
	await assert.rejects(addCopies(places, records), {code: 'EIO'});
	calls.fail(/^lstat staging\/\.logbackup\/moved/v, 'EACCES');
	await assert.rejects(canLink(places.staging), {code: 'EACCES'});
	assert.deepEqual(await fs.readdir(place.at('staging/.logbackup')), []);
});

test('a directory that cannot be opened is none without hard links', async t => {
	const hidden = await failAtEach(t, /^open /v, async () => {
		const place = await Place.create();
		const places = await prepare(place);
		return {
			root: place.root,
			work: async () => addCopies(places, records),
			async [Symbol.asyncDispose]() {
				await places[Symbol.asyncDispose]();
				await place[Symbol.asyncDispose]();
			},
		};
	}, 'EACCES');
	assert.deepEqual(hidden, []);
});

test('copies that were linked are taken back, and nothing that stood is', async () => {
	await using place = await Place.create();
	await using places = await prepare(place);
	await addCopies(places, records);
	await place.write(`${date}/stood.gz`, 'stood');
	await place.write('staging/stood.gz', 'stood');
	await takeBackCopies(places, [...records, recordOf('stood'), recordOf('never/added')]);
	assert.deepEqual(await inSet(place), [`${date}/`, `${date}/stood.gz`]);
	assert.equal((await fs.stat(place.at('staging/b.log.gz'))).nlink, 1);
});

test('what is taken back is synced, and what cannot be looked at is an error', async t => {
	await using place = await Place.create();
	await using places = await prepare(place);
	await addCopies(places, records);
	const calls = await Calls.watch(t, place.root);
	calls.fail(/^lstat 2026-03-14\/b/v, 'EIO', 1);
	await assert.rejects(takeBackCopies(places, records), {code: 'EIO'});
	await takeBackCopies(places, records);
	assert.equal(calls.matching(/^(?:unlink|sync)/v).at(-1), `sync ${date}`);
});

test('a reserved name is filled; one that is somebody else\'s file is not', async () => {
	await using place = await Place.create();
	await using places = await prepare(place);
	const [record] = records as [typeof records[0]];
	const file = place.at(date, 'b.log.gz');

	for (const [content, mode] of [['x', 0o600], ['', 0o644], ['', 0o700]] as const) {
		await fs.writeFile(file, content);
		await fs.chmod(file, mode);
		await assert.rejects(moveCopy(places.set, places.staging, record), {code: 'EEXIST'});
		await moveBack(places.set, places.staging, record);
		assert.equal(await fs.readFile(file, 'utf8'), content);
		assert.deepEqual(await fs.readFile(place.at('staging/b.log.gz')), copyOf('b.log'));
	}

	await fs.rm(file);
	await run('mkfifo', ['--mode=600', file]);
	await assert.rejects(moveCopy(places.set, places.staging, record), {code: 'EEXIST'}, 'of another kind');
	await fs.rm(file);
	await fs.writeFile(file, '');
	await fs.chmod(file, 0o600);
	await fs.chown(file, 4711, 4711);
	await assert.rejects(moveCopy(places.set, places.staging, record), {code: 'EEXIST'}, 'of another owner');
	await fs.chown(file, 0, 0);
	await moveBack(places.set, places.staging, record);
	assert.deepEqual(await inSet(place), [`${date}/`], 'taken back, as nothing was moved to it');
	await fs.writeFile(file, '', {mode: 0o600});
	await moveCopy(places.set, places.staging, record);
	assert.deepEqual(await fs.readFile(file), copyOf('b.log'));
});

test('a directory of somebody else\'s in the set is no place for copies; one that was made just now is', async t => {
	await using place = await Place.create();
	await using places = await prepare(place);
	await fs.mkdir(place.at(date, 'deep'), {mode: 0o777});
	await fs.chmod(place.at(date, 'deep'), 0o777);
	await assert.rejects(addCopies(places, records), {name: 'DestinationError'});
	await fs.chmod(place.at(date, 'deep'), 0o755);
	await addCopies(places, records);
	assert.deepEqual(await inSet(place), added);
	const calls = await Calls.watch(t, place.root);
	calls.fail(/^mkdir/v, 'EROFS');
	await assert.rejects(addCopies(places, records), {code: 'EROFS'});
});

test('moves are noted durably', async t => {
	await using place = await Place.create();
	await using places = await prepare(place);
	const calls = await Calls.watch(t, place.root);
	await noteMoves(places.staging);
	assert.deepEqual(calls.matching(/^sync/v), ['sync staging/.logbackup/moved', 'sync staging/.logbackup']);
});
