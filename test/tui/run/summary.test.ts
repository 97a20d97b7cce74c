import assert from 'node:assert/strict';
import {test} from 'node:test';
import type {BackupEvent, ExitErrorEvent} from '../../../source/backup/events.ts';
import {cellWidth} from '../../../source/tui/kit/columns.ts';
import {closing} from '../../../source/tui/closing.ts';
import {keyContext} from '../../../source/tui/meanings.ts';
import {pageHeight} from '../../../source/tui/kit/layout.ts';
import {pageLines} from '../../../source/tui/pages.ts';
import {screens} from '../../../source/tui/screens.ts';
import {initialState, type State} from '../../../source/tui/state.ts';
import {summaryLines} from '../../../source/tui/run/summary-page.ts';
import {
	after,
	begin,
	commands,
	context,
	doneEvent,
	failedEvent,
	filesOf,
	marked,
	now,
	scanned,
	startEvent,
	summaryEvent,
	type,
} from '../../support/screen-fixtures.ts';

const failing = {
	...summaryEvent, exit_code: 3, files_done: 2, files_failed: 1, files_verified: 2,
} as const;

const over = (events: readonly BackupEvent[], code: number, {columns = 80, rows = 24} = {}): State => after(
	type(scanned(filesOf(3), begin(columns, rows)), 'wy'),
	{type: 'started', pid: 4711, clock: 0},
	{type: 'tick', clock: 200, events: [startEvent, ...events]},
	{type: 'ended', code, stderr: ''},
);

const text = (state: State) => pageLines(state).map(line => line.text.trim()).join(' ').replaceAll(/\s+/gv, ' ');

const stopped: ExitErrorEvent = {
	message_type: 'exit_error', code: 130, message: 'stopped by Ctrl-C (SIGINT)', files_kept: 1, files_not_done: 2,
};

test('the summary says what came of the run, and one enter, q, Esc or Ctrl-C leaves it with the exit code of the run', () => {
	const state = over([failedEvent('f00001'), failing], 3);
	assert.equal(state.screen, 'summary');
	assert.match(text(state), /2 of 3 marked files are backed up; 1 file could not be copied\. Set \/var\/log\/backups\/2026-11-22 Files 2 done, 1 failed Read 3\.00 kB in 14 s, 214 B\/s/v);
	assert.match(text(state), /Copies 300 B \(10\.0:1\), 1 B of it new on disk Checked all 2 copies read back/v);
	assert.match(text(state), /1 file failed: f00001: permission denied Press r/v);

	for (const key of ['\r', 'q', '\u{3}']) {
		assert.equal(closing(type(state, key)).code, 3);
	}

	assert.equal(closing(commands(state, 'interrupt')).code, 3);
});

test('a terminal that is lost over the summary takes nothing from the exit code, nor from what is said', () => {
	const state = over([failedEvent('f00001'), failing], 3);
	const lost = closing(after(state, {type: 'exit', exit: {kind: 'signal', signal: 'SIGHUP'}}));
	assert.deepEqual(lost, closing(type(state, 'q')));
	const broken = closing(after(state, {type: 'exit', exit: {kind: 'broken', error: new Error('x')}}));
	assert.equal(broken.code, 3);
	assert.match(broken.stderr.join('\n'), /the screen broke/v);
});

test('a reason of any length is told in full at any width, and failures are scrolled to their end', () => {
	const failures = Array.from({length: 300}, (_, index): BackupEvent => ({
		message_type: 'error', path: `deep/down/f${index}`, error: {message: `${'no such luck '.repeat(20)}(E${index})`},
	}));

	for (const [columns, rows] of [[40, 12], [80, 24], [200, 60]] as const) {
		const state = over([...failures, {...failing, files_failed: 300}], 3, {columns, rows});
		const lines = pageLines(state);
		assert.ok(lines.every(line => cellWidth(line.text) <= columns));
		assert.equal(lines.filter(line => line.text.includes('deep/down/f')).length, 300);
		assert.match(text(state), /luck \(E299\)/v);
		const end = commands(state, 'last');
		assert.equal(end.pageTop, lines.length - pageHeight(end.size));
		assert.equal(commands(end, 'down'), end);
		assert.equal(commands(end, 'first').pageTop, 0);
	}
});

