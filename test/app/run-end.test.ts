/* How the end of a run is told to those who did not wait for it: the system log, the next start, and who has lost it. */
import assert from 'node:assert/strict';
import fs from 'node:fs/promises';
import {test} from 'node:test';
import type {ExitErrorEvent, StartEvent, SummaryEvent} from '../../source/backup/events.ts';
import {Audience, outcomeLine} from '../../source/app/audience.ts';
import {findEnd} from '../../source/app/find-end.ts';
import {logOutcome} from '../../source/report/syslog.ts';
import {readLastRun, writeLastRun} from '../../source/set/last-run.ts';
import {Lock} from '../../source/set/lock/lock.ts';
import {
	makeSet,
	origin,
	Place,
	recordOf,
} from '../support/set-fixtures.ts';
import {fakeProgram, setPath} from '../support/fake-programs.ts';

const own = {host: 'web1', machine: origin.machine, sources: ['/var/log']};

const summary: SummaryEvent = {
	message_type: 'summary', exit_code: 0, set: '/backups/2026-03-14', started: '', finished: '', total_files: 2, files_done: 2, files_failed: 0, files_vanished: 0, files_resumed: 0,
	files_reused: 0, files_verified: 2, bytes_in: 1, bytes_out: 1, bytes_new: 1, seconds_elapsed: 1,
};
const ended: ExitErrorEvent = {
	message_type: 'exit_error', code: 14, message: 'no room', files_kept: 2, files_not_done: 3,
};
const {set: _set, ...nothing} = summary;

/** A `logger` that writes down its arguments, a line each. */
const logger = (place: Place) => String.raw`printf '%s\n' "$@" >> ${place.at('log')}`;

test('the system log is told in one line, with the priority of how it went', async t => {
	await using place = await Place.create();
	await fakeProgram(t, place, 'logger', logger(place));
	const audience = new Audience(origin);
	const lines: ReadonlyArray<readonly [last: SummaryEvent | ExitErrorEvent, priority: string]> = [
		[summary, 'daemon.notice'], [{...summary, exit_code: 3}, 'daemon.err'], [ended, 'daemon.err'], [{...nothing, exit_code: 1}, 'daemon.err'],
	];

	for (const [last, priority] of lines) {
		await fs.rm(place.at('log'), {force: true});
		await audience.log(last);
		const args = (await place.read('log')).trimEnd().split('\n');
		assert.deepEqual(args.slice(0, -1), ['--tag', 'logbackup-tui', '--id', '--priority', priority, '--']);
		assert.equal(args.at(-1), outcomeLine(last));
	}

	assert.ok(outcomeLine(ended).includes('no room') && !outcomeLine(ended).includes('\n'));
	assert.ok(outcomeLine(summary).includes('/backups/2026-03-14'));
});

test('a logger that fails, hangs or is not there holds up nothing', async t => {
	await using place = await Place.create();
	await fakeProgram(t, place, 'logger', 'exit 1');
	await logOutcome('line', false);
	await fakeProgram(t, place, 'logger', 'exec sleep 600');
	await logOutcome('line', true);
	setPath(t, place.at('nothing'));
	await logOutcome('line', true);
	assert.equal((await fs.readdir(place.root)).includes('log'), false);
});

test('what left no set is remembered for the next start; what made one is not, nor what was before', async () => {
	await using place = await Place.create();
	const audience = new Audience(origin);
	await writeLastRun(place.directory, {
		ended: new Date().toISOString(), code: 1, message: 'of before', origin,
	});
	await audience.started(place.directory);
	assert.equal(await readLastRun(place.directory, own), undefined);
	await audience.ended(place.directory, ended);
	const last = await readLastRun(place.directory, own);
	assert.deepEqual([last?.code, last?.message], [14, 'no room']);
	assert.equal(await readLastRun(place.directory, {host: 'web2'}), undefined);
	await audience.ended(place.directory, {...nothing, exit_code: 1});
	assert.equal((await readLastRun(place.directory, own))?.code, 1);
	await audience.ended(place.directory, summary);
	assert.equal(await readLastRun(place.directory, own), undefined);
});

const start = (pid: number, started = '2026-03-14T00:30:00.000Z'): StartEvent => ({
	message_type: 'start', version: '1', host: 'web1', started, date: '2026-03-14', source: '/var/log', set: '/backups/2026-03-14', pid, total_files: 3, total_bytes: 1,
});

test('who has lost the end of a run reads it from the set that it made', async () => {
	await using place = await Place.create();
	const records = [recordOf('a'), recordOf('b', {isVerified: false}), recordOf('c', {reusedFrom: '2026-03-13'})];
	await makeSet(place, '2026-03-14', records, {missing: [{path: Buffer.from('lost'), outcome: 'failed'}, {path: Buffer.from('gone'), outcome: 'vanished'}]});
	const sum = (field: 'bytesIn' | 'bytesOut') => records.reduce((total, record) => total + record[field], 0);
	assert.deepEqual(await findEnd(place.directory, start(1), own), {
		message_type: 'summary', exit_code: 3, set: '/backups/2026-03-14', started: '2026-03-14T00:30:00.000Z', finished: '2026-03-14T01:02:00.000Z',
		total_files: 5, files_done: 3, files_failed: 1, files_vanished: 1, files_resumed: 0, files_reused: 1, files_verified: 2,
		bytes_in: sum('bytesIn'), bytes_out: sum('bytesOut'), bytes_new: records[0]!.bytesOut + records[1]!.bytesOut, seconds_elapsed: 32 * 60,
	});
	await fs.rm(place.at('2026-03-14'), {recursive: true});
	await makeSet(place, '2026-03-14', records);
	assert.equal((await findEnd(place.directory, start(1), own) as SummaryEvent).exit_code, 0);
});

test('a set that stood before it began tells nothing of it; what it left behind does; else nothing does', async () => {
	await using place = await Place.create();
	await makeSet(place, '2026-03-14');
	const later = start(1, '2026-03-14T05:00:00.000Z');
	assert.equal(await findEnd(place.directory, later, own), undefined);
	await writeLastRun(place.directory, {
		ended: '2026-03-14T04:59:59.999Z', code: 1, message: 'of before', origin,
	});
	assert.equal(await findEnd(place.directory, later, own), undefined);
	await writeLastRun(place.directory, {
		ended: '2026-03-14T05:00:00.000Z', code: 14, message: 'no\u{1B} room', origin,
	});
	assert.deepEqual(await findEnd(place.directory, later, own), {
		message_type: 'exit_error', code: 14, message: String.raw`no\x1b room`, files_kept: 0, files_not_done: 0,
	});
	assert.equal(await findEnd(place.directory, later, {host: 'web2'}), undefined);
});

test('while the run goes on, its end is waited for; another one that goes on is none of it', async () => {
	await using place = await Place.create();
	const lock = await Lock.take(place.directory, 0, new AbortController().signal);
	assert.equal(await findEnd(place.directory, start(process.pid + 1), own), undefined);
	let isOver = false;
	const waiting = findEnd(place.directory, start(process.pid), own).then(end => [isOver, end?.message_type]);
	// It looks at the lock for longer than this takes.
	await makeSet(place, '2026-03-14');
	isOver = true;
	// What waits does not keep the process.
	const awake = setInterval(() => undefined, 100);
	await lock.release();
	assert.deepEqual(await waiting, [true, 'summary']);
	clearInterval(awake);
});
