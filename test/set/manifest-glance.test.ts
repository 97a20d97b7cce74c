/* What is told of a set at a glance, whatever is left of it. */
import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import {test} from 'node:test';
import {
	describeSet,
	isRunUnderWay,
	listSetNames,
	readCatalog,
} from '../../source/set/catalog.ts';
import {findSet, readManifest} from '../../source/set/existing.ts';
import {Lock} from '../../source/set/lock/lock.ts';
import {glanceAtSet} from '../../source/set/manifest/manifest-glance.ts';
import {SpaceCounter} from '../../source/set/space-taken.ts';
import {manifestVersion} from '../../source/set/manifest/manifest.ts';
import {Calls} from '../support/calls.ts';
import {
	copyOf,
	makeSet,
	origin,
	Place,
	recordOf,
} from '../support/set-fixtures.ts';

const date = '2026-03-14';

const stateOf = (place: Place, isRunning = false) => describeSet(place.directory, {date, isStaging: false}, isRunning)?.state;

/** Long enough that its end is not read with its beginning. */
const many = Array.from({length: 30}, (_, index) => recordOf(`${index}.log`));

test('a sound set says what is in it, and where it comes from', async () => {
	await using place = await Place.create();
	await makeSet(place, date, many, {missing: [{path: Buffer.from('gone'), outcome: 'vanished'}]});
	const overview = describeSet(place.directory, {date, isStaging: false}, true)!;
	assert.equal(overview.state, 'complete');
	assert.deepEqual(overview.origin, origin);
	assert.deepEqual(overview.head, {
		version: '1.0.0', ...origin, engine: 'zlib', filesDone: 30, filesFailed: 0, filesVanished: 1,
		bytesIn: many.reduce((sum, {bytesIn}) => sum + bytesIn, 0), bytesOut: many.reduce((sum, {bytesOut}) => sum + bytesOut, 0),
		started: new Date('2026-03-14T01:00:00.000Z'), finished: new Date('2026-03-14T01:02:00.000Z'),
		reuse: {files: 0, bytesNew: many.reduce((sum, {bytesOut}) => sum + bytesOut, 0), from: []},
	});
});

test('one in which something failed is partial', async () => {
	await using place = await Place.create();
	await makeSet(place, date, many, {missing: [{path: Buffer.from('lost'), outcome: 'failed'}]});
	assert.equal(stateOf(place), 'partial');
});

for (const [kind, records] of [['few', many.slice(0, 2)], ['many', many]] as const) {
	test(`a manifest of ${kind} entries that is cut anywhere, or goes on after its end, is damaged`, async () => {
		await using place = await Place.create();
		const text = await makeSet(place, date, records);
		const {length} = text;
		const cuts = [1, 100, 4096, Math.floor(length / 2), length - 200, length - 10, length - 8, length - 7, length - 6, length - 5, length - 4, length - 3, length - 2];

		for (const cut of cuts.filter(position => position < length)) {
			await place.write(`${date}/manifest.json`, text.slice(0, cut));
			assert.equal(stateOf(place), 'damaged', `${cut} of ${length}`);
		}

		await place.write(`${date}/manifest.json`, `${text}{`);
		assert.equal(stateOf(place), 'damaged');
		await place.write(`${date}/manifest.json`, text);
		assert.equal(stateOf(place), 'complete');
	});
}

test('where a set of nothing is cut or not is told too', async () => {
	await using place = await Place.create();
	const text = await makeSet(place, date, []);
	assert.equal(stateOf(place), 'complete');
	await place.write(`${date}/manifest.json`, text.slice(0, -2));
	assert.equal(stateOf(place), 'damaged');
});

test('a manifest with a long head, and one that somebody laid out otherwise, are read all the same', async () => {
	await using place = await Place.create();
	const paths = Array.from({length: 100}, (_, index) => ({path: String(index).padStart(100, 'x')}));
	const text = await makeSet(place, date, many, {left_out: {symlink: {count: 100, paths}}});
	assert.equal(stateOf(place), 'complete');
	await place.write(`${date}/manifest.json`, JSON.stringify(JSON.parse(text)));
	assert.equal(stateOf(place), 'complete');
	const {head} = describeSet(place.directory, {date, isStaging: false}, false)!;
	assert.equal(head?.filesDone, 30);
	await place.write(`${date}/manifest.json`, JSON.stringify({...JSON.parse(text) as Record<string, unknown>, files_done: 31}));
	assert.equal(stateOf(place), 'damaged');
	assert.deepEqual(describeSet(place.directory, {date, isStaging: false}, false)?.origin, origin);
});

test('one of a later version is foreign; one whose head makes no sense is damaged, with where it comes from', async () => {
	await using place = await Place.create();
	const text = await makeSet(place, date, many);
	await place.write(`${date}/manifest.json`, text.replace('"manifest_version": 1', () => `"manifest_version": ${manifestVersion + 1}`));
	assert.equal(stateOf(place), 'foreign');
	await place.write(`${date}/manifest.json`, text.replace('"files_done": 30', '"files_done": -1'));
	assert.equal(stateOf(place), 'damaged');
	assert.deepEqual((await findSet(place.directory, date))?.origin, origin);
});