test('fifty thousand failures are wrapped once, not at every key', () => {
	const failures = Array.from({length: 50_000}, (_, index) => failedEvent(`f${index}`));
	const state = over([...failures, {...failing, files_failed: 50_000}], 3);
	assert.equal(summaryLines(commands(state, 'down')), summaryLines(state));
	assert.equal(summaryLines(state).filter(({text: line}) => /^f\d+$/v.test(line)).length, 50_000, 'each by name');
	assert.equal(summaryLines(state).filter(({text: line}) => line.includes('permission denied')).length, 1, 'their reason once');
});

test('r is offered where something failed in a set, and only there', () => {
	assert.equal(keyContext(over([failedEvent('f00001'), failing], 3)), 'summaryFailed');
	assert.equal(keyContext(over([summaryEvent], 0)), 'summary');
	assert.equal(keyContext(over([failedEvent('f00001'), stopped], 130)), 'summary');
	const {set: _, ...nothing} = {...failing, exit_code: 1, files_done: 0} as const;
	assert.equal(keyContext(over([failedEvent('f00001'), nothing], 1)), 'summary');
	assert.equal(type(over([summaryEvent], 0), 'r').screen, 'summary');
	const elsewhere = over([{...startEvent, source: '/srv/log'}, failedEvent('f00001'), failing], 3);
	assert.equal(keyContext(elsewhere), 'summary', 'a run of another source');
});

test('another attempt that gets all makes the whole a success', () => {
	const second = type(over([failedEvent('f00001'), doneEvent('f00002', {notes: ['grew']}), failing], 3), 'r');
	assert.equal(second.screen, 'run');
	assert.equal(second.run.task, 'retry');
	const done = after(second, {type: 'tick', clock: 9, events: [startEvent, doneEvent('f00001'), summaryEvent]}, {type: 'ended', code: 0, stderr: ''});
	assert.match(text(done), /^All 3 marked files are backed up\. /v);
	const {code, stdout} = closing(type(done, '\r'));
	assert.equal(code, 0);
	assert.match(stdout.join('\n'), /f00002: grew/v);
	assert.doesNotMatch(stdout.join('\n'), /Failed/v);
});

test('another attempt that breaks off leaves what it did not come to as it was, and can be made again', () => {
	const first = over([failedEvent('f00001'), failedEvent('f00002'), {...failing, files_failed: 2}], 3);
	const broken = after(type(first, 'r'), {type: 'tick', clock: 9, events: [startEvent, doneEvent('f00001'), stopped]}, {type: 'ended', code: 130, stderr: ''});
	assert.match(text(broken), /Stopped by Ctrl-C \(SIGINT\) .*The set of the run before stands in \/var\/log\/backups\/2026-11-22\..*1 file failed: f00002: permission denied/v);
	assert.equal(keyContext(broken), 'summaryFailed');
	const {code, stdout} = closing(type(broken, '\r'));
	assert.equal(code, 130);
	assert.match(stdout.join('\n'), /Failed:\n {2}f00002: permission denied/v);
	assert.deepEqual(type(broken, 'r').run.outcomes.files.map(({name}) => name), ['f00002']);
});

test('a run that was stopped says what was kept, and what to do', () => {
	assert.match(text(over([stopped], 130)), /Stopped by Ctrl-C \(SIGINT\) 1 complete copy kept for the next run\. 2 files not done\. Start logbackup-tui again to go on: it takes over/v);
	const locked: ExitErrorEvent = {
		...stopped, code: 11, message: 'another run is under way', files_kept: 0, files_not_done: 3,
	};
	assert.match(text(over([locked], 11)), /Start logbackup-tui again to watch that run/v);
	assert.match(text(over([], 137)), /ended without a result.*no finished set.*Exit code 137: ended by SIGKILL/v);
});

test('the way to the next failure is offered only where there is one', () => {
	assert.equal(screens.summary.footers(type(over([failedEvent('f00001'), failing], 3), '\t')).nextFailure, undefined);
	assert.equal(screens.summary.footers(type(over([summaryEvent], 0), '\t')).nextFailure, '');
});

test('Tab shows the list of all files, and Tab again the summary', () => {
	const state = over([failedEvent('f00001'), failing], 3);
	const list = type(state, '\t');
	assert.equal(keyContext(list), 'summaryOutcomes');
	assert.equal(keyContext(type(list, '\t')), 'summaryFailed');
	assert.equal(closing(type(list, '\r')).code, 3);
});

