/* Whether there is a good backup that is recent enough: of whom, by which clock. */
import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import {test} from 'node:test';
import {readHealth} from '../../source/set/health.ts';
import {Lock} from '../../source/set/lock/lock.ts';
import type {Manifest} from '../../source/set/manifest/manifest.ts';
import type {Whose} from '../../source/set/names/provenance.ts';
import {
	copyOf,
	makeSet,
	origin,
	Place,
	recordOf,
} from '../support/set-fixtures.ts';

const hour = 3_600_000;
const minute = 60_000;
const now = new Date('2026-03-14T12:00:00.000Z');
const finished = (age: number) => ({finished: new Date(now.getTime() - age).toISOString()});
const failed = {missing: [{path: Buffer.from('lost'), outcome: 'failed' as const}]};
const own: Whose = {host: 'web1', machine: origin.machine};

const read = async (place: Place, whose = own, maximumAge = 26 * hour) => readHealth(place.directory, {maximumAge, whose, now});

const add = async (place: Place, date: string, changes: Partial<Manifest> = finished(hour)) => makeSet(place, date, [recordOf('a')], changes);

test('a whole set is good for as long as it is not older than it may be', async () => {
	for (const [age, verdict] of [[hour, 'ok'], [26 * hour, 'ok'], [(26 * hour) + 1, 'too old'], [-5 * minute, 'ok'], [(-5 * minute) - 1, 'too old'], [-70 * 365 * 24 * hour, 'too old']] as const) {
		await using place = await Place.create();
		await add(place, '2026-03-13', finished(age));
		const health = await read(place);
		assert.deepEqual([health.verdict, health.age, health.newest?.date], [verdict, age, '2026-03-13'], String(age));
		assert.deepEqual([health.sources, health.interrupted, health.future, health.isRunning, health.other], [[], [], [], false, undefined]);
	}
});

test('without a set there is none; a damaged or empty one is damaged, one in which something failed partial, however old', async () => {
	await using place = await Place.create();
	const none = await read(place);
	assert.deepEqual([none.verdict, none.newest, none.age], ['none', undefined, undefined]);
	await add(place, '2026-03-11', {...finished(1000 * hour), ...failed});
	assert.equal((await read(place)).verdict, 'partial');
	await fs.mkdir(place.at('2026-03-12'));
	assert.equal((await read(place)).verdict, 'damaged');
	const text = await add(place, '2026-03-13');
	assert.equal((await read(place)).verdict, 'ok');
	await place.write('2026-03-13/manifest.json', text.slice(0, -10));
	assert.equal((await read(place)).verdict, 'damaged');
});

test('a foreign set is as old as what was put into it last', async () => {
	for (const [age, verdict] of [[hour, 'ok'], [27 * hour, 'too old']] as const) {
		await using place = await Place.create();
		await place.write('2026-03-13/a.gz', copyOf('a'));
		const time = (now.getTime() - age) / 1000;
		await fs.utimes(place.at('2026-03-13'), time, time);
		const health = await read(place);
		assert.deepEqual([health.verdict, health.age], [verdict, age]);
	}
});

test('a set of a day to come does not count, and is told', async () => {
	await using place = await Place.create();
	await add(place, '2026-03-12', finished(48 * hour));
	await add(place, '2026-03-16');
	await add(place, '2026-03-15');
	await fs.mkdir(place.at('.2026-03-17.partial'));
	const health = await read(place);
	assert.deepEqual([health.verdict, health.newest?.date, health.future], ['too old', '2026-03-12', ['2026-03-16', '2026-03-15']]);
	await add(place, '2026-03-14');
	assert.deepEqual([(await read(place)).newest?.date, (await read(place)).future.length], ['2026-03-14', 2], 'that of today does');
});

