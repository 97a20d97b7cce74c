/* Adding copies to a set that stands: what is on the disk at each moment, and what a kill or a failure at any of them leaves to the next run. */
import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import {type TestContext, test} from 'node:test';
import {parseChecksums} from '../../source/set/checksums.ts';
import {finishMerge, progressOf} from '../../source/set/staging/merge.ts';
import {isMergePending, readMerge, recordMerge} from '../../source/set/staging/merge-record.ts';
import {Calls} from '../support/calls.ts';
import {
	copyOf,
	makeSet,
	manifestOf,
	Place,
	recordOf,
	sha256Of,
	textOf,
} from '../support/set-fixtures.ts';

const date = '2026-03-14';
const stagingName = `.${date}.partial`;
const standing = [recordOf('a.log')];
const added = [recordOf('b.log'), recordOf('deep/er/c.log')];
const after = textOf(manifestOf([...standing, ...added]));

/** A set of one copy, and staging with two more and the decision to add them. */
async function prepare(place: Place) {
	const before = await makeSet(place, date, standing);
	const staging = await place.directory.openDirectory(await stage(place));
	await recordMerge(staging, {date, base: sha256Of(before), manifest: after});
	return {before, staging};
}

async function stage(place: Place): Promise<string> {
	await fs.mkdir(place.at(stagingName, '.logbackup'), {recursive: true, mode: 0o700});

	for (const {path, file} of added) {
		await place.write(`${stagingName}/${file.toString()}`, copyOf(path.toString()));
	}

	return stagingName;
}

/** The set has all copies, and its checksums are of what is there. */
async function assertMerged(place: Place): Promise<void> {
	assert.equal(await place.read(date, 'manifest.json'), after);
	const {sums} = parseChecksums(await fs.readFile(place.at(date, 'SHA256SUMS')));
	assert.deepEqual([...sums.keys()], ['a.log.gz', 'b.log.gz', 'deep/er/c.log.gz', 'manifest.json']);
	await assertSums(place);
}

/** The checksums hold for every file that they name. */
async function assertSums(place: Place): Promise<void> {
	for (const [file, sum] of parseChecksums(await fs.readFile(place.at(date, 'SHA256SUMS'))).sums) {
		assert.equal(sha256Of(await fs.readFile(place.at(date, file))), sum, file);
	}
}

/** The set is as it was, and the staging waits for nothing. */
async function assertUntouched(place: Place, before: string): Promise<void> {
	assert.equal(await place.read(date, 'manifest.json'), before);
	assert.deepEqual((await fs.readdir(place.at(date))).filter(name => name.endsWith('.gz')), ['a.log.gz']);
	await assertSums(place);
}

test('copies, checksums and manifest come into the set one after the other, each durable before the next', async t => {
	await using place = await Place.create();
	const {staging} = await prepare(place);
	const calls = await Calls.watch(t, place.root);
	assert.equal(await finishMerge(place.directory, staging), true);
	calls.end();
	const inSet = (call: string) => call.split(' ').some(location => location === date || location.startsWith(`${date}/`));
	const changes = calls.matching(/^(?:rename|link|mkdir|sync|unlink) /v).filter(call => inSet(call)).filter((call, index, all) => call !== all[index - 1]);
	const work = `${stagingName}/.logbackup`;
	assert.deepEqual(changes, [
		`mkdir ${date}/deep`,
		`mkdir ${date}/deep/er`,
		`link ${stagingName}/b.log.gz ${date}/b.log.gz`,
		`link ${stagingName}/deep/er/c.log.gz ${date}/deep/er/c.log.gz`,
		`sync ${date}/deep`,
		`sync ${date}/deep/er`,
		`sync ${date}`,
		`rename ${work}/SHA256SUMS ${date}/SHA256SUMS`,
		`sync ${date}`,
		`rename ${work}/manifest.json ${date}/manifest.json`,
		`sync ${date}`,
		`rename ${work}/SHA256SUMS.after ${date}/SHA256SUMS`,
		`sync ${date}`,
	]);
	// All that is renamed into it was synced before anything was touched.
	const firstChange = calls.made.indexOf(changes[0]!);

	for (const name of ['SHA256SUMS', 'manifest.json', 'SHA256SUMS.after']) {
		const synced = calls.made.indexOf(`sync ${work}/${name}`);
		assert.ok(synced !== -1 && synced < firstChange, name);
	}

	await assertMerged(place);
	await staging.close();
});

