/* What is done with days of the journal that are in a set. */
import assert from 'node:assert/strict';
import {randomBytes} from 'node:crypto';
import fs from 'node:fs/promises';
import path from 'node:path';
import {test} from 'node:test';
import {formatOf} from '../../source/formats/formats.ts';
import {Directory} from '../../source/files/directory.ts';
import {compareDay, sumDay} from '../../source/recovery/day-content.ts';
import {openTarget} from '../../source/recovery/open-target.ts';
import {planRestore} from '../../source/recovery/plan-restore.ts';
import {restoreFiles} from '../../source/recovery/restoration.ts';
import type {RestoreEvent} from '../../source/recovery/restore-events.ts';
import {openSet} from '../../source/set/open-set.ts';
import {type Argument, runProgram} from '../support/run.ts';
import {begin} from '../support/journal-place.ts';
import {
	exportDirectory,
	type Field,
	formatEntry,
	message,
	messages,
	micros,
	noJournals,
	parseExport,
	verifyJournal,
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

test('days become a journal again: sound, and with the same entries, in files as large as the program makes them', {skip}, async () => {
	await using place = await begin();
	const large: Field = ['LARGE', Buffer.alloc(100_000, 'x')];
	// More different values than the tables of one journal file take.
	const many = messages('2026-03-13T00:00:00Z', '2026-03-13T01:00:00Z', 4500)
		.map((entry, index) => ({...entry, fields: [...entry.fields, ...Array.from({length: 40}, (_, number): Field => [`F${number}`, `${index}/${number}`])]}));
	await writeJournal(place.file('system.journal'), [
		...messages(`${day}T00:00:00Z`, `${day}T12:00:00Z`, 1000),
		message(micros(`${day}T13:00:00Z`), Buffer.from('two\nlines'), [['COREDUMP', randomBytes(1_000_000)], large]),
		...many,
	]);
	await place.backUp();
	const {destination} = place.sandbox;
	const to = path.join(place.sandbox.root, 'restored');
	const restore = async (...args: readonly Argument[]) => runProgram(['restore', someDate, '--journal', '--dest', destination, '--to', to, ...args]);
	const planned = await restore('--dry-run', '--json');
	assert.equal(planned.stdout.trim().split('\n').filter(line => line.includes('"action":"restore"')).length, 2);
	await restore('journal');
	await verifyJournal(path.join(to, 'journal'));
	const textOf = async (directory: string) => parseExport(await exportDirectory(directory)).map(fields => fields.join('\n')).join('\n\n');
	assert.equal(await textOf(path.join(to, 'journal')), await textOf(place.directory), 'the same entries, field by field');
	const names = await fs.readdir(path.join(to, 'journal'));
	assert.ok(names.includes(`${day}.journal`) && names.every(name => name.endsWith('.journal')), names.join(' '));
	assert.ok(names.length > 2, 'it is too large for one file');

	// What is there is not replaced unless that is asked for.
	const listed = await fs.readdir(path.join(to, 'journal'));
	await restore(`journal/${day}`, {code: 3});
	assert.deepEqual(await fs.readdir(path.join(to, 'journal')), listed);
	await restore(`journal/${day}`, '--overwrite');
	assert.equal(parseExport(await exportDirectory(path.join(to, 'journal'))).length, 5501);
	await restore('a.log', {code: 1});
});

test('a day whose copy is damaged, or of which not all entries were written, leaves nothing', {skip}, async () => {
	await using place = await withDay();
	const to = path.join(place.sandbox.root, 'restored');
	const file = path.join(place.sandbox.set, `journal/${day}.export.gz`);
	const sound = await fs.readFile(file);
	await fs.writeFile(file, Buffer.concat([sound.subarray(0, -2000), Buffer.alloc(2000)]));
	await runProgram(['restore', someDate, 'journal', '--journal', '--dest', place.sandbox.destination, '--to', to], {code: 3});
	await assert.rejects(fs.stat(to), {code: 'ENOENT'});
	await fs.writeFile(file, sound);

	await using destination = await Directory.open(place.sandbox.destination);
	const set = (await openSet(destination, {date: someDate, isStaging: false}, false))!;
	await using directory = set.directory;
	const lossy = path.join(place.sandbox.root, 'lossy');
	await fs.writeFile(lossy, '#!/bin/sh\nhead -c 20000 | /usr/lib/systemd/systemd-journal-remote "$@"; cat >/dev/null; exit 0\n', {mode: 0o755});
	const target = await openTarget({
		location: to, destination, create: true, checkSpace: true,
	});
	const errors: RestoreEvent[] = [];
	const restored = await restoreFiles({
		set: {directory, date: someDate},
		plan: await planRestore(set, set.files.filter(({path: name}) => name.toString() === `journal/${day}`), true),
		target: target!,
		overwrite: false,
		journalRemote: lossy,
		jobs: 1,
		report(event) {
			errors.push(event);
		},
		signal: new AbortController().signal,
	});
	assert.deepEqual([restored.files_failed, errors.filter(({message_type: type}) => type === 'error').length], [1, 1]);
	await assert.rejects(fs.stat(to), {code: 'ENOENT'});
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
