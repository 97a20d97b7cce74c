import assert from 'node:assert/strict';
import {test} from 'node:test';
import {closing} from '../../source/tui/closing.ts';
import {keyContext} from '../../source/tui/meanings.ts';
import {pageLines} from '../../source/tui/pages.ts';
import {runPhase} from '../../source/tui/run/run-phase.ts';
import {initialState, type State} from '../../source/tui/state.ts';
import {
	after,
	begin,
	commands,
	context,
	doneEvent,
	failedEvent,
	fileOf,
	filesOf,
	now,
	scanned,
	startEvent,
	statusEvent,
	summaryEvent,
	type,
} from '../support/screen-fixtures.ts';

const running = (): State => after(
	type(scanned(filesOf(3)), 'wy'),
	{type: 'started', pid: 4711, clock: 1000},
	{type: 'tick', clock: 1200, events: [startEvent, statusEvent]},
);

test('enter and y in one read go from the list into the run', () => {
	assert.equal(type(scanned(filesOf(3)), 'wy').screen, 'run');
});

test('enter asks before anything is written, and n goes back with the marks as they were', () => {
	const asked = type(scanned(filesOf(3)), ' w');
	assert.equal(asked.screen, 'confirm');
	const text = pageLines(asked).map(line => line.text).join('\n');
	assert.match(text, /Back up 2 files\?/v);
	assert.match(text, /\/var\/log\/backups\/2026-11-22/v);
	const back = type(asked, 'n');
	assert.equal(back.screen, 'review');
	assert.equal(back.review.totals.files, 2);
});

