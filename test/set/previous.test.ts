/* From which set files are linked, and which of them. */
import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import {test} from 'node:test';
import {readCheckedManifest} from '../../source/set/checked-manifest.ts';
import type {Whose} from '../../source/set/names/provenance.ts';
import {PreviousSet} from '../../source/set/previous.ts';
import {Calls} from '../support/calls.ts';
import {
	copyOf,
	makeSet,
	origin,
	Place,
	recordOf,
	textOf,
	manifestOf,
} from '../support/set-fixtures.ts';

const own: Whose = {host: 'web1', machine: origin.machine, sources: ['/var/log']};
const today = '2026-03-14';

async function openNewest(place: Place, date = today) {
	const told: string[] = [];
	const previous = await PreviousSet.openNewest(place.directory, {
		date, own, today, onUnsound(message) {
			told.push(message);
		},
	});
	const found = previous && {date: previous.date, copies: previous.copies.map(({path}) => path.toString())};
	await previous?.close();
	return {found, told};
}

test('it is the newest of this host and source, but that of the date itself, and of no day to come', async () => {
	await using place = await Place.create();
	assert.equal((await openNewest(place)).found, undefined);
	await makeSet(place, '2026-03-10', [recordOf('a')]);
	await makeSet(place, '2026-03-11', [recordOf('b')]);
	await makeSet(place, '2026-03-12', [recordOf('c')], {host: 'web2'});
	await makeSet(place, '2026-03-13', [recordOf('c')], {source: '/srv'});
	await makeSet(place, today, [recordOf('today')]);
	await makeSet(place, '2026-03-15', [recordOf('tomorrow')]);
	assert.deepEqual(await openNewest(place), {found: {date: '2026-03-11', copies: ['b']}, told: []});
	assert.deepEqual((await openNewest(place, '2026-03-11')).found?.date, today);
});

test('a set of something else is not linked from, and nothing is wrong with that', async () => {
	await using place = await Place.create();
	await place.write('2026-03-12/a.gz', copyOf('a'));
	await fs.mkdir(place.at('2026-03-13'));
	assert.deepEqual(await openNewest(place), {found: undefined, told: []});
});

test('one without a copy that tells of a whole source is passed over', async () => {
	await using place = await Place.create();
	await makeSet(place, '2026-03-10', [recordOf('a')]);
	await makeSet(place, '2026-03-11', []);
	await makeSet(place, '2026-03-12', [recordOf('b', {notes: ['truncated']})]);
	assert.equal((await openNewest(place)).found?.date, '2026-03-10');
	await makeSet(place, '2026-03-13', [recordOf('b', {notes: ['changed']}), recordOf('c')]);
	assert.deepEqual((await openNewest(place)).found?.copies, ['c']);
});

test('one that is damaged, rotten, or that nothing vouches for, is not linked from, and told', async () => {
	const harms: ReadonlyArray<(place: Place, text: string) => Promise<void>> = [
		async (place, text) => place.write('2026-03-12/manifest.json', text.replace('"level": 6', '"level": 7')),
		async (place, text) => place.write('2026-03-12/manifest.json', text.slice(0, -10)),
		async place => place.write('2026-03-12/SHA256SUMS', `${'0'.repeat(64)}  a.gz\n`),
		async place => fs.rm(place.at('2026-03-12/a.gz')),
	];

	for (const harm of harms) {
		await using place = await Place.create();
		await makeSet(place, '2026-03-10', [recordOf('old')]);
		const text = await makeSet(place, '2026-03-12', [recordOf('a')]);
		await harm(place, text);
		const {found, told} = await openNewest(place);
		assert.equal(found?.date, '2026-03-10');
		assert.equal(told.length, 1);
		assert.ok(told[0]!.includes('2026-03-12'));
	}
});

test('a manifest that cannot be read any more costs nothing but itself', async t => {
	await using place = await Place.create();
	await makeSet(place, '2026-03-10', [recordOf('old')]);
	await makeSet(place, '2026-03-12', [recordOf('a')]);
	const calls = await Calls.watch(t, place.root);
	calls.fail(/^open 2026-03-12/v, 'EIO');
	assert.deepEqual(await openNewest(place), {found: {date: '2026-03-10', copies: ['old']}, told: []});
	calls.fail(/^readdir/v, 'EIO');
	await assert.rejects(openNewest(place), {name: 'DestinationError', code: 'EIO'});
});

