import assert from 'node:assert/strict';
import {test} from 'node:test';
import {setTimeout as delay} from 'node:timers/promises';
import type {BackupEvent} from '../../source/backup/events.ts';
import {SourceError} from '../../source/files/errors.ts';
import type {Entry} from '../../source/origin/entry.ts';
import type {BackupProcess} from '../../source/process/backup-process.ts';
import type {ScanStep} from '../../source/tui/review/scanner.ts';
import {closing} from '../../source/tui/closing.ts';
import {startSession} from '../../source/tui/session.ts';
import type {State} from '../../source/tui/state.ts';
import {createSessionStore, type SessionStore} from '../../source/tui/session-store.ts';
import {
	begin,
	doneEvent,
	failedEvent,
	filesOf,
	startEvent,
	summaryEvent,
} from '../support/screen-fixtures.ts';

type Fake = {
	readonly scan?: () => AsyncIterable<ScanStep>;
	readonly events?: readonly BackupEvent[];
	readonly code?: number;
	/** What another attempt at the failures reports. */
	readonly retried?: readonly BackupEvent[];
};

async function * scanThree() {
	yield {choices: filesOf(3)};
	yield {finished: {path: Buffer.alloc(0)}};
}

async function * giveOut(events: readonly BackupEvent[]) {
	yield * events;
}

function setUp({scan = scanThree, events = [], code = 0, retried = []}: Fake = {}) {
	const store = createSessionStore(begin());
	const calls: string[] = [];
	const given: Entry[] = [];
	/** Of how many files each backup was that could be expected. */
	const foreseen: Array<number | undefined> = [];
	let changes = 0;
	store.subscribe(() => {
		changes++;
	});

	const processOf = (told: readonly BackupEvent[]): BackupProcess => ({
		pid: 4711,
		events: giveOut(told),
		handedOver: Promise.resolve(),
		ended: Promise.resolve({code, stderr: ''}),
		stop() {
			calls.push('stop');
		},
		pause() {
			calls.push('pause');
		},
		resume() {
			calls.push('resume');
		},
		kill() {
			calls.push('kill');
		},
		release() {
			calls.push('release');
		},
	});

	const session = startSession({
		scan,
		readSpace: async () => ({free: 1e9, reserve: 1e8}),
		foreseeBackup(selection) {
			foreseen.push(selection?.entries.length);
		},
		startBackup({entries}) {
			given.push(...entries);
			return processOf(events);
		},
		startRetry({date}) {
			calls.push(`retry ${date}`);
			return processOf(retried);
		},
	}, store);

	return {
		store, session, calls, given, foreseen, changes: () => changes,
	};
}

/** Waits until the run is over and its summary is shown. */
async function untilSummary({getState, subscribe}: SessionStore): Promise<State> {
	if (getState().screen !== 'summary') {
		await new Promise<void>(resolve => {
			subscribe(({screen}) => {
				if (screen === 'summary') {
					resolve();
				}
			});
		});
	}

	return getState();
}

test('a session scans, hands over what is marked, and ends with the run', async () => {
	const {store, session, given} = setUp({events: [startEvent, doneEvent('f00001'), summaryEvent]});
	await delay(20);
	assert.equal(store.getState().review.isScanning, false);
	assert.deepEqual(store.getState().space, {free: 1e9, reserve: 1e8});

	for (const command of ['toggle', 'confirm', 'start'] as const) {
		store.dispatch({type: 'command', command});
	}

	await untilSummary(store);
	store.dispatch({type: 'command', command: 'finish'});
	const {exit, run} = await session.finished;
	assert.deepEqual(given.map(({path}) => path.toString()), ['f00001', 'f00002']);
	assert.deepEqual(exit, {kind: 'ended'});
	assert.equal(run.summary, summaryEvent);
});

