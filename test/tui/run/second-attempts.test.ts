/*
Another attempt at what failed, and another one after that: into which set, with what said of it; and a run that somebody else halts.
*/
import assert from 'node:assert/strict';
import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {test} from 'node:test';
import type {BackupEvent} from '../../../source/backup/events.ts';
import {Halt} from '../../../source/process/halt.ts';
import {closing} from '../../../source/tui/closing.ts';
import {rowAt, rowCount} from '../../../source/tui/run/outcome-list.ts';
import {pageLines} from '../../../source/tui/pages.ts';
import {runPhase} from '../../../source/tui/run/run-phase.ts';
import {canRetry, standingDate} from '../../../source/tui/run/run-result.ts';
import {initialState, type State} from '../../../source/tui/state.ts';
import {until} from '../../support/files.ts';
import {
	after,
	begin,
	commands,
	context,
	directoryOf,
	doneEvent,
	failedEvent,
	fileOf,
	scanned,
	startEvent,
	statusEvent,
	summaryEvent,
	type,
} from '../../support/screen-fixtures.ts';

const failing = {
	...summaryEvent, exit_code: 3, files_done: 2, files_failed: 1,
} as const;

const end = (state: State, events: readonly BackupEvent[], code: number): State =>
	after(state, {type: 'tick', clock: 2, events}, {type: 'ended', code, stderr: ''});

const joined = (): State => ({...begin(), screen: 'run'});
const pageText = (state: State) => pageLines(state).map(({text}) => text.trim()).join(' ');

test('a second retry goes to the same set as the first, also if that one broke before it began', () => {
	const over = end(joined(), [{...startEvent, date: '2026-11-20'}, failedEvent('a'), failing], 3);
	const first = commands(over, 'retry');
	assert.equal(standingDate(first.run), '2026-11-20');
	const broken = end(first, [{
		message_type: 'exit_error', code: 11, message: 'another run is under way', files_kept: 0, files_not_done: 0,
	}], 11);
	const second = commands(broken, 'retry');
	assert.equal(second.screen, 'run');
	assert.equal(standingDate(second.run), '2026-11-20');
});

const existing = {
	directory: '/var/log/backups/2026-11-22', files: 3, failed: 1, failures: [{path: 'a', error: {message: 'permission denied'}}], isForeign: false,
};

test('a retry of the set that exists, which breaks, says that the set stands, and can be tried again', () => {
	const start = initialState({...context, existing}, {columns: 80, rows: 24});
	const broken = after(commands(start, 'retry'), {type: 'ended', code: 137, stderr: ''});
	assert.match(pageText(broken), /stands in \/var\/log\/backups\/2026-11-22/v);
	assert.doesNotMatch(pageText(broken), /no finished set|Start logbackup-tui again to go on/v);
	assert.equal(canRetry(broken), true);
	assert.equal(commands(broken, 'retry').screen, 'run');
	assert.doesNotMatch(closing(type(broken, '\r')).stdout.join('\n'), /no finished set/v);
});

/** A directory that cannot be listed is marked, and fails. */
function withClosedDirectory(): State {
	const start = scanned([fileOf('a'), {...directoryOf('closed'), entry: {...directoryOf('closed').entry, isReadable: false}}]);
	const running = after(type(start, 'G w\r'), {type: 'started', pid: 1, clock: 0});
	return end(running, [startEvent, doneEvent('a'), failedEvent('closed'), {...failing, files_done: 1}], 3);
}

const rowsOf = ({run}: State) => Array.from({length: rowCount(run)}, (_, number) => {
	const {name, ...row} = rowAt(run, number);
	return `${name} ${'outcome' in row ? row.outcome.word : ''}`;
}).toSorted();

test('a marked directory that cannot be listed stands once in the list of all files', () => {
	assert.deepEqual(rowsOf(withClosedDirectory()), ['a done', 'closed failed']);
});

test('once it could be listed it is no failure any more', () => {
	const retried = end(commands(withClosedDirectory(), 'retry'), [startEvent, doneEvent('closed/x'), summaryEvent], 0);
	assert.deepEqual(rowsOf(retried), ['a done', 'closed/x done']);
});

test('it stays a failure where the attempt broke before it came to it', () => {
	const broken = end(commands(withClosedDirectory(), 'retry'), [startEvent], 137);
	assert.deepEqual(rowsOf(broken), ['a done', 'closed failed']);
});

test('a run that another screen halts, or lets go on, is told as it is', () => {
	const running = after(joined(), {
		type: 'tick', clock: 1, events: [startEvent, statusEvent], isHalted: false,
	});
	const halted = after(running, {
		type: 'tick', clock: 2, events: [], isHalted: true,
	});
	assert.equal(runPhase(halted.run), 'paused');
	assert.deepEqual(halted.effects, [], 'nothing is to be done about it');
	const going = after(type(running, 'p'), {
		type: 'tick', clock: 3, events: [], isHalted: false,
	});
	assert.equal(runPhase(going.run), 'copying');
	const again = type(going, 'p');
	assert.notEqual(again.effects, going.effects, 'p halts it again');
	assert.deepEqual(again.effects, [{type: 'pause'}]);
	assert.equal(runPhase(after(type(running, 'p'), {type: 'tick', clock: 3, events: []}).run), 'paused', 'where nobody can tell, as the key said');
});

test('it can be told whether a process is halted', async t => {
	const child = spawn('sleep', ['60']);
	t.after(() => {
		child.kill('SIGKILL');
	});
	await once(child, 'spawn');
	const halt = new Halt(child.pid);
	assert.equal(halt.isHalted(), false);
	child.kill('SIGSTOP');
	await until('it to be halted', () => halt.isHalted() === true);
	child.kill('SIGCONT');
	await until('it to go on', () => halt.isHalted() === false);
	assert.equal(new Halt(undefined).isHalted(), undefined);
});

test('what was asked for counts until the kernel shows it, and no longer', () => {
	let isHalted = false;
	const halt = new Halt(undefined, () => isHalted);
	halt.pause();
	assert.equal(halt.isHalted(), true, 'the signal is on its way');
	isHalted = true;
	assert.equal(halt.isHalted(), true);
	isHalted = false;
	assert.equal(halt.isHalted(), false, 'somebody else lets it go on');
	halt.pause();
	halt.resume();
	isHalted = true;
	assert.equal(halt.isHalted(), false);
	assert.ok(Array.from({length: 100}, () => halt.isHalted()).at(-1), 'and somebody else has halted it at once');
});
