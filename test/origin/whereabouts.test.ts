/* What becomes of files that were marked, whatever rotation does between the list and the copy. */
import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import {test} from 'node:test';
import {isHollow, bytesToRead, skippedFrom} from '../../source/origin/entry.ts';
import {readListedEntries} from '../../source/origin/files-list.ts';
import {readEntry} from '../../source/origin/scan-directory.ts';
import {
	isListed,
	isStillListed,
	type ListedFile,
	Whereabouts,
} from '../../source/origin/whereabouts.ts';
import {Calls} from '../support/calls.ts';
import {Place} from '../support/set-fixtures.ts';

/** Files as they are listed now. */
const list = (place: Place, ...names: readonly string[]): ListedFile[] => names.map(name => {
	const entry = readEntry(place.directory, Buffer.from(name))!;
	const {path, size, modified, born, identity} = entry;
	return {
		path, size, modified, identity: identity!, ...(born !== undefined && {born}),
	};
});

const at = (name: string) => Buffer.from(name);

async function find(place: Place, listed: readonly ListedFile[], name: string, since = Date.now()) {
	const whereabouts = new Whereabouts(place.directory, listed, since);
	const {file, successor} = await whereabouts.find(listed.find(({path}) => path.toString() === name)!);
	return {
		...(file && {file: file.path.toString(), ...(file.listedAs && {listedAs: file.listedAs.toString()}), ...(file.isReplacement && {isReplacement: true})}),
		...(successor && {successor: successor.path.toString(), isNew: successor.isReplacement}),
	};
}

test('a file that is where it was is that; one that is gone is nowhere', async () => {
	await using place = await Place.create();
	await place.write('syslog', 'one');
	const listed = list(place, 'syslog');
	assert.deepEqual(await find(place, listed, 'syslog'), {file: 'syslog'});
	await fs.rm(place.at('syslog'));
	assert.deepEqual(await find(place, listed, 'syslog'), {});
});

test('a renamed file is found, and what was made in its place since is its successor', async () => {
	await using place = await Place.create();
	await place.write('log/syslog', 'one');
	const listed = list(place, 'log/syslog');
	const since = Date.now();
	await fs.rename(place.at('log/syslog'), place.at('log/syslog.1'));
	assert.deepEqual(await find(place, listed, 'log/syslog', since), {file: 'log/syslog.1', listedAs: 'log/syslog'});
	await place.write('log/syslog', 'two');
	assert.deepEqual(await find(place, listed, 'log/syslog', since), {
		file: 'log/syslog.1', listedAs: 'log/syslog', successor: 'log/syslog', isNew: true,
	});
	await fs.rm(place.at('log/syslog'));
	await fs.mkdir(place.at('log/syslog'));
	assert.deepEqual(await find(place, listed, 'log/syslog', since), {file: 'log/syslog.1', listedAs: 'log/syslog'});
});

test('so is one further down, and one that was listed under two names', async () => {
	await using place = await Place.create();
	await place.write('log/web/access.log', 'one');
	await fs.link(place.at('log/web/access.log'), place.at('log/web/link.log'));
	const listed = list(place, 'log/web/access.log', 'log/web/link.log');
	await fs.rename(place.at('log/web/access.log'), place.at('log/web/access.log.1'));
	assert.deepEqual(await find(place, listed, 'log/web/access.log'), {file: 'log/web/access.log.1', listedAs: 'log/web/access.log'});
	assert.deepEqual(await find(place, listed, 'log/web/link.log'), {file: 'log/web/link.log'});
	await fs.rm(place.at('log/web/access.log.1'));
	assert.deepEqual(await find(place, listed, 'log/web/access.log'), {}, 'the other name has its own turn');
});

test('files that were all listed have each its own turn, whatever names they have changed', async () => {
	await using place = await Place.create();
	await place.write('a', 'one');
	await place.write('b', 'two');
	const listed = list(place, 'a', 'b');
	await fs.rename(place.at('b'), place.at('c'));
	await fs.rename(place.at('a'), place.at('b'));
	assert.deepEqual(await find(place, listed, 'a'), {file: 'b', listedAs: 'a', isReplacement: true});
	assert.deepEqual(await find(place, listed, 'b'), {file: 'c', listedAs: 'b'});
});

test('what stood under another name when the files were listed, and was not marked, is no successor', async () => {
	await using place = await Place.create();
	await place.write('a', 'one');
	await place.write('old', 'two');
	const listed = list(place, 'a');
	await fs.rm(place.at('a'));
	await fs.rename(place.at('old'), place.at('a'));
	assert.deepEqual(await find(place, listed, 'a', Date.now() + 60_000), {});
	assert.deepEqual(await find(place, listed, 'a', Date.now() - 60_000), {successor: 'a', isNew: true});
});

test('where files change their numbers, what looks as it was listed is that file, and what does not is its successor', async t => {
	await using place = await Place.create();
	await place.write('a', 'one');
	const [real] = list(place, 'a');
	const listed = [{...real!, identity: {device: 1n, inode: 2n}}];
	const calls = await Calls.watch(t, place.root);
	calls.answer(/^statfs/v, {type: 0x65_73_55_46});
	assert.deepEqual(await find(place, listed, 'a'), {file: 'a'});
	assert.deepEqual(await find(place, [{...listed[0]!, size: 4}], 'a', Date.now() + 60_000), {successor: 'a', isNew: true});
	assert.deepEqual(await find(place, [{...listed[0]!, modified: 1}], 'a', Date.now() + 60_000), {successor: 'a', isNew: true});
	calls.end();

	for (const type of [0xEF_53, 0x58_46_53_42, 0x91_23_68_3E, 0x01_02_19_94, 0x2F_C1_2F_C1, 0xF2_F5_20_10, 0xCA_45_1A_4E]) {
		const lasting = await Calls.watch(t, place.root);
		lasting.answer(/^statfs/v, {type});
		assert.deepEqual(await find(place, listed, 'a', Date.now() + 60_000), {}, type.toString(16));
		lasting.end();
	}
});

