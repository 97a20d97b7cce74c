import assert from 'node:assert/strict';
import {Readable} from 'node:stream';
import {test} from 'node:test';
import type {BackupProcess} from '../../../source/process/backup-process.ts';
import {listWindow, rowAt, rowCount} from '../../../source/tui/run/outcome-list.ts';
import {activeFiles} from '../../../source/tui/run/outcome-row.ts';
import {outcomeCells, outcomeDetail, outcomeHeads} from '../../../source/tui/run/outcome-text.ts';
import {describeSummary} from '../../../source/tui/run/run-result.ts';
import {progressLine} from '../../../source/report/text.ts';
import {cellWidth} from '../../../source/tui/kit/columns.ts';
import {keyContext} from '../../../source/tui/meanings.ts';
import {outcomeColumns, outcomesHeight, wordWidth} from '../../../source/tui/run/run-layout.ts';
import {
	idleText,
	queueText,
	runCounts,
	runNumbers,
	waitingCount,
} from '../../../source/tui/run/run-view.ts';
import {initialState, type State} from '../../../source/tui/state.ts';
import type {BackupEvent} from '../../../source/backup/events.ts';
import {
	after,
	begin,
	commands,
	context,
	doneEvent,
	failedEvent,
	fileOf,
	filesOf,
	scanned,
	startEvent,
	statusEvent,
	summaryEvent,
	type,
} from '../../support/screen-fixtures.ts';

const tick = (state: State, ...events: readonly BackupEvent[]) => after(state, {type: 'tick', clock: 2000, events});

const copying = (...names: readonly string[]): BackupEvent => ({
	...statusEvent, current_files: names.map(path => ({path, bytes_done: 50, total_bytes: 100})),
});

/** A run of four files, a to d, of which c is the largest. */
const running = (size?: {readonly columns: number; readonly rows: number}): State => {
	const files = [fileOf('a', {size: 100}), fileOf('b', {size: 200}), fileOf('c', {size: 400}), fileOf('d', {size: 300})];
	return tick(after(type(scanned(files, begin(size?.columns, size?.rows)), 'wy'), {type: 'started', pid: 1, clock: 0}), {...startEvent, total_files: 4});
};

const words = ({run}: State) => Array.from({length: rowCount(run)}, (_, number) => {
	const row = rowAt(run, number);
	return row.name === undefined ? `${row.count} more` : `${row.name} ${row.outcome.word}`;
});

test('the queue names what is next, the largest first, and counts the rest', () => {
	const state = tick(running(), copying('c'));
	assert.equal(queueText(state.run, 60), 'd 300 B, b 200 B, a 100 B');
	assert.equal(queueText(state.run, 20), 'd 300 B, … 2 more');
	assert.equal(queueText(state.run, 12), '3 more files');
	assert.equal(queueText(tick(state, copying('b', 'a')).run, 60), '');
});

test('a run that a screen has joined has lasted since its own beginning', () => {
	const joined: State = {...begin(), screen: 'run'};
	const state = after(joined, {type: 'started', pid: 1, clock: 100_000}, {type: 'tick', clock: 101_000, events: [startEvent, {...statusEvent, seconds_elapsed: 42}]});
	assert.match(runNumbers(state.run, 200), /\b42 s so far/v);
	assert.match(runNumbers(after(state, {type: 'tick', clock: 106_000, events: []}).run, 200), /\b47 s so far/v);
});

test('a file read to its end is being checked, and waits no more', () => {
	assert.deepEqual(words(tick(running(), copying('c'), copying('d', 'b'))), ['c checking', 'd copying', 'b copying', 'a waiting']);
});

test('what an interrupted run had done, and what failed before its turn, says nothing of the turns of others', () => {
	const state = tick(running(), doneEvent('a', {resumed: true}), failedEvent('b'), copying('c'));
	assert.deepEqual(words(state), ['c copying', 'd waiting', 'b failed', 'a done']);
	assert.equal(queueText(state.run, 60), 'd 300 B');
});

const nothing = () => undefined;

const elsewhere: BackupProcess = {
	pid: 1,
	events: Readable.from([]),
	ended: Promise.resolve({code: 0, stderr: ''}),
	handedOver: Promise.resolve(),
	stop: nothing,
	pause: nothing,
	resume: nothing,
	kill: nothing,
	release: nothing,
};

test('of a run started elsewhere the list has what was heard of, and a count', () => {
	const attached = after(
		initialState({...context, running: elsewhere}, {columns: 80, rows: 24}),
		{type: 'tick', clock: 1, events: [{...startEvent, total_files: 40}, doneEvent('x'), failedEvent('y'), copying('z')]},
	);
	assert.deepEqual(words(attached), ['x done', 'y failed', 'z copying', '37 more']);
	assert.equal(queueText(attached.run, 60), '37 more files');
});

