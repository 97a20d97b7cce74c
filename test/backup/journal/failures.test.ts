/* What a journal, or journalctl, can do wrong costs the day that it happens to. */
import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import path from 'node:path';
import {test} from 'node:test';
import {isDeepStrictEqual} from 'node:util';
import {Interruption} from '../../../source/exit/failure.ts';
import {JournalExport} from '../../../source/origin/journal-export.ts';
import {readJournal} from '../../../source/journal/journal-days.ts';
import {until} from '../../support/files.ts';
import {
	messages,
	noJournals,
	parseExport,
	writeJournal,
} from '../../support/journals.ts';
import {begin, withPath, withStub} from '../../support/journal-place.ts';

const skip = noJournals;
const day = '2026-03-14';
const real = '/usr/bin/journalctl';

async function beginTwoDays() {
	const place = await begin();
	await writeJournal(place.file('system@1.journal'), messages(`${day}T00:00:00Z`, '2026-03-15T00:00:00Z', 500));
	await writeJournal(place.file('system.journal'), messages('2026-03-15T00:00:00Z', '2026-03-15T10:00:00Z', 100));
	return place;
}

/** Does something else than journalctl for the first of the days. */
const onFirstDay = (script: string) => `case "$*" in *"--since=${day}"*) ${script};; *) exec ${real} "$@";; esac`;

const stubs: Readonly<Record<string, string>> = {
	'is cut in the middle of an entry': `${real} "$@" | head -c 20000; exit 0`,
	'dies in the middle': `${real} "$@" | head -c 20000; kill -9 $$`,
	'ends with an error after all': `${real} "$@"; exit 1`,
	'speaks of a file that it cannot read, and ends well': `${real} "$@"; echo "Journal file /x is corrupted, ignoring file." >&2; exit 0`,
	'writes something else': 'echo "-- No entries --"; exit 0',
	'writes something else in the middle': String.raw`${real} "$@" | head -c 20000; printf "\0\0\0"; exit 0`,
	'does not know an option': 'echo "journalctl: unrecognized option" >&2; exit 1',
	'gives nothing and ends well': 'exit 0',
};

for (const [what, script] of Object.entries(stubs)) {
	test(`journalctl ${what}: the day has failed, nothing of it is kept, and the other is whole`, {skip}, async () => {
		await using place = await beginTwoDays();
		await withStub(place.sandbox.root, onFirstDay(script), async () => {
			const reported = await place.backUp();
			assert.deepEqual(reported.of('error').map(event => event.path), [`journal/${day}`]);
			assert.deepEqual(reported.of('file').map(({path: name, outcome}) => [name, outcome]), [['journal/2026-03-15', 'done']]);
			assert.equal(reported.one('summary').exit_code, 3);
			assert.deepEqual(await fs.readdir(path.join(place.sandbox.set, 'journal')), ['2026-03-15.export.gz']);
		});
	});
}

test('fewer entries than the files have are a note, and that copy is linked by no later set', {skip}, async () => {
	await using place = await beginTwoDays();
	const script = onFirstDay(`${real} "$@" --lines=400; exit 0`);
	await withStub(place.sandbox.root, script, async () => {
		assert.partialDeepStrictEqual((await place.backUp()).of('file').find(({path: name}) => name === `journal/${day}`), {outcome: 'done', notes: ['incomplete']});
	});
	const next = await place.backUp({date: '2026-03-15'});
	assert.partialDeepStrictEqual(next.of('file').find(({path: name}) => name === `journal/${day}`), {outcome: 'done', notes: []});
	assert.equal(parseExport(await place.copyOf(day, '2026-03-15')).length, 500);
});

test('a damaged file costs the days that it is about; one that is no journal at all is told of by itself', {skip}, async () => {
	await using place = await beginTwoDays();
	await fs.truncate(place.file('system@1.journal'), 4_000_000);
	await fs.writeFile(place.file('other.journal'), 'no journal');
	const streams = place.streams();
	const {unavailable} = await streams.list();
	assert.deepEqual(unavailable.map(({path: name, from}) => [name.toString(), from]), [[`journal/damaged${place.file('other.journal')}`, 'journal']]);
	const reported = await place.backUp({streams});
	assert.deepEqual(reported.of('error').map(event => event.path), [`journal/${day}`]);
	assert.ok(reported.of('error')[0]!.error.message.includes(place.file('system@1.journal')));
	assert.deepEqual(reported.of('file').map(({path: name, outcome}) => [name, outcome]), [['journal/2026-03-15', 'done']]);
});

