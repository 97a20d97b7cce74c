/* A day of the journal in the pager: of the source, and of a set. */
import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import path from 'node:path';
import {Readable} from 'node:stream';
import {text} from 'node:stream/consumers';
import {test} from 'node:test';
import {pageStream} from '../../source/app/page-source.ts';
import {createSetBrowser} from '../../source/app/set-browser.ts';
import {Directory} from '../../source/files/directory.ts';
import type {StreamEntry} from '../../source/origin/stream-source.ts';
import {openSet} from '../../source/set/open-set.ts';
import {begin} from '../support/journal-place.ts';
import {messages, noJournals, writeJournal} from '../support/journals.ts';
import {someDate} from '../support/sandbox.ts';

const skip = noJournals;
const day = '2026-03-12';
const firstLine = `${day}T00:00:00+0000 web1 app[512]: request 0 answered in 0 ms`;

/** Collects what a pager would show. */
function pager() {
	const shown: string[] = [];
	return {
		shown,
		async show(chunks: AsyncIterable<Buffer>) {
			shown.push(...(await text(Readable.from(chunks))).trim().split('\n'));
			return undefined;
		},
	};
}

async function withDay() {
	const place = await begin();
	await writeJournal(place.file('system.journal'), messages(`${day}T00:00:00Z`, '2026-03-13T00:00:00Z', 300));
	return place;
}

test('of the source, lines are shown as they are exported; nothing is left running when the pager is quit', {skip}, async () => {
	await using place = await withDay();
	const streams = place.streams();
	const {entries} = await streams.list();
	const all = pager();
	assert.equal(await pageStream(streams, entries[0] as StreamEntry, all.show), undefined);
	assert.deepEqual([all.shown.length, all.shown[0]], [300, firstLine]);
	let seen = 0;
	await pageStream(streams, entries[0] as StreamEntry, async chunks => {
		const iterator = chunks[Symbol.asyncIterator]();
		const {value} = await iterator.next() as {readonly value: Buffer};
		seen = value.length;
		await iterator.return?.();
		return undefined;
	});
	assert.ok(seen > 0);
	await fs.rm(place.file('system.journal'));
	assert.match((await pageStream(streams, entries[0] as StreamEntry, pager().show))!, /cannot be shown/v);
});

test('how far a day has been read is told by entries and time', {skip}, async () => {
	await using place = await withDay();
	const {entries} = await place.streams().list();
	const stream = await place.open().open(entries[0] as StreamEntry);

	try {
		assert.equal(stream.reached!(), undefined);

		for await (const chunk of stream.content) {
			assert.ok(chunk.length > 0);
		}

		assert.deepEqual(stream.reached!(), {records: 300, total: 300, time: entries[0]!.records!.last});
	} finally {
		await stream.close();
	}
});

test('of a set, lines are shown, too; a copy that is none of an export is told to be damaged', {skip}, async () => {
	await using place = await withDay();
	await place.backUp();
	const {source, destination, set} = place.sandbox;
	await using directory = await Directory.open(destination);
	const browser = createSetBrowser(directory, {source, destination});
	const opened = (await openSet(directory, {date: someDate, isStaging: false}, false))!;
	await using _ = opened.directory;
	const file = opened.files.find(({path: name}) => name.toString() === `journal/${day}`)!;
	const all = pager();
	assert.equal(await browser.page({date: someDate, isStaging: false}, file, all.show), undefined);
	assert.deepEqual([all.shown.length, all.shown[0]], [300, firstLine]);
	await fs.writeFile(path.join(set, `journal/${day}.export.gz`), 'no gzip');
	assert.match((await browser.page({date: someDate, isStaging: false}, file, pager().show))!, /damaged/v);
});