test('a decision is durable under its name before anything comes of it', async t => {
	await using place = await Place.create();
	await makeSet(place, date, standing);
	await stage(place);
	await using staging = await place.directory.openDirectory(stagingName);
	const calls = await Calls.watch(t, place.root);
	const merge = {date, base: 'base', manifest: after};
	await recordMerge(staging, merge);
	const work = `${stagingName}/.logbackup`;
	const changes = calls.matching(/^(?:rename|sync|writeFile) /v).filter((call, index, all) => call !== all[index - 1]);
	assert.deepEqual(changes, [`writeFile ${work}/merge.tmp`, `sync ${work}/merge.tmp`, `rename ${work}/merge.tmp ${work}/merge`, `sync ${work}`]);
	assert.deepEqual(await readMerge(staging), merge);
	assert.equal(await isMergePending(staging), true);
});

/** Every call that changes something. */
const changing = /^(?:rename|link|mkdir|sync|unlink|writeFile|open) /v;

/** How a merge, stopped at each of its calls in turn, is brought to its end by the next run. */
async function stopAtEach(t: TestContext, code: string, check: (place: Place, before: string, progress: string) => Promise<void>): Promise<number> {
	for (let index = 0; ; index++) {
		await using place = await Place.create();
		const {before, staging} = await prepare(place);
		const calls = await Calls.watch(t, place.root);
		let count = 0;
		calls.fail({test: call => changing.test(call) && count++ === index}, code, 1);
		await finishMerge(place.directory, staging).catch(() => undefined);
		calls.end();

		if (count <= index) {
			await staging.close();
			return index;
		}

		await assertSums(place);
		await check(place, before, await progressOf(place.directory, staging));
		await staging.close();
	}
}

test('a merge that an I/O error ends at any call is decided still, and the next run ends it', async t => {
	const count = await stopAtEach(t, 'EIO', async (place, before, progress) => {
		const manifest = await place.read(date, 'manifest.json');
		assert.equal(progress, manifest === before ? 'decided' : 'replaced');
		assert.ok([before, after].includes(manifest));
		await using staging = await place.directory.openDirectory(stagingName);
		assert.equal(await finishMerge(place.directory, staging), true);
		await assertMerged(place);
	});
	assert.ok(count > 20, String(count));
});

test('a merge for which there is no room leaves the set as it was, and is forgotten, until the set counts on it', async t => {
	for (const code of ['ENOSPC', 'EDQUOT']) {
		await stopAtEach(t, code, async (place, before, progress) => {
			assert.equal(progress === 'none', (await fs.readdir(place.at(stagingName, '.logbackup'))).every(name => name !== 'merge'));

			if (progress === 'none') {
				await assertUntouched(place, before);
			} else {
				await using staging = await place.directory.openDirectory(stagingName);
				assert.equal(await finishMerge(place.directory, staging), true);
				await assertMerged(place);
			}
		});
	}
});

test('what there is no room for is forgotten before the set is touched; what fails otherwise is tried again', async t => {
	for (const name of ['SHA256SUMS', 'manifest.json', 'SHA256SUMS.after']) {
		for (const [code, progress] of [['ENOSPC', 'none'], ['EDQUOT', 'none'], ['ENOENT', 'none'], ['EIO', 'decided']] as const) {
			await using place = await Place.create();
			const {before, staging} = await prepare(place);
			const calls = await Calls.watch(t, place.root);
			calls.fail(new RegExp(`^writeFile .*logbackup/${name}$`, 'v'), code);
			await assert.rejects(finishMerge(place.directory, staging), {code});
			calls.end();
			assert.equal(await progressOf(place.directory, staging), progress, `${name} ${code}`);
			await assertUntouched(place, before);
			await staging.close();
		}
	}
});