test('entries that a damaged file hides are told of', {skip}, async () => {
	await using place = await beginTwoDays();
	const handle = await fs.open(place.file('system@1.journal'), 'r+');
	const {bytesRead, buffer} = await handle.read(Buffer.alloc(208), 0, 208, 0);
	// In the middle of what it holds, after its tables.
	const [start, end] = [Number(buffer.readBigUInt64LE(176)), Number(buffer.readBigUInt64LE(136))];
	await handle.write(Buffer.alloc(4096), 0, 4096, Math.floor((start + end) / 2));
	await handle.close();
	assert.equal(bytesRead, 208);
	const reported = await place.backUp();
	const event = reported.of('file').find(({path: name}) => name === `journal/${day}`);
	assert.partialDeepStrictEqual(event, {outcome: 'done', notes: ['incomplete']});
	const kept = parseExport(await place.copyOf(day)).length;
	assert.ok(kept > 0 && kept < 500);
});

test('files that are renamed before journalctl opens them are found again, and so are those that it took for others', {skip}, async () => {
	await using place = await beginTwoDays();
	const [from, to] = [place.file('system@1.journal'), place.file('system@2.journal')];
	const once = path.join(place.sandbox.root, 'once');
	const rename = `if ! [ -e "${once}" ]; then : > "${once}"; mv "${from}" "${to}";`;
	await withStub(place.sandbox.root, onFirstDay(`${rename} fi; exec ${real} "$@"`), async () => {
		assert.equal((await place.backUp()).one('summary').exit_code, 0);
	});
	assert.equal(parseExport(await place.copyOf(day)).length, 500);

	await fs.rm(once);
	await fs.rm(place.sandbox.destination, {recursive: true});
	await fs.rename(to, from);
	// Another file has its name then, as when journald puts one aside.
	await withStub(place.sandbox.root, onFirstDay(`${rename} cp "${place.file('system.journal')}" "${from}"; fi; exec ${real} "$@"`), async () => {
		const reported = await place.backUp();
		assert.partialDeepStrictEqual(reported.of('file').find(({path: name}) => name === `journal/${day}`), {notes: []});
	});
	assert.equal(parseExport(await place.copyOf(day)).length, 500);
});

test('a journal without journalctl has failed as a whole; without files there is nothing to tell', {skip}, async () => {
	await using place = await beginTwoDays();
	await withPath(place.sandbox.root, async () => {
		const {entries, unavailable} = await place.streams().list();
		assert.deepEqual([entries, unavailable.map(({path: name}) => name.toString())], [[], ['journal']]);
	});
});

test('journalctl that hangs is ended when the run is stopped', {skip}, async () => {
	await using place = await beginTwoDays();
	const mark = path.join(place.sandbox.root, 'pid');
	const script = onFirstDay(`${real} "$@" | head -c 20000; echo $$ > "${mark}"; exec sleep 1000`);
	await withStub(place.sandbox.root, script, async () => {
		const controller = new AbortController();
		const stopped = place.backUp({
			onEvent(_, own) {
				controller.signal.addEventListener('abort', () => {
					own.abort(new Interruption('SIGTERM'));
				});
			},
		});
		const pid = await until('journalctl to hang', async () => fs.readFile(mark, 'utf8').then(text => text.trim()).catch(() => undefined));
		controller.abort();
		assert.equal((await stopped).one('exit_error').code, 143);
		await assert.rejects(fs.stat(`/proc/${pid}`), {code: 'ENOENT'});
	});
});

test('journalctl that gives nothing more for a long time is given up', {skip}, async () => {
	await using place = await beginTwoDays();
	const {days} = await readJournal({roots: [place.directory]});
	await withStub(place.sandbox.root, onFirstDay(`${real} "$@" | head -c 20000; exec sleep 1000`), async () => {
		const stream = new JournalExport({
			day: days.get(day)!, lookAgain: async () => days.get(day), isClosed: true, directory: place.directory, interval: 5,
		});
		await assert.rejects(async () => {
			for await (const chunk of stream.content) {
				assert.ok(chunk.length > 0);
			}
		}, {name: 'SourceError'});
		await stream.close();
	});
});

for (const [when, pieces] of [['before it was read', 0], ['in the middle', 1]] as const) {
	test(`an export that is closed ${when} leaves neither a program nor a timer`, {skip}, async () => {
		await using place = await beginTwoDays();
		const {days} = await readJournal({roots: [place.directory]});
		const before = process.getActiveResourcesInfo().toSorted();
		const stream = new JournalExport({
			day: days.get(day)!, lookAgain: async () => days.get(day), isClosed: true, directory: place.directory,
		});
		const content = stream.content[Symbol.asyncIterator]();
		const first = content.next();

		if (pieces > 0) {
			assert.equal((await first).done, false);
		}

		await stream.close();
		await first;
		await until('all to be closed', () => isDeepStrictEqual(process.getActiveResourcesInfo().toSorted(), before));
	});
}
