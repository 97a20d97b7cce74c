import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import {test} from 'node:test';
import {readLastRun, writeLastRun} from '../../source/set/last-run.ts';
import {Calls} from '../support/calls.ts';
import {origin, Place} from '../support/set-fixtures.ts';

const own = {host: 'web1', machine: origin.machine, sources: ['/var/log']};
const ended = {ended: '2026-03-14T01:00:00.000Z', code: 14, message: 'no space'};

test('how the last run ended is remembered for its own host and source, until it is forgotten', async () => {
	await using place = await Place.create();
	assert.equal(await readLastRun(place.directory, own), undefined);
	await writeLastRun(place.directory, {...ended, origin});
	assert.deepEqual(await readLastRun(place.directory, own), ended);
	assert.deepEqual(await place.tree(), ['.last-run.json']);
	assert.equal((await fs.stat(place.at('.last-run.json'))).mode & 0o777, 0o600);

	for (const whose of [{...own, host: 'web2'}, {...own, machine: 'b'}, {...own, sources: ['/srv']}]) {
		assert.equal(await readLastRun(place.directory, whose), undefined);
	}

	await writeLastRun(place.directory, ended);
	assert.deepEqual(await readLastRun(place.directory, {host: 'web2'}), ended, 'what does not say may be anybody\'s');
	await writeLastRun(place.directory, undefined);
	assert.deepEqual(await place.tree(), []);
	await writeLastRun(place.directory, undefined);
});

test('what was left of writing it is no obstacle, and what stands there is replaced whole', async t => {
	await using place = await Place.create();
	await writeLastRun(place.directory, ended);
	await place.write('.last-run.tmp', 'half');
	await writeLastRun(place.directory, {...ended, code: 1});
	assert.equal((await readLastRun(place.directory, own))?.code, 1);
	await place.write('.last-run.tmp', 'half');
	await writeLastRun(place.directory, undefined);
	assert.deepEqual(await place.tree(), []);
	await writeLastRun(place.directory, ended);
	const calls = await Calls.watch(t, place.root);
	calls.fail(/^writeFile/v, 'ENOSPC');
	await writeLastRun(place.directory, {...ended, code: 1});
	assert.deepEqual(await readLastRun(place.directory, own), ended, 'where that fails, the one before stays');
});

test('what makes no sense, or is somebody else\'s, says nothing', async () => {
	await using place = await Place.create();

	for (const content of ['', '{', 'null', ...[{ended: 1}, {ended: 'never'}, {code: '1'}, {message: null}].map(change => JSON.stringify({...ended, ...change}))]) {
		await place.write('.last-run.json', content);
		assert.equal(await readLastRun(place.directory, own), undefined, content);
	}

	await place.write('.last-run.json', JSON.stringify({...ended, origin: 'web2'}));
	assert.deepEqual(await readLastRun(place.directory, own), ended);
	await fs.chown(place.at('.last-run.json'), 4711, 0);
	assert.equal(await readLastRun(place.directory, own), undefined);
});