test('another file that was given the inode of one that was listed is not that', async () => {
	await using place = await Place.create();
	await place.write('a', 'one');
	await place.write('b', 'two');
	const [a] = list(place, 'a');
	const [b] = list(place, 'b');
	await fs.rm(place.at('a'));
	assert.deepEqual(await find(place, [{...a!, identity: b!.identity, born: 1n}], 'a'), {}, 'made at another time');
	const {born: _born, ...unborn} = a!;
	assert.deepEqual(await find(place, [{...unborn, identity: b!.identity}], 'a'), {file: 'b', listedAs: 'a'}, 'where nobody knows, and it has become no less');
	assert.deepEqual(await find(place, [{...unborn, identity: b!.identity, size: 4}], 'a'), {});
	assert.deepEqual(await find(place, [{...unborn, identity: b!.identity, modified: b!.modified + 1}], 'a'), {});
});

test('which file a file is, is told by device, inode and, where it is known, when it was made', async () => {
	const identity = {device: 1n, inode: 2n};
	assert.equal(isListed({identity, born: 3n}, {identity, born: 3n}), true);
	assert.equal(isListed({identity, born: 3n}, {identity, born: 4n}), false);
	assert.equal(isListed({identity, born: 3n}, {identity}), true);
	assert.equal(isListed({identity}, {identity, born: 3n}), true);
	assert.equal(isListed({identity}, {identity: {device: 1n, inode: 3n}}), false);
	assert.equal(isListed({}, {identity}), false);
	assert.equal(isListed({identity}, {}), false);
	await using place = await Place.create();
	await place.write('a', 'one');
	const stats = await fs.lstat(place.at('a'), {bigint: true});
	assert.equal(isStillListed(list(place, 'a')[0]!, stats), true);
	assert.equal(isStillListed({}, stats), true);
	assert.equal(isStillListed({identity}, stats), false);
});

test('a directory is listed once for all that is looked for in it, and again once something was renamed in it', async t => {
	await using place = await Place.create();

	for (const name of ['a', 'b', 'c']) {
		await place.write(`log/${name}`, name);
	}

	const listed = list(place, 'log/a', 'log/b', 'log/c');
	await fs.rename(place.at('log/a'), place.at('log/a.1'));
	await fs.rename(place.at('log/b'), place.at('log/b.1'));
	const old = new Date(Date.now() - 60_000);
	await fs.utimes(place.at('log'), old, old);
	const calls = await Calls.watch(t, place.root);
	const whereabouts = new Whereabouts(place.directory, listed, Date.now());
	assert.equal((await whereabouts.find(listed[0]!)).file?.path.toString(), 'log/a.1');
	assert.equal((await whereabouts.find(listed[1]!)).file?.path.toString(), 'log/b.1');
	assert.equal(calls.matching(/^readdir/v).length, 1);
	await fs.rename(place.at('log/c'), place.at('log/c.1'));
	assert.equal((await whereabouts.find(listed[2]!)).file?.path.toString(), 'log/c.1');
	assert.equal(calls.matching(/^readdir/v).length, 2);
	// It changed just now: the next may leave no other trace.
	await whereabouts.find(listed[0]!);
	assert.equal(calls.matching(/^readdir/v).length, 3);
});

test('a list that means certain files takes them under their new names, and what is in their place as new', async () => {
	await using place = await Place.create();
	await place.write('a', 'one');
	await place.write('b', 'two');
	await place.write('c', 'three');
	const meant = {files: list(place, 'a', 'b', 'c'), since: Date.now()};
	await fs.rename(place.at('a'), place.at('a.1'));
	await place.write('a', 'new');
	await fs.truncate(place.at('b'), 1);
	await fs.rm(place.at('c'));
	await fs.mkdir(place.at('c'));
	const {entries, unavailable} = await readListedEntries(place.directory, [at('a'), at('b'), at('c')], {destination: undefined, followSymlinks: false, meant});
	assert.deepEqual(entries.map(({path, listedAs, isReplacement, listedSize}) => [path.toString(), listedAs?.toString(), isReplacement, listedSize]), [
		['a.1', 'a', undefined, undefined], ['a', undefined, true, undefined], ['b', undefined, undefined, 3],
	]);
	assert.deepEqual(unavailable.map(({path, isMissing, isSuperseded}) => [path.toString(), isMissing, isSuperseded]), [['c', false, undefined]]);
	const {unavailable: superseded} = await readListedEntries(place.directory, [at('a'), at('z')], {
		destination: undefined, followSymlinks: false, meant: {files: [{...meant.files[0]!}, {...meant.files[1]!, path: at('z')}], since: Date.now()},
	});
	assert.deepEqual(superseded, []);
});

test('a file is hollow if it takes far less on disk than it is long', () => {
	assert.equal(skippedFrom, 268_435_456);
	assert.equal(isHollow({size: skippedFrom + 10, allocated: 9}), true);
	assert.equal(isHollow({size: skippedFrom + 10, allocated: 10}), false);
	assert.equal(bytesToRead({size: skippedFrom + 10, allocated: 9}), 9);
	assert.equal(bytesToRead({size: 100, allocated: 9}), 100);
});
