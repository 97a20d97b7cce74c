import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import {test} from 'node:test';
import {parseChecksums} from '../../source/set/checksums.ts';
import {leastLength} from '../../source/set/manifest/least-length.ts';
import {CopyTotals} from '../../source/set/manifest/manifest.ts';
import {SpaceWatch} from '../../source/set/space.ts';
import {giveDatedName, syncDatedName, writeDescription} from '../../source/set/staging/publish.ts';
import {Calls} from '../support/calls.ts';
import {
	manifestOf,
	Place,
	recordOf,
	sha256Of,
	textOf,
} from '../support/set-fixtures.ts';

const date = '2026-03-14';

/** So many that manifest and checksums are written in several blocks. */
const manyRecords = Array.from({length: 600}, (_, index) => recordOf(`${String(index).padStart(4, '0')}.log`));

test('manifest and checksums tell of each copy, sorted by its name, and are for their owner alone', async () => {
	await using place = await Place.create();
	await writeDescription(place.directory, manifestOf(manyRecords.toReversed()));
	const text = await place.read('manifest.json');
	assert.equal(text, textOf(manifestOf(manyRecords)));
	assert.ok(text.length > 3 * 64 * 1024);
	const {sums, badLines} = parseChecksums(await fs.readFile(place.at('SHA256SUMS')));
	assert.equal(badLines, 0);
	assert.deepEqual([...sums], [...manyRecords.map(({file, sha256}) => [file.toString(), sha256]), ['manifest.json', sha256Of(text)]]);

	for (const name of ['manifest.json', 'SHA256SUMS']) {
		assert.equal((await fs.stat(place.at(name))).mode & 0o777, 0o600, name);
	}
});

test('both are synced, and an error of that is one of the set', async t => {
	for (const name of ['manifest.json', 'SHA256SUMS']) {
		await using place = await Place.create();
		const calls = await Calls.watch(t, place.root);
		await writeDescription(place.directory, manifestOf([recordOf('a')]));
		const writes = calls.matching(/^(?:writeFile|sync) /v);
		assert.equal(writes.findLast(call => call.endsWith(name)), `sync ${name}`);
		await fs.rm(place.at('manifest.json'));
		await fs.rm(place.at('SHA256SUMS'));
		calls.fail(new RegExp(`^sync ${name}`, 'v'), 'EIO');
		await assert.rejects(writeDescription(place.directory, manifestOf([recordOf('a')])), {code: 'EIO'});
		calls.end();
	}
});

test('what cannot be written is no set', async t => {
	for (const name of ['manifest.json', 'SHA256SUMS']) {
		await using place = await Place.create();
		const calls = await Calls.watch(t, place.root);
		calls.fail(new RegExp(`^writeFile ${name}`, 'v'), 'ENOSPC');
		await assert.rejects(writeDescription(place.directory, manifestOf([recordOf('a')])), {code: 'ENOSPC'});
		calls.end();
	}
});

test('neither replaces what is there', async () => {
	for (const name of ['manifest.json', 'SHA256SUMS']) {
		await using place = await Place.create();
		await place.write(name, 'somebody else\'s');
		await assert.rejects(writeDescription(place.directory, manifestOf([recordOf('a')])), {code: 'EEXIST'});
		assert.equal(await place.read(name), 'somebody else\'s');
	}
});

test('they are not begun where they would use space that must stay free', async t => {
	const least = leastLength(CopyTotals.of(manyRecords)) + manyRecords.reduce((sum, {file}) => sum + 67 + file.length, 0);

	for (const [free, isEnough] of [[least - 1, false], [least, true]] as const) {
		await using place = await Place.create();
		const calls = await Calls.watch(t, place.root);
		calls.answer(/^statfs/v, {
			bsize: 1, frsize: 1, blocks: 1e12, bavail: 1e6 + free, files: 0, ffree: 0,
		});
		const writing = writeDescription(place.directory, manifestOf(manyRecords), new SpaceWatch(place.directory, {bytes: 1e6}));
		await (isEnough ? writing : assert.rejects(writing, {name: 'NoSpaceError'}));
		assert.deepEqual(await place.tree(), isEnough ? ['SHA256SUMS', 'manifest.json'] : []);
		calls.end();
	}
});

test('every byte of them is counted before it is written', async () => {
	let spent = 0;

	class Counter extends SpaceWatch {
		override async spend(bytes: number): Promise<void> {
			spent += bytes;
		}
	}

	await using place = await Place.create();
	await writeDescription(place.directory, manifestOf(manyRecords), new Counter(place.directory, {bytes: 0}));
	assert.equal(spent, (await place.read('manifest.json')).length + (await place.read('SHA256SUMS')).length);
});

test('a set gets its dated name only if nothing has it', async () => {
	await using place = await Place.create();
	await fs.mkdir(place.at(`.${date}.partial`));
	await fs.mkdir(place.at(date));
	await assert.rejects(giveDatedName(place.directory, date), {name: 'DestinationError'});
	assert.deepEqual(await place.tree(), [`.${date}.partial/`, `${date}/`]);
	await fs.rmdir(place.at(date));
	await fs.symlink('nowhere', place.at(date));
	await assert.rejects(giveDatedName(place.directory, date), {name: 'DestinationError'});
	await fs.unlink(place.at(date));
	await giveDatedName(place.directory, date);
	assert.deepEqual(await place.tree(), [`${date}/`]);
});

test('what cannot be looked at is no free name', async t => {
	await using place = await Place.create();
	await fs.mkdir(place.at(`.${date}.partial`));
	const calls = await Calls.watch(t, place.root);
	calls.fail(/^lstat/v, 'EIO', 1);
	await assert.rejects(giveDatedName(place.directory, date), {code: 'EIO'});
	assert.deepEqual(calls.matching(/^rename/v), []);
	calls.fail(/^rename/v, 'EROFS');
	await assert.rejects(giveDatedName(place.directory, date), {code: 'EROFS'});
});

test('the dated name is made durable, or that it is not is said, with the set that stands', async t => {
	await using place = await Place.create();
	const calls = await Calls.watch(t, place.root);
	assert.equal(await syncDatedName(place.directory, date), true);
	assert.deepEqual(calls.matching(/^sync/v), ['sync .']);
	calls.fail(/^sync/v, 'EINVAL', 1);
	assert.equal(await syncDatedName(place.directory, date), false);
	calls.fail(/^sync/v, 'EIO');
	await assert.rejects(syncDatedName(place.directory, date), (error: Error & {code?: string}) => {
		assert.deepEqual([error.name, error.code], ['DestinationError', 'EIO']);
		assert.ok(error.message.includes(date));
		return true;
	});
});
