/* Days of a real journal are backed up: all entries, each in its day, whatever the clock did. */
import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import path from 'node:path';
import {test} from 'node:test';
import fc from 'fast-check';
import {decodeDayFacts} from '../../../source/origin/journal-facts.ts';
import {
	exportDirectory,
	type Field,
	message,
	messages,
	micros,
	noJournals,
	parseExport,
	someBoot,
	someMachine,
	verifyJournal,
	writeJournal,
} from '../../support/journals.ts';
import {begin} from '../../support/journal-place.ts';

const skip = noJournals;
/** Entries in an order of their own. */
const byText = (entries: readonly string[][]) => entries.map(fields => fields.join('\n')).toSorted();

const otherBoot = 'd0d0d0d0d0d0d0d0d0d0d0d0d0d0d0d0';

test('each day is a copy: all entries of all files, whatever their fields hold, told of in the manifest', {skip}, async () => {
	await using place = await begin();
	const binary: Field = ['COREDUMP', Buffer.from('\0\n\nMESSAGE=no\n\u{FF}', 'latin1')];
	await writeJournal(place.file('system.journal'), [
		...messages('2026-03-13T22:00:00Z', '2026-03-14T00:00:00Z', 100),
		message(micros('2026-03-14T00:00:00Z'), Buffer.from('two\nlines'), [binary]),
		message(micros('2026-03-14T12:00:00Z'), 'x'.repeat(1_000_000), [['LARGE', Buffer.alloc(1_000_000, '\n')]]),
		...messages('2026-03-14T13:00:00Z', '2026-03-15T01:00:00Z', 300),
	]);
	await writeJournal(place.file('user-1000.journal'), messages('2026-03-14T11:00:00Z', '2026-03-14T23:59:00Z', 40).map(entry => ({...entry, boot: otherBoot})));
	const reported = await place.backUp();
	assert.partialDeepStrictEqual(reported.one('summary'), {exit_code: 0, files_done: 3, files_verified: 3});
	assert.deepEqual(reported.of('file').flatMap(({notes}) => notes), []);
	const copies = [];

	for (const day of ['2026-03-13', '2026-03-14', '2026-03-15']) {
		const copy = await place.copyOf(day);
		const entries = parseExport(copy);
		copies.push(...entries);
		const record = await place.recordOf(day);
		assert.partialDeepStrictEqual(record, {
			from: 'journal', file: `journal/${day}.export.gz`, outcome: 'done', facts: {
				entries: entries.length, closed: true, machines: [someMachine], directory: place.directory,
			},
		});
		const facts = decodeDayFacts(record!.facts as Record<string, unknown>)!;
		assert.equal(facts.counted?.entries, entries.length);
		const cursors = [...copy.toString('latin1').matchAll(/^__CURSOR=(.*)$/gmv)].map(([, cursor]) => cursor);
		assert.deepEqual([facts.first.cursor, facts.last.cursor], [cursors[0], cursors.at(-1)]);
		assert.ok([facts.first, facts.last].every(({time}) => new Date(time / 1000).toISOString().startsWith(day)));
	}

	assert.deepEqual(((await place.recordOf('2026-03-14'))!.facts as {boots: string[]}).boots.toSorted(), [someBoot, otherBoot]);
	assert.deepEqual(byText(copies), byText(parseExport(await exportDirectory(place.directory))));
	assert.equal((await place.sandbox.checkSums()).code, 0);
	const listed = await fs.readFile(path.join(place.sandbox.set, 'manifest.json'), 'utf8');
	assert.equal((JSON.parse(listed) as {manifest_version: number}).manifest_version, 2);
});

test('property: whatever the files and times, days part the entries', {skip}, async () => {
	const start = micros('2026-03-14T00:00:00Z');
	const day = micros('2026-03-15T00:00:00Z') - start;
	const times = fc.array(fc.oneof(fc.integer({min: 0, max: (3 * day) - 1}), fc.constantFrom(0, 1, day - 1, day, day + 1, (2 * day) - 1, 2 * day)), {minLength: 1, maxLength: 30});

	await fc.assert(fc.asyncProperty(fc.array(times, {minLength: 1, maxLength: 3}), async files => {
		await using place = await begin();

		for (const [index, offsets] of files.entries()) {
			await writeJournal(place.file(`${index}.journal`), offsets.toSorted((one, other) => one - other).map((offset, number) => message(start + offset, `${index}/${number}`)));
		}

		const all = parseExport(await exportDirectory(place.directory));
		const copies = [];

		for (const {path: name, records} of await place.entries()) {
			const stream = await place.open().open({
				...(await place.entries())[0]!, path: name, kind: 'stream', from: 'journal',
			});
			const chunks = [];

			for await (const chunk of stream.content) {
				chunks.push(Buffer.from(chunk));
			}

			const entries = parseExport(Buffer.concat(chunks));
			assert.deepEqual([entries.length, (await stream.finish()).notes], [records!.count, []]);
			await stream.close();
			copies.push(...entries);
		}

		assert.deepEqual(byText(copies), byText(all));
	}), {numRuns: 8});
});

test('where the clock was set back, no entry is lost between two days', {skip}, async () => {
	await using place = await begin();
	let monotonic = 1_000_000;
	// Of one boot: there, journals are in the order of its own clock.
	const inOrder = (entries: ReturnType<typeof messages>) => entries.map(entry => ({...entry, monotonic: monotonic++}));
	await writeJournal(place.file('system@1.journal'), inOrder([
		...messages('2026-03-14T20:00:00Z', '2026-03-14T23:00:00Z', 50),
		...messages('2026-03-15T02:00:00Z', '2026-03-15T02:10:00Z', 10),
	]));
	await writeJournal(place.file('system@2.journal'), inOrder([
		...messages('2026-03-14T23:10:00Z', '2026-03-15T05:00:00Z', 70),
		...messages('2026-03-21T00:00:00Z', '2026-03-21T00:10:00Z', 10),
	]));
	await writeJournal(place.file('system@3.journal'), inOrder(messages('2026-03-15T06:00:00Z', '2026-03-16T07:00:00Z', 30)));
	const reported = await place.backUp();
	assert.equal(reported.one('summary').exit_code, 0);
	assert.deepEqual(reported.of('file').flatMap(({notes}) => notes), []);
	const days = ['2026-03-14', '2026-03-15', '2026-03-16', '2026-03-21'];
	const copies = await Promise.all(days.map(async day => parseExport(await place.copyOf(day))));
	assert.deepEqual(byText(copies.flat()), byText(parseExport(await exportDirectory(place.directory))));
});

test('a copy can be made a journal again, which holds the same', {skip}, async () => {
	await using place = await begin();
	await writeJournal(place.file('system.journal'), messages('2026-03-14T00:00:00Z', '2026-03-15T00:00:00Z', 2000));
	await place.backUp();
	const copy = await place.copyOf('2026-03-14');
	const again = path.join(place.sandbox.root, 'again');
	await writeJournal(path.join(again, 'x.journal'), [copy]);
	await verifyJournal(again);
	assert.deepEqual(parseExport(await exportDirectory(again)), parseExport(copy));
});