test('help over the end of a run stays open, and closes to the summary', () => {
	const help = type(after(type(scanned(filesOf(3)), 'wy'), {type: 'started', pid: 1, clock: 0}), '?');
	const ended = after(help, {type: 'tick', clock: 9, events: [startEvent, summaryEvent]}, {type: 'ended', code: 0, stderr: ''});
	assert.equal(keyContext(ended), 'help');
	assert.equal(keyContext(type(ended, 'q')), 'summary');
	assert.match(text(type(type(ended, 'q'), '?')), /When the backup is over.*Enter q Esc Ctrl-C leave/v);
});

test('on a terminal too small for it, the summary is one line, q leaves, and r starts nothing', () => {
	const tiny = after(over([failedEvent('f00001'), failing], 3), {type: 'resize', columns: 30, rows: 8});
	assert.equal(type(tiny, 'r').screen, 'summary');
	assert.equal(closing(type(tiny, 'q')).code, 3);
});

test('where today\'s set has failures they are named, and r tries them again', () => {
	const failures = Array.from({length: 50}, (_, index) => ({path: `f${index}`, error: {message: 'permission denied (EACCES)'}}));
	const existing = {
		directory: '/var/log/backups/2026-11-22', finished: new Date(now), files: 31, failed: 50, failures, bytesOut: 96_400_000, isForeign: false,
	};
	const state = initialState({...context, existing}, {columns: 80, rows: 24});
	assert.match(text(state), /Finished 2026-11-22 .*50 files failed: permission denied \(EACCES\) f0 f1 .*f49 Press r/v);
	assert.ok(commands(state, 'last').pageTop > 0);
	assert.equal(closing(type(state, 'q')).code, 4);

	const second = type(state, 'r');
	assert.equal(second.screen, 'run');
	assert.equal(second.run.outcomes.files.length, 50);
	const done = after(second, {type: 'started', pid: 1, clock: 0}, {type: 'tick', clock: 9, events: [startEvent, summaryEvent]}, {type: 'ended', code: 0, stderr: ''});
	assert.equal(closing(type(done, '\r')).code, 0);
	const whole = initialState({...context, existing: {...existing, failed: 0, failures: []}}, {columns: 80, rows: 24});
	assert.equal(keyContext(whole), 'existsWhole');
	assert.equal(type(whole, 'r'), whole);
});

const full = {
	message_type: 'exit_error', code: 14, message: 'not enough space', files_kept: 0, files_not_done: 2,
} as const;

test('a run that is refused for want of space leads back to the list, with all marks as they were; q ends with its code', () => {
	const chosen = type(scanned(filesOf(3)), 'j ');
	const before = marked(chosen);
	const refused = after(
		type(chosen, 'wy'),
		{type: 'started', pid: 4711, clock: 0},
		{type: 'tick', clock: 200, events: [full]},
		{type: 'ended', code: 14, stderr: ''},
	);
	assert.equal(closing(type(refused, 'q')).code, 14);
	const back = type(refused, '\r');
	assert.equal(back.screen, 'review');
	assert.deepEqual(marked(back), before);
	assert.equal(back.run.exitError, undefined);
	assert.ok(back.effects.some(({type: effect}) => effect === 'readSpace'));
	const again = type(back, 'wy');
	assert.deepEqual([again.screen, again.effects.some(({type: effect}) => effect === 'startBackup')], ['run', true]);
});

test('a run that began to copy, or was begun elsewhere, does not lead back to a list', () => {
	assert.equal(type(over([full], 14), '\r').exit?.kind, 'ended');
});

test('what was left out is told by files and bytes beside how many are backed up, and by the names of what nobody asked for', () => {
	const event: BackupEvent = {
		message_type: 'left_out', reason: 'file_system', count: 1, files: 0, bytes: 0, unseen: 1, paths: [{path: 'mnt'}],
	};
	const summary = {...summaryEvent, left_out: {file_system: 1, unmarked: 130}, left_out_content: {files: 130, bytes: 523e6, unseen: 1}};
	const state = over([event, summary], 0);
	assert.match(text(state), /^All 3 marked files are backed up\. Left out: 130 files, 523 MB, and what is in 1 directory\. .*Left out 130 files, 523 MB, .*\(mnt\)/v);
	const [verdict, omission] = summaryLines(state);
	assert.deepEqual([verdict!.tone, omission!.text, omission!.tone], ['good', 'Left out: 130 files, 523 MB, and what is in 1 directory.', 'warning'], 'that not all is backed up does not look as if all were well');
	assert.match(closing(type(state, 'q')).stdout.join('\n'), /All 3 marked files are backed up.*\n[\s\S]* {2}Left out: 130 files, 523 MB, .*\(mnt\)/v);
});