test('Tab opens the list over the run and closes it; the run can be paused and stopped from it', () => {
	const open = type(running(), '\t');
	assert.equal(keyContext(open), 'outcomes');
	assert.equal(keyContext(type(open, 'p')), 'outcomesPaused');
	assert.equal(keyContext(type(open, 'pp')), 'outcomes');
	assert.equal(keyContext(type(open, 'q')), 'asking');
	assert.equal(keyContext(type(open, '\t')), 'run');
	assert.equal(keyContext(commands(open, 'back')), 'run');
});

const many = (): State => tick(after(type(scanned(filesOf(50_000)), 'wy'), {type: 'started', pid: 1, clock: 0}), {...startEvent, total_files: 50_000});

test('the list goes along with what is copied, until a key puts it somewhere; there it stays while outcomes arrive', () => {
	const open = tick(type(many(), '\t'), ...Array.from({length: 1000}, (_, index) => doneEvent(`f${String(index).padStart(5, '0')}`)), copying('f01000'));
	const height = outcomesHeight(open.size);
	assert.equal(listWindow(open.run, height).cursor, 1000);

	const put = type(open, 'jj');
	const before = listWindow(put.run, height);
	assert.equal(before.cursor, 1002);
	const later = tick(put, ...Array.from({length: 5000}, (_, index) => doneEvent(`f${String(index + 1000).padStart(5, '0')}`)), copying('f06000'));
	assert.deepEqual(listWindow(later.run, height), before);
	assert.deepEqual(listWindow(type(later, '\t\t').run, height), before);
});

test('the keys go through the list and not beyond its ends', () => {
	const open = type(many(), '\t');
	const height = outcomesHeight(open.size);
	const at = (state: State) => listWindow(state.run, height);
	assert.deepEqual(at(type(open, 'G')), {cursor: 49_999, top: 50_000 - height});
	assert.deepEqual(at(type(open, 'Gj')), {cursor: 49_999, top: 50_000 - height});
	assert.deepEqual(at(type(open, 'Gg')), {cursor: 0, top: 0});
	assert.equal(at(commands(open, 'pageDown', 'pageDown', 'pageUp')).cursor, height);
});

test('f goes from one failure to the next, and from the last to the first', () => {
	const open = tick(type(many(), '\t'), failedEvent('f00010'), failedEvent('f40000'));
	const height = outcomesHeight(open.size);
	const names = ['f', 'ff', 'fff'].map(keys => {
		const state = type(open, keys);
		const row = rowAt(state.run, listWindow(state.run, height).cursor);
		return row.name;
	});
	assert.deepEqual(names, ['f00010', 'f40000', 'f00010']);
	const none = type(many(), '\t');
	assert.equal(type(none, 'f').run.list, none.run.list);
});

test('each row fills its columns at every width, whatever is in it', () => {
	const names = ['syslog', '日本語のログ😀.log', 'x'.repeat(250), String.raw`\x1b[2Jevil`, 'e\u{301}'];

	for (const columns of [40, 63, 64, 80, 200]) {
		const layout = outcomeColumns({columns, rows: 24});
		const width = cellWidth(outcomeHeads(layout)) - 1 - wordWidth;

		for (const name of names) {
			const state = tick(running(), doneEvent(name, {notes: ['grew', 'rotated'], bytes_in: 1.21e9, bytes_out: 96.4e6}), failedEvent(`${name}2`), copying('c'));

			for (let number = 0; number < rowCount(state.run); number++) {
				assert.equal(cellWidth(outcomeCells(rowAt(state.run, number), layout).text), width, `${name} at ${columns}`);
			}
		}

		assert.ok(width + 1 + wordWidth < columns);
	}
});

test('the file under the cursor is told in full', () => {
	const state = tick(running(), doneEvent('c', {notes: ['grew'], bytes_in: 400, bytes_out: 40}), failedEvent('d'));
	// Where there is one figure, it is the size of the file for all of them.
	const narrow = outcomeColumns({columns: 40, rows: 12});
	const figures = [0, 2].map(number => outcomeCells(rowAt(state.run, number), narrow).text.trim().split(/ {2,}/v).at(-1));
	assert.deepEqual(figures, ['400 B', '200 B']);
	assert.equal(outcomeDetail(rowAt(state.run, 0)), 'c: 400 B → 40 B; grew during the backup; the copy ends where the file ended when it was opened');
	assert.equal(outcomeDetail(rowAt(state.run, 1)), 'd: permission denied');
});

