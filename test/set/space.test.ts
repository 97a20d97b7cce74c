import assert from 'node:assert/strict';
import {type TestContext, test} from 'node:test';
import {DestinationError} from '../../source/files/errors.ts';
import {
	countedBlockSize,
	describeInodes,
	nameLackOfInodes,
	NoSpaceError,
	readSpace,
	type Reserve,
	SpaceWatch,
} from '../../source/set/space.ts';
import {Calls} from '../support/calls.ts';
import {Place} from '../support/set-fixtures.ts';
import {fakeProgram} from '../support/fake-programs.ts';

const stats = {
	bsize: 4096, frsize: 4096, blocks: 1000, bavail: 500, bfree: 600, files: 100_000, ffree: 50_000,
};

async function space(t: TestContext, changes: Partial<typeof stats>, reserve?: Reserve) {
	await using place = await Place.create();
	const calls = await Calls.watch(t, place.root);
	calls.answer(/^statfs/v, {...stats, ...changes});
	const found = await readSpace(place.directory.self, reserve);
	calls.end();
	return found;
}

test('what is free is what an ordinary user may take, in the blocks that it is counted in', async t => {
	assert.deepEqual(await space(t, {}, {bytes: 0}), {free: 500 * 4096, reserve: 0, inodes: {free: 50_000, reserve: 0}});
	assert.equal((await space(t, {bsize: 1024 * 1024}))?.free, 500 * 4096);
	assert.equal((await space(t, {frsize: 0}))?.free, 500 * 4096);
	assert.equal((await space(t, {frsize: 512}))?.free, 500 * 512);
	assert.equal(await space(t, {blocks: 0}), undefined);
	assert.equal('inodes' in (await space(t, {files: 0}))!, false);
});

test('the reserve is what was asked for, in bytes or as a share; else a twentieth, and 1 GB and 1000 inodes at most', async t => {
	const large = {blocks: 1e9, files: 1e9};
	assert.deepEqual(await space(t, {}), {free: 500 * 4096, reserve: 50 * 4096, inodes: {free: 50_000, reserve: 1000}});
	assert.equal((await space(t, large))?.reserve, 1e9);
	assert.equal((await space(t, {files: 1010}))?.inodes?.reserve, 50);
	assert.deepEqual(await space(t, large, {fraction: 0.5}), {free: 500 * 4096, reserve: 5e8 * 4096, inodes: {free: 50_000, reserve: 5e8}});
	const bytes = await space(t, {}, {bytes: 12_345});
	assert.deepEqual([bytes?.reserve, bytes?.inodes?.reserve], [12_345, 1000]);
});

test('where Node does not tell the size of the blocks that are counted, stat does, else they are of the usual size', async t => {
	await using place = await Place.create();
	await fakeProgram(t, place, 'stat', 'case "$*" in *"/1/"*) echo 16384;; *"/2/"*) echo 0;; *) exit 1;; esac');
	assert.equal(await countedBlockSize({bsize: 1024}, '/1/'), 1024);
	assert.equal(await countedBlockSize({bsize: 4096}, '/1/'), 4096);
	assert.equal(await countedBlockSize({bsize: 8192}, '/1/'), 16_384);
	assert.equal(await countedBlockSize({bsize: 8192}, '/2/'), 4096);
	assert.equal(await countedBlockSize({bsize: 8192}, Buffer.from('/3/')), 4096);
	assert.equal(await countedBlockSize({bsize: 8192, frsize: 1}, '/1/'), 1);
	assert.equal(await countedBlockSize({bsize: 8192, frsize: 0}, '/1/'), 8192);
});

test('a run is stopped while there is less than the reserve, of bytes or of inodes, and not before', async t => {
	await using place = await Place.create();
	const watch = new SpaceWatch(place.directory, {bytes: 100 * 4096});
	const table: ReadonlyArray<readonly [changes: Partial<typeof stats>, upcoming: number, isEnough: boolean]> = [
		[{bavail: 100}, 0, true],
		[{bavail: 99}, 0, false],
		[{bavail: 101}, 4096, true],
		[{bavail: 101}, 4097, false],
		[{ffree: 1000}, 0, true],
		[{ffree: 999}, 0, false],
		[{ffree: 0, files: 0}, 0, true],
		[{blocks: 0, bavail: 0, ffree: 0}, 0, true],
	];

	for (const [changes, upcoming, isEnough] of table) {
		const calls = await Calls.watch(t, place.root);
		calls.answer(/^statfs/v, {...stats, ...changes});
		const checking = watch.check(upcoming);
		await (isEnough ? checking : assert.rejects(checking, (error: unknown) => error instanceof NoSpaceError && error.isNoSpace && error.code === 'ENOSPC'));
		calls.end();
	}

	const calls = await Calls.watch(t, place.root);
	calls.fail(/^statfs/v, 'EIO');
	await assert.rejects(watch.check(), {name: 'DestinationError', code: 'EIO'});
});

test('it is looked at each time that 8 MiB have come together', async t => {
	await using place = await Place.create();
	const calls = await Calls.watch(t, place.root);
	calls.answer(/^statfs/v, {...stats, bavail: 0});
	const watch = new SpaceWatch(place.directory, {bytes: 1});
	const most = 8 * 1024 * 1024;
	await watch.spend(most - 1);
	assert.equal(calls.made.length, 0);
	await assert.rejects(watch.spend(1), NoSpaceError);
	await watch.spend(most - 1);
	assert.equal(calls.made.length, 1);
	await assert.rejects(watch.spend(most), NoSpaceError);
});

test('that inodes are what is lacking is said only where that is so', async t => {
	await using place = await Place.create();
	const lack = new DestinationError('cannot write', {code: 'ENOSPC'});
	const table: ReadonlyArray<readonly [changes: Partial<typeof stats>, error: unknown, isNamed: boolean]> = [
		[{ffree: 0}, lack, true],
		[{ffree: 1}, lack, false],
		[{ffree: 0, bavail: 0}, lack, false],
		[{ffree: 0, files: 0}, lack, false],
		[{ffree: 0}, new DestinationError('cannot write', {code: 'EIO'}), false],
		[{ffree: 0}, new NoSpaceError('reserve', 'make room'), false],
		[{ffree: 0}, new Error('other'), false],
	];

	for (const [changes, error, isNamed] of table) {
		const calls = await Calls.watch(t, place.root);
		calls.answer(/^statfs/v, {...stats, ...changes});
		const named = await nameLackOfInodes(error, place.root);
		assert.equal(named === error, !isNamed);
		assert.ok(!isNamed || (named instanceof NoSpaceError && named.message.includes('inodes') && named.message.includes('cannot write')));
		calls.end();
	}

	const calls = await Calls.watch(t, place.root);
	calls.fail(/^statfs/v, 'EIO');
	assert.equal(await nameLackOfInodes(lack, place.root), lack);
	const text = describeInodes({free: 12_345, reserve: 1000});
	assert.ok(text.includes('12,345') && text.includes('1,000'));
});