test('no more is claimed than is true: not of what vanished, of what was cut, of a name that another file has, nor of old backups that stay', () => {
	const title = (summary: Partial<typeof summaryEvent>, ...events: readonly BackupEvent[]) => text(over([...events, {...summaryEvent, ...summary}], 0)).split('. Set', 1)[0];
	assert.equal(title({files_done: 2, files_vanished: 1}, doneEvent('f00001', {outcome: 'vanished'})), '2 of 3 marked files are backed up; 1 vanished before its turn');
	assert.equal(title({total_files: 2, files_done: 2}, doneEvent('f00001', {outcome: 'vanished'})), '2 of 3 marked files are backed up; 1 vanished before its turn', 'its name is that of another now');
	assert.equal(title({}, doneEvent('f00001', {notes: ['truncated']})), 'All 3 marked files are backed up; of 1 only what was left');
	assert.match(title({exit_code: 3})!, /; old backups could not be removed$/v);
	assert.doesNotMatch(title({exit_code: 3})!, /0 files/v);
});

test('the exit code is said once, and in words only where nothing else tells', () => {
	for (const state of [over([failedEvent('f00001'), failing], 3), over([stopped], 130), over([summaryEvent], 0)]) {
		for (const told of [text(state), closing(type(state, 'q')).stdout.join('\n')]) {
			assert.equal(told.split('Exit code').length, 2);
			assert.match(told, /Exit code \d+\.$/v);
		}
	}
});

/** A set of today that has two failures. */
const today = {
	directory: '/var/log/backups/2026-11-22', files: 31, failed: 2, failures: ['x', 'y'].map(path => ({path, error: {message: 'permission denied'}})), isForeign: false,
};

test('today\'s set is no dead end: a leads to the list, what is marked there is added, and what failed before stays told', () => {
	const state = initialState({...context, existing: today}, {columns: 80, rows: 24});
	const list = type(state, 'a');
	assert.deepEqual([list.screen, list.isAddition, list.effects.map(({type: effect}) => effect)], ['review', true, ['scan', 'readSpace']]);
	const copied = {
		...filesOf(1)[0]!, isSelected: false, isSelectable: false, isCopied: true, reason: 'in the backup already',
	} as const;
	const asked = type(scanned([copied, ...filesOf(3).slice(1)], list), 'w');
	assert.match(text(asked), /^Add 2 files to the backup of 2026-11-22\?/v);
	const started = type(asked, 'y');
	assert.deepEqual([started.run.task, started.effects.map(({type: effect}) => effect)], ['add', ['startBackup']]);
	const added = {
		...summaryEvent, exit_code: 3, total_files: 35, files_done: 33, files_failed: 2, files_tried: 2, files_added: 2, bytes_added: 200,
	} as const;
	const end = after(started, {type: 'started', pid: 1, clock: 0}, {type: 'tick', clock: 9, events: [startEvent, doneEvent('f00001'), doneEvent('f00002'), added]}, {type: 'ended', code: 3, stderr: ''});
	assert.match(text(end), /^2 of 2 files added; the backup has 33 of 35 files now; 2 files could not be copied\. .*2 files failed: permission denied x y/v);
	assert.equal(keyContext(end), 'summaryFailed');
	const {code, stdout} = closing(type(end, 'q'));
	assert.equal(code, 3);
	assert.doesNotMatch(stdout.join('\n'), /without questions/v, 'no command for every day');
	assert.equal(closing(type(list, 'q')).code, 4);
});

test('nothing can be added to a set that tells nothing of what is in it; help works there, too', () => {
	for (const existing of [{directory: '/b', isForeign: true}, {directory: '/b', isForeign: false, problem: {message: 'damaged'}}]) {
		const state = initialState({...context, existing}, {columns: 80, rows: 24});
		assert.equal(type(state, 'a'), state);
		assert.equal(keyContext(type(state, '?')), 'help');
	}
});