test('that a set is left as it was is an error where that fails', async t => {
	await using place = await Place.create();
	const {before, staging} = await prepare(place);
	await place.write(`${date}/manifest.json`, before.replace('web1', 'web2'));
	const calls = await Calls.watch(t, place.root);
	calls.fail(new RegExp(`^open ${date}/SHA256SUMS`, 'v'), 'EIO');
	await assert.rejects(finishMerge(place.directory, staging), {code: 'EIO'});
	assert.equal(await progressOf(place.directory, staging), 'decided');
	await staging.close();
});

test('copies that the checksums of a set count on already stay in it, whatever became of its manifest', async () => {
	await using place = await Place.create();
	const {before, staging} = await prepare(place);
	await finishMerge(place.directory, staging);
	const sums = await place.read(date, 'SHA256SUMS');
	await place.write(`${date}/SHA256SUMS`, sums.replace(/^.*manifest\.json\n/mv, ''));
	await place.write(`${date}/manifest.json`, before.replace('web1', 'web2'));
	await recordMerge(staging, {date, base: sha256Of(before), manifest: after});
	assert.equal(await finishMerge(place.directory, staging), false);
	assert.deepEqual((await fs.readdir(place.at(date))).filter(name => name.endsWith('.gz')), ['a.log.gz', 'b.log.gz']);
	await staging.close();
});

test('what appears under a name that was free leaves the set as it was, with what appeared', async () => {
	for (const name of ['deep/er/c.log.gz', 'deep']) {
		await using place = await Place.create();
		const {before, staging} = await prepare(place);
		await place.write(`${date}/${name}`, 'somebody else\'s');
		await fs.chmod(place.at(date), 0o700);
		await assert.rejects(finishMerge(place.directory, staging), {name: 'ConflictError'});
		assert.equal(await place.read(date, name), 'somebody else\'s');
		await assertUntouched(place, before);
		assert.equal(await progressOf(place.directory, staging), 'none');
		await staging.close();
	}
});

test('a set that has become another one, or is gone, is not touched', async () => {
	await using place = await Place.create();
	const {before, staging} = await prepare(place);
	const other = before.replace('web1', 'web2');
	await place.write(`${date}/manifest.json`, other);
	assert.equal(await finishMerge(place.directory, staging), false);
	assert.equal(await place.read(date, 'manifest.json'), other);
	assert.equal(await isMergePending(staging), false);
	await recordMerge(staging, {date, base: sha256Of(before), manifest: after});
	await fs.rm(place.at(date), {recursive: true});
	assert.equal(await finishMerge(place.directory, staging), false);
	assert.equal(await readMerge(staging), undefined);
	assert.equal(await finishMerge(place.directory, staging), false, 'nothing is decided any more');
	await staging.close();
});

test('a set whose manifest cannot be read, or that others can write to, keeps the decision', async () => {
	await using place = await Place.create();
	const {before, staging} = await prepare(place);
	await fs.rm(place.at(date, 'manifest.json'));
	await assert.rejects(finishMerge(place.directory, staging), {name: 'DestinationError'});
	assert.equal(await isMergePending(staging), true);
	await place.write(`${date}/manifest.json`, before);
	await fs.chmod(place.at(date), 0o770);
	await assert.rejects(finishMerge(place.directory, staging), {name: 'DestinationError'});
	assert.equal(await isMergePending(staging), true);
	await fs.chmod(place.at(date), 0o755);
	assert.equal(await finishMerge(place.directory, staging), true);
	await staging.close();
});
