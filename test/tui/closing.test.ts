import assert from 'node:assert/strict';
import {test} from 'node:test';
import type {BackupEvent, ExitErrorEvent} from '../../source/backup/events.ts';
import {closing} from '../../source/tui/closing.ts';
import {
	after,
	doneEvent,
	failedEvent,
	filesOf,
	scanned,
	startEvent,
	summaryEvent,
	type,
} from '../support/screen-fixtures.ts';

const run = (events: readonly BackupEvent[]) => after(
	type(scanned(filesOf(3)), 'wy'),
	{type: 'started', pid: 4711, clock: 0},
	{type: 'tick', clock: 200, events: [startEvent, ...events]},
);

const close = (events: readonly BackupEvent[], code: number, stderr = '') => closing(after(run(events), {type: 'ended', code, stderr}, {type: 'command', command: 'finish'}));

test('a run where all went well is told in four lines', () => {
	assert.deepEqual(close([summaryEvent], 0), {
		code: 0,
		stdout: [
			'Backup completed in /var/log/backups/2026-11-22',
			'  All 3 marked files are backed up, all checked',
			'  3.00 kB read, 300 B written (10.0:1), in 14 s',
			'Exit code 0.',
		],
		stderr: [],
	});
});

test('what helps against failures is told once for each way, where a command line can be typed', () => {
	const failed = (path: string, remedy: string): BackupEvent => ({message_type: 'error', path, error: {message: 'unavailable', remedy}});
	const {stdout} = close([failed('one.log', 'Try A'), failed('two.log', 'Try B'), failed('three.log', 'Try A')], 3);
	const at = (text: string) => stdout.findIndex(line => line.includes(text));
	assert.deepEqual(['Try A', 'Try B'].map(text => stdout.filter(line => line.includes(text)).length), [1, 1]);
	assert.ok(at('three.log') < at('Try A'));
});

test('each failure is named with its reason, and files with notes after them', () => {
	const {code, stdout} = close([
		failedEvent('secret.log'),
		doneEvent('syslog', {notes: ['grew']}),
		doneEvent('gone.log', {outcome: 'vanished'}),
		{
			message_type: 'notice', notice: 'resumed', message: 'Took up 2 copies of an interrupted run.', files: 2,
		},
		{
			...summaryEvent, exit_code: 3, files_done: 1, files_failed: 1, files_vanished: 1, files_verified: 1,
		},
	], 3);
	const text = stdout.join('\n');
	assert.equal(code, 3);
	assert.match(text, /1 of 3 marked files is backed up, all checked, 1 failed, 1 vanished/v);
	assert.match(text, /Failed:\n {2}secret\.log: permission denied\nNotes:/v);
	assert.match(text, /syslog: grew/v);
	assert.match(text, /gone\.log: vanished/v);
	assert.match(text, /Took up 2 copies/v);
	assert.match(text, /Exit code 3\.$/v);
});

test('a long list is cut, and says where the rest is', () => {
	const failures = Array.from({length: 1234}, (_, index) => failedEvent(`f${index}`));
	const {stdout} = close([...failures, doneEvent('x', {notes: ['rotated']}), {...summaryEvent, exit_code: 3, files_failed: 1234}], 3);
	assert.ok(stdout.length < 215);
	assert.ok(stdout.includes('  … and 1,034 more: see /var/log/backups/2026-11-22/manifest.json'));
	assert.ok(stdout.includes('  … and 1 more: see /var/log/backups/2026-11-22/manifest.json'));
});

test('a run that was stopped says what was kept', () => {
	const stopped: ExitErrorEvent = {
		message_type: 'exit_error', code: 130, message: 'stopped by Ctrl-C (SIGINT)', files_kept: 1, files_not_done: 2,
	};
	assert.deepEqual(close([stopped], 130).stdout, [
		'Stopped by Ctrl-C (SIGINT)',
		'  1 complete copy kept for the next run.',
		'  2 files not done.',
		'Exit code 130.',
	]);
});

test('a process that died without a word is not taken for a success', () => {
	const killed = close([doneEvent('syslog')], 137);
	assert.equal(killed.code, 137);
	assert.match(killed.stdout.join('\n'), /ended without a result after 1 file/v);
	assert.match(killed.stdout.join('\n'), /Exit code 137: ended by SIGKILL/v);

	const silent = close([], 0, 'out of memory');
	assert.equal(silent.code, 1);
	assert.match(silent.stdout.join('\n'), /Its last words:\n {2}out of memory/v);
});

test('a process whose output can\'t be read is said to be so', () => {
	const state = after(run([]), {type: 'garbled', message: 'not JSON: {"mess'}, {type: 'ended', code: 1, stderr: ''}, {type: 'command', command: 'finish'});
	assert.match(closing(state).stdout.join('\n'), /could not be read: not JSON/v);
});

test('a screen that is lost during a run says that the run goes on, and where', () => {
	const state = after(run([]), {type: 'exit', exit: {kind: 'signal', signal: 'SIGHUP'}});
	assert.deepEqual(closing(state), {
		code: 129,
		stdout: ['The backup goes on as process 4711. Its set will be /var/log/backups/2026-11-22'],
		stderr: [],
	});
});

test('a screen that breaks gives one harmless line, and a run goes on', () => {
	const error = new Error('bad \u{1B}[2J thing\nat somewhere');
	const {code, stdout, stderr} = closing(after(run([]), {type: 'exit', exit: {kind: 'broken', error}}));
	assert.equal(code, 1);
	assert.match(stdout[0]!, /goes on as process 4711/v);
	assert.deepEqual(stderr, [String.raw`logbackup-tui: the screen broke, which is a mistake of this program: bad \x1b[2J thing\nat somewhere`]);
});

test('a directory that can\'t be read is one line on stderr, exit code 1', () => {
	const state = after(scanned([]), {type: 'exit', exit: {kind: 'failed', message: '/nope: no such directory'}});
	assert.deepEqual(closing(state), {code: 1, stdout: [], stderr: ['logbackup-tui: /nope: no such directory']});
});