test('a source is found in it if it is what it was, and its copy if that is there as it was written down', async () => {
	await using place = await Place.create();
	const record = recordOf('a');
	await makeSet(place, '2026-03-10', [record, recordOf('b')]);
	await using previous = (await PreviousSet.openNewest(place.directory, {date: today, own, today}))!;
	const now = {path: Buffer.from('a.1'), stats: record.source, hasOtherNames: false};
	const found = previous.find(now)!;
	assert.equal(found.path.toString(), 'a');
	assert.deepEqual(await fs.readFile(previous.locate(found)), copyOf('a'));
	const {signal} = new AbortController();
	assert.equal(await previous.isIntact(found, signal), true);

	// Somebody else has become its owner: whoever was is not to read on in the next set.
	for (const change of [{uid: 1}, {gid: 1}, {mode: '0600'}, {size: 1}, {ino: '2'}, {dev: '2'}, {mtime_ns: '2'}]) {
		assert.equal(previous.find({...now, stats: {...record.source, ...change}}), undefined, JSON.stringify(change));
	}

	await fs.chmod(place.at('2026-03-10/a.gz'), 0o644);
	assert.equal(await previous.isIntact(found, signal), false, 'open to more than its source');
	await fs.chmod(place.at('2026-03-10/a.gz'), 0o600);
	await fs.appendFile(place.at('2026-03-10/a.gz'), 'x');
	assert.equal(await previous.isIntact(found, signal), false);
	await fs.rm(place.at('2026-03-10/a.gz'));
	assert.equal(await previous.isIntact(found, signal), false);
	const reason = new Error('stopped');
	await assert.rejects(previous.isIntact(found, AbortSignal.abort(reason)), reason);
	assert.ok((await fs.readlink(`/proc/self/fd/${previous.fd}`)).endsWith('2026-03-10'));
});

test('a manifest is covered by its sum, rotten with another, and uncovered without', async () => {
	await using place = await Place.create();
	const text = await makeSet(place, 's', [recordOf('a')]);
	await using set = await place.directory.openDirectory('s');
	const sums = await place.read('s/SHA256SUMS');
	assert.deepEqual(await readCheckedManifest(set), {text, coverage: 'covered'});
	const coverageOf = async () => {
		const read = await readCheckedManifest(set);
		return read && 'coverage' in read ? read.coverage : read;
	};

	await place.write('s/SHA256SUMS', sums.replace('  manifest', ' *manifest'));
	assert.equal(await coverageOf(), 'covered');
	await place.write('s/SHA256SUMS', sums.split('\n').toReversed().join('\n'));
	assert.equal(await coverageOf(), 'covered', 'wherever it stands');
	await place.write('s/manifest.json', `${text} `);
	assert.equal(await coverageOf(), 'rotten');
	await place.write('s/SHA256SUMS', sums.replace('manifest.json', 'x/manifest.json'));
	assert.equal(await coverageOf(), 'uncovered');
	await fs.rm(place.at('s/SHA256SUMS'));
	assert.equal(await coverageOf(), 'uncovered');
	await fs.rm(place.at('s/manifest.json'));
	assert.equal(await readCheckedManifest(set), undefined);
	await fs.mkdir(place.at('s/manifest.json'));
	assert.ok('problem' in (await readCheckedManifest(set))!);
});

test('a set that is completed while it is looked at is looked at again', async t => {
	await using place = await Place.create();
	await makeSet(place, 's', [recordOf('a')]);
	await makeSet(place, 't', [recordOf('a'), recordOf('b')]);
	const newer = textOf(manifestOf([recordOf('a'), recordOf('b')]));
	await using set = await place.directory.openDirectory('s');
	const calls = await Calls.watch(t, place.root);
	calls.before(/^open s\/SHA256SUMS/v, async () => {
		await fs.copyFile(place.at('t/SHA256SUMS'), place.at('s/SHA256SUMS'));
		await fs.copyFile(place.at('t/manifest.json'), place.at('s/manifest.json'));
	});
	assert.deepEqual(await readCheckedManifest(set), {text: newer, coverage: 'covered'});
});

test('sums are read to their end, in pieces', async t => {
	await using place = await Place.create();
	await makeSet(place, 's', [recordOf('a')]);
	const sums = await place.read('s/SHA256SUMS');
	const [first, last] = sums.trimEnd().split('\n', 2);
	await place.write('s/SHA256SUMS', `${`${first!}\n`.repeat(20_000)}${last!}\n`);
	await using set = await place.directory.openDirectory('s');
	const read = await readCheckedManifest(set);
	assert.equal(read && 'coverage' in read && read.coverage, 'covered');
	const calls = await Calls.watch(t, place.root);
	calls.fail(/^read s\/SHA256SUMS/v, 'EIO');
	const failed = await readCheckedManifest(set);
	assert.equal(failed && 'coverage' in failed && failed.coverage, 'uncovered');
});