test('sets of another host, machine or source do not count, and the newest of them is told', async () => {
	for (const other of [{host: 'web2'}, {machine: 'bbbbbbbbbbbb'}, {source: '/srv/log'}]) {
		await using place = await Place.create();
		await add(place, '2026-03-12', {...finished(hour), ...other});
		await add(place, '2026-03-13', {...finished(hour), ...other});
		const whose = {...own, sources: ['/var/log']};
		const alone = await read(place, whose);
		assert.deepEqual([alone.verdict, alone.newest, alone.other?.date], ['none', undefined, '2026-03-13']);
		await add(place, '2026-03-11', finished(2 * hour));
		const health = await read(place, whose);
		assert.deepEqual([health.verdict, health.newest?.date, health.other?.date], ['ok', '2026-03-11', '2026-03-13']);
		assert.deepEqual(health.whose, whose);
	}
});

test('of several sources, that which is worst off is told first, and the others after it', async () => {
	await using place = await Place.create();
	await add(place, '2026-03-09', {...finished(2 * hour), source: '/ok'});
	await add(place, '2026-03-10', {...finished(99 * hour), source: '/old'});
	await add(place, '2026-03-11', {...finished(hour), ...failed, source: '/partial'});
	await add(place, '2026-03-12', {...finished(200 * hour), source: '/ok'}).then(async () => fs.rm(place.at('2026-03-12'), {recursive: true}));
	const health = await read(place);
	assert.deepEqual([health, ...health.sources].map(({verdict, newest}) => [verdict, newest?.origin?.source]), [['partial', '/partial'], ['too old', '/old'], ['ok', '/ok']]);
	await add(place, '2026-03-13', {...finished(hour), source: '/lost'});
	await fs.rm(place.at('2026-03-13/a.gz'));
	assert.equal((await read(place)).newest?.origin?.source, '/lost');
	// Of the one that is named, no other matters.
	const named = await read(place, {...own, sources: ['/ok', '/else']});
	assert.deepEqual([named.verdict, named.sources.length], ['ok', 0]);
});

test('which is worst off does not go by which is newest', async () => {
	await using place = await Place.create();
	await add(place, '2026-03-13', {...finished(hour), source: '/ok'});
	await add(place, '2026-03-12', {...finished(99 * hour), source: '/old'});
	await add(place, '2026-03-11', {...finished(hour), ...failed, source: '/partial'});
	await add(place, '2026-03-10', {...finished(hour), source: '/lost'});
	await fs.rm(place.at('2026-03-10/a.gz'));
	const health = await read(place);
	assert.deepEqual([health, ...health.sources].map(({newest}) => newest?.origin?.source), ['/lost', '/partial', '/old', '/ok']);
});

test('what does not tell whose it is may be anybody\'s newest, while it is the newest', async () => {
	await using place = await Place.create();
	await place.write('2026-03-12/a.gz', copyOf('a'));
	await fs.utimes(place.at('2026-03-12'), new Date(now.getTime() - hour), new Date(now.getTime() - hour));
	const health = await read(place);
	assert.deepEqual([health.verdict, health.newest?.state, health.sources], ['ok', 'foreign', []]);
	await add(place, '2026-03-11', {...finished(99 * hour), source: '/old'});
	assert.deepEqual([(await read(place)).newest?.date, (await read(place)).sources.length], ['2026-03-12', 0]);
	await add(place, '2026-03-13', {...finished(99 * hour), source: '/old'});
	assert.deepEqual([(await read(place)).newest?.date, (await read(place)).verdict], ['2026-03-13', 'too old']);
});

test('staging is what a run fills while one is under way, else what was interrupted', async () => {
	await using place = await Place.create();
	await fs.mkdir(place.at('.2026-03-14.partial'));
	await fs.mkdir(place.at('.2026-03-10.partial'));
	const before = await read(place);
	assert.deepEqual([before.isRunning, before.interrupted], [false, ['2026-03-14', '2026-03-10']]);
	const lock = await Lock.take(place.directory, 0, new AbortController().signal);
	const during = await read(place);
	assert.deepEqual([during.isRunning, during.interrupted], [true, []]);
	await lock.release();
});
