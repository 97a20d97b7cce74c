/* What was selected for the newest set. */
import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import {test} from 'node:test';
import {pathKey} from '../../source/files/path-key.ts';
import {readEarlierSelection} from '../../source/set/earlier-selection.ts';
import type {Whose} from '../../source/set/names/provenance.ts';
import {
	makeSet,
	origin,
	Place,
	recordOf,
} from '../support/set-fixtures.ts';

const own: Whose = {host: 'web1', machine: origin.machine, sources: ['/var/log']};

const read = async ({directory}: Place) => {
	const found = await readEarlierSelection(directory, {own, today: '2026-03-14'});
	return found && {date: found.date, paths: [...found.paths]};
};

test('it is that of the newest set of this host and source which can be relied on, whatever became of the files', async () => {
	await using place = await Place.create();
	assert.equal(await read(place), undefined);
	await makeSet(place, '2026-03-10', [recordOf('old')]);
	const odd = Buffer.from([0x61, 0xFF]);
	await makeSet(place, '2026-03-11', [recordOf('a', {notes: ['truncated']}), recordOf('new-name', {listedAs: odd})], {
		missing: [{path: Buffer.from('lost'), outcome: 'failed', error: {message: 'permission denied'}}, {path: Buffer.from('gone'), outcome: 'vanished'}],
	});
	await makeSet(place, '2026-03-12', [recordOf('c')], {host: 'web2'});
	await makeSet(place, '2026-03-15', [recordOf('tomorrow')]);
	assert.deepEqual(await read(place), {date: '2026-03-11', paths: ['a', pathKey(odd), 'lost', 'gone']});
	await fs.appendFile(place.at('2026-03-11/manifest.json'), ' ');
	assert.deepEqual(await read(place), {date: '2026-03-10', paths: ['old']});
});