test('ten thousand events in a burst change the state a few times only', async () => {
	const {store, changes} = setUp({events: [startEvent, ...Array.from({length: 10_000}, (_, index) => doneEvent(`f${index}`)), summaryEvent]});
	await delay(20);
	store.dispatch({type: 'command', command: 'confirm'});
	store.dispatch({type: 'command', command: 'start'});
	const {run} = await untilSummary(store);
	assert.equal(run.filesDone, 10_000);
	assert.ok(changes() < 20, `${changes()} changes`);
});

test('a scan that fails ends the session with its message', async () => {
	const {session} = setUp({
		async * scan() {
			yield {choices: filesOf(1)};
			throw new Error('/var/log: permission denied');
		},
	});
	assert.deepEqual((await session.finished).exit, {kind: 'failed', message: '/var/log: permission denied'});
});

test('a scan that fails with a remedy says that too, at the end', async () => {
	const {session} = setUp({
		async * scan() {
			yield {choices: filesOf(1)};
			throw new SourceError('not a directory', {remedy: 'Name one'});
		},
	});
	const {exit} = await session.finished;
	assert.deepEqual(exit, {kind: 'failed', message: 'not a directory\nName one'});
});

test('nothing ticks while the list only waits for a key', async () => {
	const {changes} = setUp();
	await delay(50);
	const before = changes();
	await delay(500);
	assert.equal(changes(), before);
});

test('p halts the backup and lets it go on; stopping or leaving a halted one lets it go on first', () => {
	const pausing = (commands: ReadonlyArray<'pause' | 'resume' | 'ask' | 'stop' | 'leave'>) => {
		const {store, calls} = setUp();
		store.dispatch({type: 'scanned', choices: filesOf(1), now: 0});
		store.dispatch({type: 'foldersRead', folders: [{path: Buffer.alloc(0)}]});
		store.dispatch({type: 'scanEnded'});

		for (const command of ['confirm', 'start', ...commands] as const) {
			store.dispatch({type: 'command', command});
		}

		return calls;
	};

	assert.deepEqual(pausing(['pause', 'resume']), ['pause', 'resume']);
	assert.deepEqual(pausing(['pause', 'ask', 'stop']), ['pause', 'resume', 'stop']);
	assert.deepEqual(pausing(['pause', 'leave']), ['pause', 'resume']);
});

test('r on the summary starts another attempt in the set of the run, and its result is the one that counts', async () => {
	const failing = {
		...summaryEvent, exit_code: 3, files_done: 2, files_failed: 1,
	} as const;
	const {store, session, calls} = setUp({events: [{...startEvent, date: '2026-11-21'}, failedEvent('f00001'), failing], retried: [startEvent, doneEvent('f00001'), summaryEvent]});
	await delay(20);

	for (const command of ['confirm', 'start'] as const) {
		store.dispatch({type: 'command', command});
	}

	await untilSummary(store);
	store.dispatch({type: 'command', command: 'retry'});
	assert.equal(store.getState().screen, 'run');
	const {run} = await untilSummary(store);
	assert.deepEqual(calls, ['release', 'retry 2026-11-21', 'release']);
	assert.equal(run.summary, summaryEvent);
	store.dispatch({type: 'command', command: 'finish'});
	assert.equal(closing(await session.finished).code, 0);
});

test('nothing ticks while the summary waits for a key', async () => {
	const {store, changes} = setUp({events: [startEvent, summaryEvent]});
	await delay(20);

	for (const command of ['confirm', 'start'] as const) {
		store.dispatch({type: 'command', command});
	}

	await untilSummary(store);
	const before = changes();
	await delay(600);
	assert.equal(changes(), before);
});

test('what the question is about is made ready, and given up when the answer is no', async () => {
	const {store, foreseen} = setUp();
	await delay(20);
	store.dispatch({type: 'command', command: 'confirm'});
	store.dispatch({type: 'command', command: 'back'});
	store.dispatch({type: 'command', command: 'toggle'});
	store.dispatch({type: 'command', command: 'confirm'});
	store.dispatch({type: 'command', command: 'start'});
	await untilSummary(store);
	assert.deepEqual(foreseen, [3, undefined, 2]);
});