test('the question says so when the files may not fit, and when some can\'t be read', () => {
	const state = scanned([fileOf('big', {size: 5e9, allocated: 5e9}), fileOf('secret', {isReadable: false})]);
	const text = pageLines(type(state, 'w')).map(line => line.text.trim()).join(' ');
	assert.match(text, /more than the 1\.00 GB that may be used/v);
	assert.match(text, /can't be read/v);
});

test('a hole in a file is not counted as space it needs', () => {
	const text = pageLines(type(scanned([fileOf('lastlog', {size: 290e9, allocated: 48_000})]), 'w')).map(line => line.text).join(' ');
	assert.doesNotMatch(text, /that are free/v);
	assert.match(text, /48\.0 kB on disk/v);
});

test('enter during the scan goes on when the scan is done, unless another key comes', () => {
	const scanning = after(begin(), {type: 'scanned', choices: filesOf(2), now});
	const waiting = type(scanning, 'w');
	assert.equal(waiting.screen, 'review');
	assert.equal(after(waiting, {type: 'scanEnded'}).screen, 'confirm');
	assert.equal(after(type(waiting, 'j'), {type: 'scanEnded'}).screen, 'review');
});

test('q and escape leave the list with nothing written, exit code 0; Ctrl-C with 130', () => {
	assert.equal(closing(type(scanned(filesOf(3)), 'q')).code, 0);
	const interrupted = closing(type(scanned(filesOf(3)), '\u{3}'));
	assert.equal(interrupted.code, 130);
	assert.deepEqual(interrupted.stdout, ['Nothing was written.']);
});

test('help lists every key of the screen it was opened on, and q closes it, not the program', () => {
	const help = type(scanned(filesOf(3)), '?');
	assert.equal(keyContext(help), 'help');
	const text = pageLines(help).map(line => line.text).join('\n');

	for (const key of ['Enter', 'Space', 'PgUp', 'Home g', 'q F10', 'Esc', 'Ctrl-C', 'Ctrl-Z']) {
		assert.ok(text.includes(key), key);
	}

	const closed = type(help, 'q');
	assert.equal(keyContext(closed), 'review');
	assert.equal(closed.exit, undefined);
});

test('help scrolls on a small terminal, and not beyond its end', () => {
	const help = type(scanned(filesOf(3), begin(40, 12)), '?');
	const end = commands(help, 'last');
	assert.ok(end.pageTop > 0);
	assert.equal(commands(end, 'down'), end);
	assert.equal(commands(end, 'first').pageTop, 0);
});

test('q asks, n lets it go on, a second Ctrl-C stops, a third ends it at once', () => {
	const asking = type(running(), 'q');
	assert.equal(asking.run.stop, 'asking');
	assert.equal(type(asking, 'n').run.stop, 'no');
	assert.equal(type(asking, 'q').run.stop, 'asking', 'q twice must not stop a backup');
	const stopping = type(running(), '\u{3}\u{3}');
	assert.equal(stopping.run.stop, 'stopping');
	assert.equal(runPhase(stopping.run), 'stopping');
	assert.equal(type(stopping, 'qyn').run.stop, 'stopping');
	const killing = type(stopping, '\u{3}');
	assert.equal(killing.run.stop, 'killing');
	assert.equal(type(killing, 'yn').exit, undefined);
	// It may be one that cannot be ended.
	const left = type(killing, '\u{3}');
	assert.deepEqual(left.exit, {kind: 'left'});
	assert.equal(closing(left).code, 130);
});

test('the run goes on behind the question and the help', () => {
	const asking = type(type(running(), '?'), '\u{3}');
	const state = after(asking, {type: 'tick', clock: 1400, events: [doneEvent('a')]});
	assert.equal(keyContext(state), 'asking');
	assert.equal(state.run.filesDone, 1);
});

test('a run is told from its events, however many come in one tick', () => {
	const events = Array.from({length: 10_000}, (_, index) => index % 10 === 0 ? failedEvent(`f${index}`) : doneEvent(`f${index}`));
	const {run} = after(running(), {type: 'tick', clock: 1400, events});
	assert.equal(run.filesDone, 9000);
	assert.equal(run.failures.length, 1000);
	assert.equal(run.recent.at(-1)?.path, 'f9999');
	assert.ok(run.recent.length <= 200);
});

test('a run starts, copies, finishes and ends', () => {
	const confirmed = type(scanned(filesOf(3)), 'w\r');
	assert.equal(runPhase(confirmed.run), 'starting');
	const copying = running();
	assert.equal(runPhase(copying.run), 'copying');
	const finishing = after(copying, {type: 'tick', clock: 2000, events: [doneEvent('a'), doneEvent('b'), doneEvent('c')]});
	assert.equal(runPhase(finishing.run), 'finishing');
	const ended = after(finishing, {type: 'tick', clock: 2200, events: [summaryEvent]}, {type: 'ended', code: 0, stderr: ''});
	assert.equal(ended.screen, 'summary');
	assert.equal(ended.exit, undefined);
	const left = type(ended, '\r');
	assert.deepEqual(left.exit, {kind: 'ended'});
	assert.equal(closing(left).code, 0);
});

test('on a terminal too small to read it, nothing is started, but q quits and a run can be stopped', () => {
	const tiny = {type: 'resize', columns: 30, rows: 8} as const;
	const asked = after(type(scanned(filesOf(3)), 'w'), tiny);
	assert.equal(type(asked, 'y').screen, 'confirm');
	assert.deepEqual(type(after(scanned(filesOf(3)), tiny), 'q').exit, {kind: 'quit'});
	assert.equal(type(after(running(), tiny), 'qy').run.stop, 'stopping');
});

test('where today\'s set exists, every way out says so with exit code 4', () => {
	const existing = {
		directory: '/var/log/backups/2026-11-22', finished: new Date(now), files: 31, failed: 1, bytesOut: 96_400_000, isForeign: false,
	};
	const state = initialState({...context, existing}, {columns: 80, rows: 24});
	assert.equal(state.screen, 'exists');
	const text = pageLines(state).map(line => line.text).join('\n');
	assert.match(text, /Backup for 2026-11-22 already exists!/v);
	assert.match(text, /Failed +1 file/v);
	const {code, stdout} = closing(type(state, 'q'));
	assert.equal(code, 4);
	assert.equal(stdout[0], 'Backup for 2026-11-22 already exists!');
});

test('nothing changes any more once the screen is being left', () => {
	const left = type(scanned(filesOf(3)), 'q');
	assert.equal(type(left, 'wy'), left);
});
