/* What a run says as text: on which stream, of what, and what of it with --quiet. */
import assert from 'node:assert/strict';
import {test} from 'node:test';
import type {BackupEvent, StatusEvent, SummaryEvent} from '../../source/backup/events.ts';
import {
	createTextReport,
	exitErrorText,
	progressLine,
	summaryLine,
} from '../../source/report/text.ts';
import {captureBoth, lacking} from './captured.ts';

const summary: SummaryEvent = {
	message_type: 'summary', exit_code: 0, set: '/backups/2026-03-14', started: '', finished: '', total_files: 2000, files_done: 2000, files_failed: 0, files_vanished: 0, files_resumed: 0,
	files_reused: 0, files_verified: 2000, bytes_in: 1_210_000_000, bytes_out: 96_000_000, bytes_new: 96_000_000, seconds_elapsed: 12,
};

const status: StatusEvent = {
	message_type: 'status', seconds_elapsed: 1, percent_done: 0.379, total_files: 40, files_done: 15, total_bytes: 100, bytes_done: 38, bytes_written: 4, bytes_per_second: 2_500_000, error_count: 0, current_files: [],
};

/** Only what a test is about. */
const event = (json: object): BackupEvent => json as BackupEvent;

/** What an event says on each stream. */
function tell(isQuiet: boolean, ...events: readonly BackupEvent[]) {
	const {out, error, taken} = captureBoth();
	const report = createTextReport(out.output, error.output, isQuiet);

	for (const each of events) {
		report(each);
	}

	return taken();
}

const file = (changes: object): BackupEvent => event({
	message_type: 'file', path: 'a.log', outcome: 'done', bytes_in: 1, bytes_out: 2, notes: [], ...changes,
});

test('the count line has the numbers of the summary, and of what went otherwise', () => {
	const plain = summaryLine(summary);
	assert.deepEqual(lacking(plain, 'All 2,000 selected files are backed up', '1.21 GB -> 96.0 MB', '12 s'), []);
	assert.doesNotMatch(plain, /fail|vanish|link|taken|of 2,000/v);
	const all = summaryLine({
		...summary, files_done: 1990, files_failed: 3, files_vanished: 7, files_reused: 1234, bytes_new: 5_000_000, files_resumed: 21,
	});
	assert.deepEqual(lacking(all, '1,990 of 2,000 selected files', '3 failed', '7 vanished', '1,234', '5.00 MB', '21 taken over'), []);
	const one = summaryLine({...summary, total_files: 1, files_done: 1});
	assert.match(one, /^The selected file is backed up,/v);
	// Of a set that was completed, the time is not that of the whole.
	const completed = summaryLine({...summary, files_tried: 2});
	assert.deepEqual(lacking(completed, '2,000 files', '1.21 GB'), []);
	assert.equal(completed.includes('12 s'), false);
});

test('the progress line has the numbers of the status', () => {
	assert.deepEqual(lacking(progressLine(status), '37 %', '15 of 40 files', '2.50 MB/s'), []);
	assert.doesNotMatch(progressLine(status), /fail|left/v);
	assert.deepEqual(lacking(progressLine({...status, error_count: 2, seconds_remaining: 65}), '2 failed', '1 min 05 s left'), []);
	assert.match(progressLine({...status, percent_done: 1}), /^100 %/v);
});

