import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import path from 'node:path';
import {type TestContext, test} from 'node:test';
import {Committer, type Complete} from '../../source/set/staging/committer.ts';
import {Journal, readCopyJournal} from '../../source/set/manifest/journal.ts';
import {copyLine} from '../../source/set/manifest/manifest.ts';
import {StagedDirectories} from '../../source/set/staging/staged-directories.ts';
import {Calls} from '../support/calls.ts';
import {origin, Place, recordOf} from '../support/set-fixtures.ts';

/** A staging directory with so many complete drafts, watched from here on. */
async function prepare(t: TestContext, place: Place, names: readonly string[]) {
	await fs.mkdir(place.at('.logbackup'), {mode: 0o700});
	const {directory} = place;
	const journal = await Journal.open(directory, {label: 'staging', origin});
	const committer = new Committer(directory, new StagedDirectories(directory), journal);
	const complete: Complete[] = [];
	const closed: string[] = [];

	for (const [index, name] of names.entries()) {
		const draft = `.logbackup/${index}.tmp`;
		const handle = await fs.open(place.at(draft), 'w');
		await handle.write(name);
		const watched = {
			sync: async () => handle.sync(),
			async close() {
				closed.push(draft);
				await handle.close();
			},
		};
		complete.push({draft: {handle: watched, name: draft}, record: recordOf(name)});
	}

	t.after(async () => {
		await journal.close();
	});
	return {
		closed, committer, complete, calls: await Calls.watch(t, place.root),
	};
}

const namesOf = (count: number) => Array.from({length: count}, (_, index) => `${index}.log`);

const positionOf = (calls: Calls, pattern: RegExp) => calls.made.findIndex(call => pattern.test(call));

test('all files of a group are synced before the first gets its name, and it is written down after the last has it', async t => {
	await using place = await Place.create();
	const {committer, complete, closed, calls} = await prepare(t, place, namesOf(5));
	const committed = await committer.commit(complete);
	assert.deepEqual(committed, complete.map(({record}) => ({record, line: copyLine(record)})));
	const kinds = calls.matching(/^(?:sync \.logbackup\/\d|link|appendFile)/v).map(call => call.split(' ', 1)[0]);
	assert.deepEqual(kinds, [...Array.from({length: 5}, () => 'sync'), ...Array.from({length: 5}, () => 'link'), 'appendFile']);
	assert.equal(closed.length, 5);
	assert.deepEqual((await readCopyJournal(place.directory)).map(({file}) => file.toString()).toSorted(), namesOf(5).map(name => `${name}.gz`));

	for (const name of namesOf(5)) {
		assert.equal(await place.read(`${name}.gz`), name);
	}
});

test('a file that cannot be synced gets no name, nor does any of its group, and all their handles are closed', async t => {
	await using place = await Place.create();
	const {committer, complete, closed, calls} = await prepare(t, place, namesOf(3));
	calls.fail(/^sync \.logbackup\/1/v, 'EIO');
	await assert.rejects(committer.commit(complete), {name: 'DestinationError', code: 'EIO'});
	assert.equal(closed.length, 3);
	assert.deepEqual(calls.matching(/^(?:link|rename)/v), []);
	assert.deepEqual(await readCopyJournal(place.directory), []);
});

test('32 files and more are each synced too, unless syncing their file system tells that all of them are on the disk', async t => {
	// Types of statfs(2): of FUSE, which hands on what it is asked to whom it likes, and ext4.
	for (const [type, count, syncs] of [[0x65_73_55_46, 32, 32], [0xEF_53, 32, 0], [0xEF_53, 31, 31]] as const) {
		await using place = await Place.create();
		const {committer, complete, closed, calls} = await prepare(t, place, namesOf(count));
		calls.answer(/^statfs/v, {type});
		await committer.commit(complete);
		assert.equal(calls.matching(/^sync \.logbackup\/\d/v).length, syncs, `${count} on ${type}`);
		assert.equal(closed.length, count);
		calls.end();
	}
});