test('a set that has lost its checksums, its copies or its manifest is damaged', async () => {
	await using place = await Place.create();
	await makeSet(place, date, [recordOf('a')]);
	await fs.rm(place.at(date, 'a.gz'));
	assert.equal(stateOf(place), 'damaged');
	await place.write(`${date}/a.gz`, copyOf('a'));
	await fs.rename(place.at(date, 'SHA256SUMS'), place.at('sums'));
	assert.equal(stateOf(place), 'damaged');
	await fs.rename(place.at('sums'), place.at(date, 'SHA256SUMS'));
	assert.equal(stateOf(place), 'complete');
	await fs.rm(place.at(date, 'manifest.json'));
	assert.equal(stateOf(place), 'damaged');
});

test('what is no manifest, or no directory, is damaged, and opening it does not wait', async () => {
	await using place = await Place.create();
	await fs.writeFile(place.at(date), '');
	assert.equal(stateOf(place), 'damaged');
	await fs.unlink(place.at(date));
	await fs.symlink('nowhere', place.at(date));
	assert.equal(stateOf(place), 'damaged');
	await fs.unlink(place.at(date));
	assert.equal(stateOf(place), undefined);
	await makeSet(place, date, [recordOf('a')]);
	await fs.rename(place.at(date, 'manifest.json'), place.at(date, 'other'));
	await fs.symlink('other', place.at(date, 'manifest.json'));
	assert.equal(stateOf(place), 'damaged');
	await fs.unlink(place.at(date, 'manifest.json'));
	await fs.mkdir(place.at(date, 'manifest.json'));
	assert.equal(stateOf(place), 'damaged');
	await using set = await place.directory.openDirectory(date);
	assert.equal(await readManifest(set), undefined);
});

test('sets and staging are listed newest first, staging before the set of its date, and nothing else is', async () => {
	await using place = await Place.create();

	for (const name of ['2026-03-12', '2026-03-14', '.2026-03-14.partial', '2026-03-13', '.2026-03-15.partial', '.2026-03-12.pruned', '2026-02-30', 'x2026-03-12', 'lost+found']) {
		await fs.mkdir(place.at(name));
	}

	assert.deepEqual((await listSetNames(place.directory)).map(({date: day, isStaging}) => `${day}${isStaging ? ' staging' : ''}`), [
		'2026-03-15 staging', '2026-03-14 staging', '2026-03-14', '2026-03-13', '2026-03-12',
	]);
});

test('staging is running for as long as somebody has the lock, else interrupted', async () => {
	await using place = await Place.create();
	await fs.mkdir(place.at(`.${date}.partial`));
	const statesOf = async () => {
		const states: string[] = [];

		for await (const {state} of readCatalog(place.directory)) {
			states.push(state);
		}

		return states;
	};

	assert.deepEqual(await statesOf(), ['interrupted']);
	assert.equal(await isRunUnderWay(place.directory), false);
	const lock = await Lock.take(place.directory, 0, new AbortController().signal);
	assert.deepEqual(await statesOf(), ['running']);
	assert.equal(await isRunUnderWay(place.directory), true);
	await lock.release();
	assert.deepEqual(await statesOf(), ['interrupted']);
});

test('all sets are told, whatever their number, those that go meanwhile left out', async () => {
	await using place = await Place.create();
	const dates = Array.from({length: 28}, (_, index) => `2026-02-${String(28 - index).padStart(2, '0')}`);

	for (const day of dates) {
		await makeSet(place, day, [recordOf('a')]);
	}

	const found: string[] = [];

	for await (const {date: day} of readCatalog(place.directory)) {
		found.push(day);

		if (day === '2026-02-20') {
			await fs.rm(place.at('2026-02-19'), {recursive: true});
		}
	}

	assert.deepEqual(found, dates.filter(day => day !== '2026-02-19'));
});

test('a destination that cannot be listed is an error of it', async t => {
	await using place = await Place.create();
	const calls = await Calls.watch(t, place.root);
	calls.fail(/^readdir/v, 'EIO');
	await assert.rejects(listSetNames(place.directory), {name: 'DestinationError', code: 'EIO'});
});

test('a set whose name was taken away while it was looked at is gone, not damaged', async () => {
	await using place = await Place.create();
	await fs.mkdir(place.at(date));
	assert.equal('isMissing' in glanceAtSet(place.directory, date), false);
	assert.deepEqual(glanceAtSet(place.directory, '2026-03-15'), {isMissing: true});
});

test('looking at sets, whatever is in them, leaves nothing open', async () => {
	await using place = await Place.create();
	await makeSet(place, '2026-03-12', many);
	await place.write('2026-03-13/deep/a.gz', copyOf('a'));
	await place.write('2026-03-13/SHA256SUMS', 'x');
	await fs.mkdir(place.at('2026-03-14'));
	const before = (await fs.readdir('/proc/self/fd')).length;

	for (let round = 0; round < 3; round++) {
		const counter = new SpaceCounter(place.directory);

		for (const name of (await listSetNames(place.directory)).toReversed()) {
			counter.count(describeSet(place.directory, name, false)!);
		}
	}

	assert.equal((await fs.readdir('/proc/self/fd')).length, before);
});
