import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import {test} from 'node:test';
import {findLatest, isNoBackup, newestOfEach} from '../../source/set/latest.ts';
import {listSetNames} from '../../source/set/catalog.ts';
import {
	describeOrigin,
	describeWhose,
	isOf,
	isSameOrigin,
	type Whose,
} from '../../source/set/names/provenance.ts';
import {
	copyOf,
	makeSet,
	origin,
	overviewOf,
	Place,
	recordOf,
} from '../support/set-fixtures.ts';

const own: Whose = {host: 'web1', machine: origin.machine, sources: ['/var/log', '/mnt/log']};
const {sources: _sources, ...anySource} = own;

test('a host is known by its name, and two of one name by their machines, where these are known', () => {
	const table: ReadonlyArray<readonly [origin: Parameters<typeof isOf>[0], whose: Whose, isOf: boolean]> = [
		[undefined, own, true],
		[origin, own, true],
		[origin, anySource, true],
		[{...origin, source: '/mnt/log'}, own, true],
		[{...origin, source: '/srv'}, own, false],
		[{...origin, source: '/srv'}, anySource, true],
		[{...origin, host: 'web2'}, anySource, false],
		[{...origin, machine: 'b'}, anySource, false],
		[{host: 'web1', source: '/var/log'}, own, true],
		[{...origin, machine: 'b'}, {host: 'web1'}, true],
		[{...origin, host: 'web2'}, {host: 'web1'}, false],
	];

	for (const [one, whose, isIt] of table) {
		assert.equal(isOf(one, whose), isIt, JSON.stringify([one, whose]));
	}

	assert.equal(isSameOrigin(origin, {...origin}), true);
	assert.equal(isSameOrigin(origin, {...origin, source: '/srv'}), false);
	assert.equal(isSameOrigin(origin, {...origin, machine: 'b'}), false);
	assert.equal(isSameOrigin(origin, {host: 'web1', source: '/var/log'}), true);
	assert.equal(isSameOrigin(origin, {...origin, host: 'web2'}), false);
});

test('where a set comes from is told safely, with the machine only of a namesake', () => {
	assert.equal(describeOrigin(origin), '/var/log on web1');
	assert.equal(describeOrigin(origin, own), '/var/log on web1');
	assert.equal(describeOrigin({...origin, machine: 'bbbbbbbbbbbb'}, {host: 'web2', machine: 'a'}), '/var/log on web1');
	assert.equal(describeOrigin({host: 'web1', source: '/var/log'}, own), '/var/log on web1');
	assert.equal(describeOrigin({...origin, machine: 'bbbbbbbbbbbb'}, {host: 'web1'}), '/var/log on web1');
	const namesake = describeOrigin({...origin, machine: 'bbbbbbbbcccc'}, own);
	assert.ok(namesake.startsWith('/var/log on web1 (') && namesake.includes('bbbbbbbb') && !namesake.includes('bbbbbbbbc'));
	assert.doesNotMatch(describeOrigin({host: '\u{1B}[2J', source: '/\n'}), /[\n\u{1B}]/v);
	assert.equal(describeWhose(own), '/var/log on web1');
	assert.equal(describeWhose({host: 'web1'}), 'web1');
	assert.equal(describeWhose({host: 'web1', sources: []}), 'web1');
});

test('the newest of each host and source is the first of it', () => {
	const overviews = [overviewOf('2026-03-14'), overviewOf('2026-03-13', {origin: {...origin, source: '/srv'}}), overviewOf('2026-03-12'), overviewOf('2026-03-11', {origin: {...origin, host: 'web2'}}), {date: '2026-03-10', isStaging: false, state: 'foreign'} as const];
	assert.deepEqual(newestOfEach(overviews).map(({date}) => date), ['2026-03-14', '2026-03-13', '2026-03-11']);
});

const find = async (place: Place, whose: Whose, today = '2026-03-14') => {
	const latest = await findLatest(place.directory, await listSetNames(place.directory), {whose, today});
	return latest && [latest.overview.date, latest.remark];
};

test('the latest is the newest backup of this host and source that is of no day to come', async () => {
	await using place = await Place.create();
	assert.equal(await find(place, own), undefined);
	await makeSet(place, '2026-03-10');
	await makeSet(place, '2026-03-11');
	await makeSet(place, '2026-03-12', [recordOf('a')], {host: 'web2'});
	await makeSet(place, '2026-03-20');
	await fs.mkdir(place.at('2026-03-13'));
	await fs.mkdir(place.at('.2026-03-14.partial'));
	assert.deepEqual(await find(place, own), ['2026-03-11', undefined]);
	assert.deepEqual(await find(place, anySource), ['2026-03-11', undefined]);
	assert.deepEqual(await find(place, own, '2026-03-20'), ['2026-03-20', undefined]);
	assert.equal(isNoBackup(overviewOf('2026-03-13', {state: 'empty'})), true);
	assert.equal(isNoBackup(overviewOf('2026-03-13', {state: 'damaged'})), false);
});

test('where there is none of its own, it is the newest of anybody\'s, and that is said', async () => {
	await using place = await Place.create();
	await makeSet(place, '2026-03-10', [recordOf('a')], {host: 'web3'});
	await makeSet(place, '2026-03-12', [recordOf('a')], {host: 'web2'});
	const [date, remark] = await find(place, own) ?? [];
	assert.equal(date, '2026-03-12');
	assert.ok(remark?.includes('web2') && remark.includes('web1') && remark.includes('2026-03-12'));
	// What does not tell may be one's own.
	await place.write('2026-03-11/a.gz', copyOf('a'));
	assert.deepEqual(await find(place, own), ['2026-03-11', undefined]);
});

test('where no source was named and there are several, the others are named', async () => {
	await using place = await Place.create();
	await makeSet(place, '2026-03-10', [recordOf('a')], {source: '/srv'});
	await makeSet(place, '2026-03-11', [recordOf('a')], {source: '/opt', host: 'web2'});
	await makeSet(place, '2026-03-12');
	const [date, remark] = await find(place, anySource) ?? [];
	assert.equal(date, '2026-03-12');
	assert.ok(remark?.includes('/srv (2026-03-10)') && remark.includes('--source') && !remark.includes('/opt'));
	assert.deepEqual(await find(place, own), ['2026-03-12', undefined]);
});
