import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import {type TestContext, test} from 'node:test';
import {Journal, readCopyJournal} from '../../source/set/manifest/journal.ts';
import {Staging} from '../../source/set/staging/staging.ts';
import {Calls} from '../support/calls.ts';
import {
	copyOf,
	origin,
	Place,
	recordOf,
} from '../support/set-fixtures.ts';

const {signal} = new AbortController();

/** A staging directory as a run opens it; `left`: copies that an interrupted one had completed. */
async function openStaging(t: TestContext, place: Place, left: readonly string[] = []): Promise<Staging> {
	await fs.mkdir(place.at('.logbackup'), {mode: 0o700});
	const before = await Journal.open(place.directory, {label: 'staging', origin});
	await before.append(left.map(name => recordOf(name)));
	await before.close();

	for (const name of left) {
		await place.write(`${name}.gz`, copyOf(name));
	}

	const journal = await Journal.open(place.directory, {label: 'staging', origin});
	t.after(async () => {
		await journal.close();
	});
	return new Staging(place.directory, journal, 'staging');
}

const filesOf = (staging: Staging) => [...staging.copies.records()].map(({file}) => file.toString());

test('a draft is its owner\'s alone and new each time; dropped, it is gone', async t => {
	await using place = await Place.create();
	const staging = await openStaging(t, place);
	const [one, other] = [await staging.draft(), await staging.draft()];
	assert.notEqual(one.name, other.name);
	assert.equal((await one.handle.stat()).mode & 0o777, 0o600);
	await staging.drop(one);
	await staging.drop(other);
	assert.deepEqual(await place.tree(), ['.logbackup/', '.logbackup/journal']);
	assert.equal(one.handle.fd, -1);
	// One that stands already is somebody else's.
	await place.write(staging.draftName(), '');
	const calls = await Calls.watch(t, place.root);
	calls.fail(/^open \.logbackup/v, 'ENOSPC');
	await assert.rejects(staging.draft(), {name: 'DestinationError', code: 'ENOSPC'});
});

test('what an interrupted run completed is taken over if it is just as it was written down', async t => {
	await using place = await Place.create();
	const staging = await openStaging(t, place, ['whole', 'longer', 'changed', 'linked', 'gone', 'open', 'link']);
	await fs.appendFile(place.at('longer.gz'), 'x');
	const changed = copyOf('changed');
	changed[12]! ^= 1;
	await fs.writeFile(place.at('changed.gz'), changed);
	await fs.link(place.at('linked.gz'), place.at('second'));
	await fs.rm(place.at('gone.gz'));
	await fs.chmod(place.at('open.gz'), 0o644);
	await fs.rename(place.at('link.gz'), place.at('elsewhere'));
	await fs.symlink('elsewhere', place.at('link.gz'));
	assert.equal(staging.keepable, 7);
	const resumed: string[] = [];

	for (const record of staging.recorded.values()) {
		if (await staging.resume(record, signal)) {
			resumed.push(record.path.toString());
		}
	}

	assert.deepEqual(resumed, ['whole']);
	assert.equal(staging.holds([...staging.recorded.values()][0]!), true);
	assert.equal(staging.holds(recordOf('whole')), false, 'another record');
	// All else goes, and is counted.
	await place.write('deep/er/left.gz', '');
	await fs.mkdir(place.at('empty'));
	assert.equal(await staging.sweep(), 8);
	assert.equal(staging.keepable, 1);
	assert.deepEqual(filesOf(staging), ['whole.gz']);
	assert.deepEqual(await place.tree(), ['.logbackup/', '.logbackup/journal', 'whole.gz']);
});

test('the taking over can be ended', async t => {
	await using place = await Place.create();
	const staging = await openStaging(t, place, ['whole']);
	const [record] = [...staging.recorded.values()];
	const reason = new Error('stopped');
	await assert.rejects(staging.resume(record!, AbortSignal.abort(reason)), reason);
	assert.deepEqual(filesOf(staging), []);
});

test('a copy that the file system calls otherwise than it was taken over for is no copy', async t => {
	await using place = await Place.create();
	const staging = await openStaging(t, place, ['whole']);
	const [record] = [...staging.recorded.values()];
	assert.equal(await staging.resume(record!, signal), true);
	await fs.rename(place.at('whole.gz'), place.at('WHOLE.gz'));
	assert.equal(await staging.sweep(), 1);
	assert.deepEqual(filesOf(staging), []);
});

test('what stays of directories is synced at the end, and not made anew', async t => {
	await using place = await Place.create();
	const staging = await openStaging(t, place, ['a/one']);
	const [record] = [...staging.recorded.values()];
	await staging.resume(record!, signal);
	await staging.sweep();
	const calls = await Calls.watch(t, place.root);
	await staging.sync();
	assert.deepEqual(calls.matching(/^sync/v), ['sync a', 'sync .'], 'but not the work directory, which will be gone');
});

async function complete(staging: Staging, name: string) {
	const draft = await staging.draft();
	await draft.handle.write(copyOf(name));
	return {draft, record: recordOf(name)};
}

