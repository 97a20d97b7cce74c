import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import {test} from 'node:test';
import {StagedDirectories} from '../../source/set/staging/staged-directories.ts';
import {Calls} from '../support/calls.ts';
import {Place} from '../support/set-fixtures.ts';

const file = (name: string) => Buffer.from(name);

test('each directory is made once, for its owner alone', async t => {
	await using place = await Place.create();
	const calls = await Calls.watch(t, place.root);
	const directories = new StagedDirectories(place.directory);
	await directories.makeParents(file('a/b/one'));
	await directories.makeParents(file('a/b/two'));
	await directories.makeParents(file('a/c/three'));
	await directories.makeParents(file('top'));
	assert.deepEqual(calls.matching(/^mkdir /v).filter((call, index, all) => all.indexOf(call) === index), ['mkdir a', 'mkdir a/b', 'mkdir a/c']);
	assert.deepEqual(await place.tree(), ['a/', 'a/b/', 'a/c/']);

	for (const name of ['a', 'a/b', 'a/c']) {
		assert.equal((await fs.stat(place.at(name))).mode & 0o777, 0o700, name);
	}
});

test('one that was noted is not made; one that stands is used, if nobody else has it', async t => {
	await using place = await Place.create();
	await fs.mkdir(place.at('mine'), {mode: 0o700});
	await fs.mkdir(place.at('open'), {mode: 0o755});
	await fs.chmod(place.at('open'), 0o755);
	const calls = await Calls.watch(t, place.root);
	const directories = new StagedDirectories(place.directory);
	directories.add(file('noted'));
	await directories.makeParents(file('noted/one'));
	assert.deepEqual(calls.matching(/^mkdir/v), []);
	await directories.makeParents(file('mine/one'));
	await assert.rejects(directories.makeParents(file('open/one')), {name: 'DestinationError'});
});

test('what stands in the way of a directory is told of every file below it, and tried once', async t => {
	await using place = await Place.create();
	await place.write('taken');
	const calls = await Calls.watch(t, place.root);
	const directories = new StagedDirectories(place.directory);
	await assert.rejects(directories.makeParents(file('taken/one')), {code: 'EEXIST'});
	await assert.rejects(directories.makeParents(file('taken/two')), {code: 'EEXIST'});
	await assert.rejects(directories.makeParents(file('taken/deeper/three')), {code: 'EEXIST'});
	assert.equal(calls.matching(/^mkdir taken/v).length, 1);
	calls.fail(/^mkdir refused/v, 'EILSEQ');
	await assert.rejects(directories.makeParents(file('refused/one')), {code: 'EILSEQ'});
	await assert.rejects(directories.makeParents(file('refused/two')), {code: 'EILSEQ'});
	assert.equal(calls.matching(/^mkdir refused/v).length, 1);
});

test('a directory that is there is another one, if it is listed under another name', async t => {
	await using place = await Place.create();
	await fs.mkdir(place.at('outer/NAME'), {recursive: true, mode: 0o700});
	const calls = await Calls.watch(t, place.root);
	// As a file system says that folds case.
	calls.fail(/^mkdir (?:outer\/)?name$/v, 'EEXIST');
	const directories = new StagedDirectories(place.directory);
	await assert.rejects(directories.makeParents(file('outer/name/one')), {code: 'EEXIST'});
	await assert.rejects(directories.makeParents(file('name/one')), {code: 'EEXIST'});
	// And of one that was made, but the answer to that was lost.
	calls.fail(/^mkdir outer\/NAME$/v, 'EEXIST');
	await directories.makeParents(file('outer/NAME/one'));
});

test('all that were made or noted are synced, and after them the root', async t => {
	await using place = await Place.create();
	await fs.mkdir(place.at('noted'), {mode: 0o700});
	const directories = new StagedDirectories(place.directory);
	directories.add(file('noted'));
	await directories.makeParents(file('a/b/one'));
	const calls = await Calls.watch(t, place.root);
	await directories.sync();
	const syncs = calls.matching(/^sync/v);
	assert.deepEqual(syncs.slice(0, -1).toSorted(), ['sync a', 'sync a/b', 'sync noted']);
	assert.equal(syncs.at(-1), 'sync .');
	calls.fail(/^sync \.$/v, 'EIO');
	await assert.rejects(directories.sync(), {code: 'EIO'});
	calls.fail(/^sync a\/b/v, 'EROFS');
	await assert.rejects(directories.sync(), {code: 'EROFS'});
});
