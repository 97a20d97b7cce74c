/* What is done with days of the journal that are in a set. */
import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import path from 'node:path';
import {test} from 'node:test';
import {formatOf} from '../../source/formats/formats.ts';
import {compareDay, sumDay} from '../../source/recovery/day-content.ts';
import {runProgram} from '../support/run.ts';
import {begin} from '../support/journal-place.ts';
import {
	formatEntry,
	messages,
	noJournals,
	writeJournal,
} from '../support/journals.ts';
import {someDate} from '../support/sandbox.ts';
import {sealManifest} from '../support/sets.ts';

const skip = noJournals;
const day = '2026-03-12';

async function withDay() {
	const place = await begin();
	await writeJournal(place.file('system.journal'), messages(`${day}T00:00:00Z`, '2026-03-13T00:00:00Z', 1000));
	await place.backUp();
	const manifest = path.join(place.sandbox.set, 'manifest.json');
	const sound = await fs.readFile(manifest, 'utf8');
	return {
		...place,
		/** Whether it is found out when a manifest, whose checksum says so too, tells something else. */
		async isFound(change: (text: string) => string) {
			assert.notEqual(change(sound), sound);
			await fs.writeFile(manifest, change(sound));
			await sealManifest(place.sandbox.set);
			const {code, stdout} = await runProgram(['verify', '--json', '--dest', place.sandbox.destination, someDate], {code: 'any'});
			const found = stdout.split('\n').filter(line => line.includes('"finding":"damaged"') && line.includes(`journal/${day}`));
			return [code, found.length];
		},
	};
}

test('verifying counts the entries of a day, and compares the first and the last', {skip}, async () => {
	await using place = await withDay();
	assert.deepEqual(await place.isFound(text => `${text} `), [0, 0]);
	assert.deepEqual(await place.isFound(text => text.replace('"facts":{"entries":1000', '"facts":{"entries":999')), [5, 1]);
	assert.deepEqual(await place.isFound(text => text.replace('"first":{"cursor":"', '"first":{"cursor":"x')), [5, 1]);
	assert.deepEqual(await place.isFound(text => text.replace(/"last":\{"cursor":"[^"]*","time":"[^"]*"/v, '"last":{"cursor":"x","time":"2026-03-12T00:00:00.000000Z"')), [5, 1]);
	assert.deepEqual(await place.isFound(text => text.replace('"facts":{', '"other":{')), [5, 1]);
});

test('a copy that is no export, or ends in the middle of an entry, is another than it should be', async () => {
	const [first, last] = messages(`${day}T00:00:00Z`, '2026-03-13T00:00:00Z', 2).map(entry => formatEntry(entry)) as [Buffer, Buffer];
	const sum = async (...pieces: readonly Buffer[]) => sumDay((async function * () {
		yield * pieces;
	})(), formatOf('gzip'));
	const sound = await sum(first, last);
	assert.deepEqual([sound.day.entries, sound.day.problem], [2, undefined]);
	assert.equal(sound.content.bytes, first.length + last.length);

	for (const pieces of [[first, last.subarray(0, -1)], [first, Buffer.from('no export\n'), last]]) {
		const {day: content, content: {bytes}} = await sum(...pieces);
		assert.ok(compareDay(content, {}));
		assert.equal(bytes, pieces.reduce((all, piece) => all + piece.length, 0));
	}
});