test('groups that come while one is being synced wait for the next, and each hears of its own files', async t => {
	await using place = await Place.create();
	const {committer, complete, calls} = await prepare(t, place, namesOf(6));
	calls.fail(/^sync \.logbackup\/0/v, 'ENOSPC');
	const results = await Promise.allSettled([committer.commit(complete.slice(0, 1)), committer.commit(complete.slice(1, 3)), committer.commit(complete.slice(3))]);
	assert.deepEqual(results.map(({status}) => status), ['rejected', 'fulfilled', 'fulfilled']);
	const names = results.slice(1).map(result => result.status === 'fulfilled' ? result.value.map(({record}) => record.path.toString()) : []);
	assert.deepEqual(names, [['1.log', '2.log'], ['3.log', '4.log', '5.log']]);
	// The second group: all synced before the first of them is named.
	assert.ok(positionOf(calls, /^sync \.logbackup\/5/v) < positionOf(calls, /^link \.logbackup\/1/v));
});

test('a copy for which the destination has no name costs itself alone, and its draft goes', async t => {
	await using place = await Place.create();
	const {committer, complete, calls} = await prepare(t, place, namesOf(3));
	calls.fail(/^link \.logbackup\/1\.tmp/v, 'ENAMETOOLONG');
	const committed = await committer.commit(complete);
	assert.deepEqual(committed.map(({error}) => error?.code), [undefined, 'ENAMETOOLONG', undefined]);
	assert.ok(calls.made.includes('unlink .logbackup/1.tmp'));
	assert.deepEqual((await readCopyJournal(place.directory)).map(record => record.path.toString()), ['0.log', '2.log']);
});

test('a destination that fails while names are given costs the group', async t => {
	await using place = await Place.create();
	const {committer, complete, calls} = await prepare(t, place, namesOf(2));
	calls.fail(/^link \.logbackup\/1\.tmp/v, 'EIO');
	await assert.rejects(committer.commit(complete), {code: 'EIO'});
	assert.deepEqual(calls.matching(/^appendFile/v), []);
});

test('who names many files at once is asked for groups of 32 on, and for what it leaves the usual way is taken', async t => {
	await using place = await Place.create();
	const {committer, complete, calls} = await prepare(t, place, [...namesOf(31), 'deep/a.log', 'later.log']);
	const asked: string[][] = [];

	committer.nameTogether = async names => {
		asked.push(names.map(([, file]) => file));

		for (const [draft, file] of names.slice(1)) {
			await fs.rename(place.at(draft), place.at(file));
		}

		return [0];
	};

	const committed = await committer.commit(complete.slice(0, 32));
	assert.deepEqual(asked, [complete.slice(0, 32).map(({record}) => record.file.toString())]);
	assert.ok(committed.every(({error}) => error === undefined));
	assert.equal(await place.read('0.log.gz'), '0.log');
	assert.equal(await place.read('deep/a.log.gz'), 'deep/a.log');
	assert.deepEqual(calls.matching(/^link/v), ['link .logbackup/0.tmp 0.log.gz']);
	assert.equal((await readCopyJournal(place.directory)).length, 32);
	await committer.commit(complete.slice(32));
	assert.equal(asked.length, 1, 'few are named one by one');
});

test('what stands in a directory\'s place is told of the files below it alone, with many at once', async t => {
	await using place = await Place.create();
	await place.write('taken', 'something else');
	const {committer, complete} = await prepare(t, place, [...namesOf(32), 'taken/a.log']);
	const files: string[] = [];

	committer.nameTogether = async names => {
		files.push(...names.map(([, file]) => file));
		return names.map((_, index) => index);
	};

	const committed = await committer.commit(complete);
	assert.equal(files.includes('taken/a.log.gz'), false);
	assert.equal(committed.length, 33);
	// It has a name of its own at the top.
	const last = committed.at(-1)!.record.file.toString();
	assert.match(last, /^a\.log~[\da-f]{16}\.gz$/v);
	assert.ok((await fs.readdir(place.root)).includes(path.basename(last)));
});