test('committed copies are the staging\'s; one for which there is no name is not', async t => {
	await using place = await Place.create();
	const staging = await openStaging(t, place);
	const copies = [await complete(staging, 'a'), await complete(staging, 'b')];
	const calls = await Calls.watch(t, place.root);
	calls.fail(/^link \.logbackup\/2/v, 'EILSEQ');
	const committed = await staging.commit(copies);
	assert.deepEqual(committed.map(({error}) => error?.code), [undefined, 'EILSEQ']);
	assert.deepEqual(filesOf(staging), ['a.gz']);
	calls.fail(/^sync /v, 'EIO');
	await assert.rejects(staging.commit([await complete(staging, 'c')]), {name: 'DestinationError', code: 'EIO'});
	assert.deepEqual(filesOf(staging), ['a.gz']);
});

test('a copy of another set is linked, and written down', async t => {
	await using place = await Place.create();
	const staging = await openStaging(t, place);
	await using other = await Place.create();
	await other.write('old.gz', copyOf('old'));
	const linked = await staging.link(Buffer.from(other.at('old.gz')), recordOf('deep/new'));
	assert.equal(linked?.file.toString(), 'deep/new.gz');
	assert.equal((await fs.stat(place.at('deep/new.gz'))).nlink, 2);
	assert.deepEqual(filesOf(staging), ['deep/new.gz']);
	assert.deepEqual((await readCopyJournal(place.directory)).map(({file}) => file.toString()), ['deep/new.gz']);
	// Something has the name: then another one is taken.
	await place.write('taken.gz', '');
	const renamed = await staging.link(Buffer.from(other.at('old.gz')), recordOf('taken'));
	assert.match(renamed!.file.toString(), /^taken~.*\.gz$/v);
});

test('what cannot be linked has to be copied; a destination that fails is an error', async t => {
	await using place = await Place.create();
	const staging = await openStaging(t, place);

	for (const code of ['EPERM', 'EOPNOTSUPP', 'ENOTSUP', 'ENOSYS', 'EMLINK', 'EXDEV', 'EACCES']) {
		const calls = await Calls.watch(t, place.root);
		calls.fail(/^link /v, code);
		assert.equal(await staging.link(Buffer.from('/nowhere'), recordOf('a')), undefined, code);
		assert.equal(calls.matching(/^link/v).length, 1, 'under no other name either');
		calls.end();
	}

	for (const [code, tries] of [['EINVAL', 5], ['ENOENT', 5], ['ENAMETOOLONG', 5]] as const) {
		const calls = await Calls.watch(t, place.root);
		calls.fail(/^link /v, code);
		assert.equal(await staging.link(Buffer.from('/nowhere'), recordOf('a')), undefined, code);
		assert.equal(calls.matching(/^link/v).length, tries, code);
		calls.end();
	}

	const calls = await Calls.watch(t, place.root);
	calls.fail(/^link /v, 'EIO');
	await assert.rejects(staging.link(Buffer.from('/nowhere'), recordOf('a')), {name: 'DestinationError', code: 'EIO'});
	assert.deepEqual(filesOf(staging), []);
});

test('copies whose names cannot be had in the set get others, and keep their place in the journal', async t => {
	await using place = await Place.create();
	const staging = await openStaging(t, place);
	await staging.commit([await complete(staging, 'a'), await complete(staging, 'b')]);
	let asked = 0;
	await staging.avoid(async file => {
		asked++;
		return file.toString() === 'a.gz' || (file.toString().startsWith('a~') && asked < 4);
	});
	const files = filesOf(staging);
	assert.match(files[0]!, /^a~[\da-f]{16}\.gz$/v);
	assert.equal(files[1], 'b.gz');
	assert.equal(files.length, 2);
	assert.deepEqual((await place.tree()).filter(file => file.endsWith('.gz')), files.toSorted());
	assert.deepEqual((await readCopyJournal(place.directory)).map(({file}) => file.toString()).toSorted(), files.toSorted());
});

test('a file system that keeps each name as it is given alters none, and nothing is left of the trial', async t => {
	await using place = await Place.create();
	const staging = await openStaging(t, place);
	assert.equal(await staging.isAltering(), false);
	assert.deepEqual(await place.tree(), ['.logbackup/', '.logbackup/journal']);
});

test('one that lists another name than it was given alters names; one that refuses some does not', async t => {
	await using place = await Place.create();
	const staging = await openStaging(t, place);
	const calls = await Calls.watch(t, place.root);
	calls.fail(/^open .*odd-space /v, 'EINVAL');
	assert.equal(await staging.isAltering(), false);

	for (const name of ['odd-\u{E9}', 'odd-e\u{301}', 'odd-dot.', 'ODDCASE']) {
		calls.before(/^readdir \.logbackup/v, async () => {
			await fs.rename(place.at('.logbackup', name), place.at('.logbackup/altered'));
		});
		assert.equal(await staging.isAltering(), true, name);
	}

	calls.fail(/^open .*ODDCASE/v, 'EIO');
	await assert.rejects(staging.isAltering(), {name: 'DestinationError', code: 'EIO'});
});