test('what a run that broke off did not come to is not done', () => {
	const stopped: BackupEvent = {
		message_type: 'exit_error', code: 130, message: 'stopped by Ctrl-C (SIGINT)', files_kept: 1, files_not_done: 3,
	};
	const state = after(tick(running(), doneEvent('c'), copying('d'), stopped), {type: 'ended', code: 130, stderr: ''});
	assert.deepEqual(words(state), ['c done', 'd not done', 'b not done', 'a not done']);
});

test('after another attempt the list has its outcomes in place of the failures', () => {
	const failing: BackupEvent = {
		...summaryEvent, exit_code: 3, files_done: 3, files_failed: 1,
	};
	const first = after(tick(running(), doneEvent('c'), failedEvent('d'), doneEvent('b'), doneEvent('a'), failing), {type: 'ended', code: 3, stderr: ''});
	const second = type(first, 'r');
	assert.deepEqual(words(second), ['d waiting']);
	const over = after(tick(second, startEvent, doneEvent('d'), summaryEvent), {type: 'ended', code: 0, stderr: ''});
	assert.deepEqual(words(over), ['c done', 'd done', 'b done', 'a done']);
});

test('what failed is not counted among what is done', () => {
	const state = tick(running(), failedEvent('a'), doneEvent('c'), {
		...statusEvent, files_done: 2, error_count: 1, total_files: 4,
	});
	const {done, failed, rest} = runCounts(state.run);
	assert.deepEqual([done, failed, rest], ['1 done', '1 failed', ', of 4 files']);
	assert.equal(progressLine({
		...statusEvent, files_done: 2, error_count: 1, total_files: 4,
	}).includes('2 of'), false);
});

test('what is read back is in the list as that, and small files that have their turn early leave the others waiting', () => {
	const status = (...files: ReadonlyArray<readonly [path: string, isChecking?: boolean]>): BackupEvent => ({
		...statusEvent, files_done: 0, total_files: 4, files_checking: files.filter(([, isChecking]) => isChecking).length,
		current_files: files.map(([path, isChecking = false]) => ({
			path, bytes_done: 50, total_bytes: 100, ...(isChecking && {checking: true}),
		})),
	});
	const early = tick(running(), status(['a']));
	assert.deepEqual(words(early), ['c waiting', 'd waiting', 'b waiting', 'a copying']);
	assert.equal(waitingCount(early.run), 3);
	const later = tick(early, status(['d'], ['c', true]));
	assert.equal(words(later)[0], 'c checking');
	assert.equal(waitingCount(later.run), 2);
});

test('what has not changed is no part of what was read, nor of its rate', () => {
	const rows = new Map(describeSummary({
		...summaryEvent, bytes_in: 3000, bytes_reused: 2000, files_reused: 2, seconds_elapsed: 10,
	}));
	assert.equal(rows.get('Read'), '1.00 kB in 10 s, 100 B/s');
	assert.match(rows.get('Linked') ?? '', /2 unchanged files, 2\.00 kB/v);
});

const denied = (path: string) => ({message_type: 'error', path, error: {message: 'permission denied (EACCES)', code: 'EACCES', remedy: 'Run it with sudo'}} as const);

const listed = ({run}: State) => Array.from({length: rowCount(run)}, (_, place) => {
	const row = rowAt(run, place);
	return row.name === undefined ? `${row.count}: ${row.reason ?? 'waiting'}` : `${row.isGrouped ? '- ' : ''}${row.name} ${row.outcome.word}`;
});

test('s sorts by outcome, what failed for one reason together below it, and again as files have their turn', () => {
	const state = tick(running(), denied('a'), failedEvent('b'), doneEvent('c'), denied('d'));
	const sorted = type(state, '\ts');
	assert.deepEqual(listed(sorted), ['2: permission denied (EACCES): run it with sudo', '- d failed', '- a failed', 'b failed', 'c done']);
	assert.deepEqual(listed(type(sorted, 's')), ['c done', 'd failed', 'b failed', 'a failed']);
	assert.equal(listWindow(type(sorted, 'jjs').run, 10).cursor, listWindow(type(state, '\t').run, 10).cursor, 'it goes to where it would be');
	// The head of a group is told, and passed over by f.
	assert.match(outcomeDetail(rowAt(sorted.run, 0)), /^2 files: .*sudo$/v);
	assert.deepEqual(['f', 'ff', 'fff', 'ffff'].map(keys => listWindow(type(sorted, keys).run, 10).cursor), [1, 2, 3, 1]);

	for (const columns of [40, 80, 200]) {
		const layout = outcomeColumns({columns, rows: 24});
		const widths = new Set(Array.from({length: rowCount(sorted.run)}, (_, place) => cellWidth(outcomeCells(rowAt(sorted.run, place), layout).text)));
		assert.equal(widths.size, 1, String(columns));
	}
});

