import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import {test} from 'node:test';
import type {SetOverview} from '../../source/set/catalog.ts';
import type {ManifestHead} from '../../source/set/manifest/manifest-head.ts';
import {SpaceCounter} from '../../source/set/space-taken.ts';
import {origin, overviewOf, Place} from '../support/set-fixtures.ts';

const headOf = (reuse?: ManifestHead['reuse']): ManifestHead => ({
	version: '1', ...origin, engine: 'zlib', started: new Date(0), finished: new Date(0), filesDone: 1, filesFailed: 0, filesVanished: 0, bytesIn: 1, bytesOut: 1, ...(reuse && {reuse}),
});

const setOf = (date: string, changes: Partial<SetOverview> = {}) => overviewOf(date, {head: headOf(), ...changes});

const foreign = (date: string): SetOverview => ({date, isStaging: false, state: 'foreign'});

async function addFile(place: Place, file: string, size: number): Promise<void> {
	await place.write(file, 'x'.repeat(size));
}

test('what was linked from sets that are there is taken from the manifest; where one of them is gone, the files are looked at', async () => {
	await using place = await Place.create();
	await addFile(place, '2026-03-11/a.gz', 10);
	const counter = new SpaceCounter(place.directory);
	const first = setOf('2026-03-10', {head: headOf({files: 0, bytesNew: 100, from: []})});
	assert.deepEqual(counter.count(first), {overview: first, bytesNew: 100});
	const second = setOf('2026-03-11', {head: headOf({files: 1, bytesNew: 3, from: ['2026-03-10']})});
	assert.deepEqual(counter.count(second), {overview: second, bytesNew: 3});
	const other = setOf('2026-03-11', {head: headOf({files: 1, bytesNew: 3, from: ['2026-03-10', '2026-03-09']})});
	assert.deepEqual(counter.count(other), {overview: other, bytesNew: 10});
	const gone = setOf('2026-03-12', {head: headOf({files: 1, bytesNew: 3, from: ['2026-03-01']})});
	assert.deepEqual(counter.count(gone), {overview: gone, bytesNew: undefined});
});

test('copies are counted once in a set, and those of the set before not at all; the set\'s own files are none', async () => {
	await using place = await Place.create();
	await addFile(place, '2026-03-10/a.gz', 1000);
	await addFile(place, '2026-03-10/deep/manifest.json', 7);
	await addFile(place, '2026-03-11/b.gz', 20);
	await fs.link(place.at('2026-03-10/a.gz'), place.at('2026-03-11/a.gz'));
	await addFile(place, '2026-03-11/c.gz', 300);
	await fs.link(place.at('2026-03-11/c.gz'), place.at('2026-03-11/d.gz'));
	await fs.symlink('b.gz', place.at('2026-03-11/link.gz'));

	for (const name of ['SHA256SUMS', 'manifest.json', '.logbackup/journal']) {
		await addFile(place, `2026-03-11/${name}`, 5);
	}

	const counter = new SpaceCounter(place.directory);
	assert.equal(counter.count(setOf('2026-03-10')).bytesNew, 1007);
	assert.equal(counter.count(setOf('2026-03-11')).bytesNew, 320);
});

test('a set without a manifest tells how much was found in it, and nothing is linked from it', async () => {
	await using place = await Place.create();
	await addFile(place, '2026-03-10/a.gz', 1000);
	await addFile(place, '2026-03-11/b.gz', 20);
	await fs.link(place.at('2026-03-10/a.gz'), place.at('2026-03-11/a.gz'));
	const counter = new SpaceCounter(place.directory);
	assert.deepEqual(counter.count(foreign('2026-03-10')), {overview: foreign('2026-03-10'), bytesNew: 1000, found: {files: 1, bytes: 1000}});
	assert.deepEqual(counter.count(foreign('2026-03-11')), {overview: foreign('2026-03-11'), bytesNew: 1020, found: {files: 2, bytes: 1020}});
});

test('staging is counted against the newest set of its own host and source', async () => {
	await using place = await Place.create();
	const sister = {...origin, source: '/srv'};
	await addFile(place, '2026-03-10/a.gz', 1000);
	await addFile(place, '2026-03-11/a.gz', 2000);
	await addFile(place, '2026-03-12/a.gz', 4000);
	await addFile(place, '.2026-03-13.partial/b.gz', 1);
	await fs.link(place.at('2026-03-10/a.gz'), place.at('.2026-03-13.partial/a.gz'));
	const counter = new SpaceCounter(place.directory);
	const staging = (from = origin as SetOverview['origin']): SetOverview => ({
		date: '2026-03-13', isStaging: true, state: 'interrupted', ...(from && {origin: from}),
	});
	counter.count(setOf('2026-03-10'));
	assert.equal(counter.count(staging()).bytesNew, 1);
	// Staging is linked from nothing, and is no set before.
	assert.deepEqual(counter.count(staging()).found, {files: 2, bytes: 1001});
	counter.count(setOf('2026-03-11', {origin: sister}));
	assert.equal(counter.count(staging()).bytesNew, 1, 'that of another source is not in between');
	assert.equal(counter.count(staging(sister)).bytesNew, 1001);
	counter.count(setOf('2026-03-12'));
	assert.equal(counter.count(staging()).bytesNew, 1001, 'but that of this one is');
});

test('a set whose origin nobody knows may be linked from any', async () => {
	await using place = await Place.create();
	await addFile(place, '2026-03-10/a.gz', 1000);
	await fs.mkdir(place.at('2026-03-11'));
	await fs.link(place.at('2026-03-10/a.gz'), place.at('2026-03-11/a.gz'));
	const counter = new SpaceCounter(place.directory);
	counter.count(setOf('2026-03-10'));
	assert.equal(counter.count(foreign('2026-03-11')).bytesNew, 0);
	assert.equal(counter.count({...foreign('2026-03-11'), origin: {...origin, host: 'web2'}}).bytesNew, 1000);
});