/** Events, and what each says: on standard output, which is nothing with --quiet, or on standard error, in any case. */
const table: ReadonlyArray<readonly [told: BackupEvent, stream: 'out' | 'error' | 'none', words: readonly string[]]> = [
	[event({message_type: 'start'}), 'out', ['Starting daily log backup...']],
	[event({message_type: 'notice', notice: 'unused', message: 'words'}), 'out', ['words']],
	[event({message_type: 'notice', notice: 'merge_waits', message: 'words'}), 'error', ['words']],
	[event({message_type: 'notice', notice: 'unsound', message: 'words'}), 'error', ['words']],
	[{
		message_type: 'left_out', reason: 'fifo', count: 1, paths: [],
	}, 'none', []],
	[status, 'none', []],
	[file({}), 'none', []],
	[file({notes: ['grew', 'rotated', 'unsized']}), 'none', []],
	[file({outcome: 'vanished'}), 'out', ['a.log']],
	[file({listed_as: 'old.log'}), 'out', ['old.log', 'a.log']],
	...['attributes', 'shrunk', 'truncated', 'changed'].map(note => [file({notes: [note]}), 'out', ['a.log']] as const),
	[{message_type: 'error', path: 'b.log', error: {message: 'no'}}, 'error', ['Failed to backup b.log: no']],
	[{
		message_type: 'pruned', message: '2 sets', removed: [], failed: [], sets_kept: 1, bytes_freed: 1,
	}, 'out', ['2 sets']],
	[{
		message_type: 'pruned', message: '2 sets', removed: [], failed: [{date: '2026-03-01', error: {message: 'no'}}], sets_kept: 1, bytes_freed: 1,
	}, 'error', ['2 sets']],
	[summary, 'out', ['Backup completed in /backups/2026-03-14', '2,000 selected files']],
	[{...summary, files_tried: 3, files_added: 2}, 'out', ['2 of 3 files', '/backups/2026-03-14']],
	[{...summary, files_tried: 0, files_added: 0}, 'none', []],
	[{
		message_type: 'exit_error', code: 14, message: 'no room', files_kept: 0, files_not_done: 3,
	}, 'error', ['no room']],
];

test('each event says what it has to say on its stream, and with --quiet only what failed', () => {
	for (const [told, stream, words] of table) {
		const what = JSON.stringify(told);
		const loud = tell(false, told);
		assert.deepEqual(lacking(loud.out + loud.error, ...words), [], what);
		assert.deepEqual([loud.out !== '', loud.error !== ''], [stream === 'out', stream === 'error'], what);
		assert.ok((loud.out + loud.error).endsWith('\n') || stream === 'none');
		const quiet = tell(true, told);
		assert.deepEqual([quiet.out, quiet.error], ['', loud.error], what);
	}
});

test('a run that has copied nothing says so as a failure', () => {
	const {set: _set, ...nothing} = summary;

	for (const isQuiet of [false, true]) {
		const {out, error} = tell(isQuiet, nothing);
		assert.equal(out, '');
		assert.notEqual(error, '');
	}
});

test('each note is a line of its own, and what vanished has no other', () => {
	const {out} = tell(false, file({listed_as: 'old.log', notes: ['attributes', 'shrunk', 'truncated', 'changed', 'grew']}));
	assert.equal(out.split('\n').length - 1, 5);
	assert.equal(tell(false, file({outcome: 'vanished', notes: ['shrunk']})).out.split('\n').length - 1, 1);
});

test('what was left out is told at the end, with the names of what nobody asked for', () => {
	const leftOut = event({
		message_type: 'left_out', reason: 'file_system', count: 1, paths: [{path: 'mnt'}],
	});
	const {out} = tell(false, leftOut, {...summary, left_out: {file_system: 1, fifo: 2}});
	assert.deepEqual(lacking(out.trimEnd().split('\n').at(-1)!, 'mnt', '2 '), []);
	assert.equal(tell(false, {...summary, left_out: {backups: 1}}).out.split('\n').length - 1, 2);
});

test('where standard error is a terminal, progress is a line there that the next one takes away', () => {
	const {out, error, taken} = captureBoth(20);
	const report = createTextReport(out.output, error.output, false);
	report(status);
	const first = taken();
	assert.ok(first.out === '' && first.error.startsWith('\r\u{1B}[K') && first.error.length > 4 && first.error.length <= 4 + 19, first.error);
	report(event({message_type: 'notice', notice: 'unused', message: 'words'}));
	const next = taken();
	assert.equal(next.error, '\r\u{1B}[K');
	assert.deepEqual(lacking(next.out, 'words'), []);
	report(event({message_type: 'notice', notice: 'unused', message: 'words'}));
	assert.equal(taken().error, '', 'once');
	const quiet = captureBoth(20);
	createTextReport(quiet.out.output, quiet.error.output, true)(status);
	assert.deepEqual(quiet.taken(), {out: '', error: ''});
});

test('what ended a run is told with what is kept of it', () => {
	const ended = {
		message_type: 'exit_error', code: 1, message: 'no', files_kept: 0, files_not_done: 9,
	} as const;
	assert.equal(exitErrorText(ended), 'no');
	assert.deepEqual(lacking(exitErrorText({...ended, files_kept: 1}), 'no\n', '1 complete copy '), []);
	assert.deepEqual(lacking(exitErrorText({...ended, files_kept: 2000}), '2,000 complete copies'), []);
});