test('/ leaves the files whose names answer to what is typed, as in the list of what there is; Escape shows all again', () => {
	const open = type(tick(running(), ...['nginx/access.log', 'nginx/access.log.1.gz', 'Access', 'auth.log'].map(name => doneEvent(name))), '\t/');
	assert.equal(keyContext(open), 'outcomesFilter');
	assert.deepEqual(listed(type(open, 'ACC')), ['nginx/access.log done', 'nginx/access.log.1.gz done', 'Access done']);
	assert.deepEqual(listed(type(open, '*.gz')), ['nginx/access.log.1.gz done']);
	assert.deepEqual(listed(type(open, 'nginx/*.log')), ['nginx/access.log done']);
	assert.deepEqual(listed(type(open, 'nginx')), [], 'without a slash the last part of the name counts');
	const kept = type(open, 'log\r');
	assert.equal(keyContext(kept), 'outcomesFiltered');
	assert.equal(keyContext(commands(kept, 'clear')), 'outcomes');
	assert.deepEqual(listed(commands(kept, 'clear')), listed(open));
	assert.equal(type(open, 'q').run.stop, 'no', 'q is a letter there');
	assert.equal(commands(open, 'interrupt').run.stop, 'asking');
});

test('whoever types when the run ends goes on typing: no letter leaves the summary', () => {
	const open = type(running(), '\t/sys');
	const over = after(tick(open, summaryEvent), {type: 'ended', code: 0, stderr: ''});
	assert.equal(keyContext(over), 'summaryFilter');
	const typed = type(over, 'q');
	assert.deepEqual([typed.exit, typed.run.list.filter], [undefined, 'sysq']);
	assert.equal(keyContext(commands(over, 'clear')), 'summaryOutcomes');
});

test('where there is room, all files are shown while the run goes, and not over its summary', () => {
	const wide = running({columns: 120, rows: 40});
	assert.equal(keyContext(wide), 'outcomes');
	assert.equal(keyContext(type(wide, '\t')), 'run', 'Tab puts them away');
	assert.equal(keyContext(after(wide, {type: 'resize', columns: 80, rows: 24})), 'run');
	const over = after(tick(wide, summaryEvent), {type: 'ended', code: 0, stderr: ''});
	assert.equal(keyContext(over), 'summary');
});

test('a run that brings no data says so, whether its statuses tell or it has fallen silent; a pause does not', () => {
	const starting = after(type(scanned(filesOf(3)), 'wy'), {type: 'started', pid: 1, clock: 0}, {type: 'tick', clock: 8100, events: []});
	assert.match(runNumbers(starting.run, 80), /no data for 8 s/v);
	const idle = tick(running(), {...statusEvent, seconds_idle: 12});
	assert.match(runNumbers(idle.run, 80), /no data for 12 s/v);
	assert.doesNotMatch(runNumbers(idle.run, 80), /left|\/s/v);
	const silent = after(tick(running(), statusEvent), {type: 'tick', clock: 2000 + 7900, events: []});
	assert.match(runNumbers(silent.run, 80), /no data for 7 s/v);
	assert.doesNotMatch(runNumbers(tick(silent, statusEvent).run, 80), /no data/v);
	const paused = after(silent, {
		type: 'tick', clock: 60_000, events: [], isHalted: true,
	});
	assert.equal(idleText(paused.run), '');
	const goingOn = after(paused, {
		type: 'tick', clock: 61_000, events: [], isHalted: false,
	});
	assert.equal(idleText(goingOn.run), '');
});

test('a file whose outcome is known is not among those being copied or checked, whatever the last status said', () => {
	const file = (path: string) => ({
		path, bytes_done: 100, total_bytes: 100, checking: true,
	} as const);
	const state = tick(running(), {...statusEvent, current_files: [file('f00001'), file('f00002'), file('f00003')]}, doneEvent('f00001'), failedEvent('f00002'));
	assert.deepEqual(activeFiles(state.run).map(({path}) => path), ['f00003']);
});

test('what an interrupted run had copied was not read by this one', () => {
	const rows = new Map(describeSummary({
		...summaryEvent, bytes_in: 3000, bytes_reused: 500, bytes_resumed: 2000, files_resumed: 2, seconds_elapsed: 10,
	}));
	assert.equal(rows.get('Read'), '500 B in 10 s, 50 B/s');
});
