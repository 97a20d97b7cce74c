/*
Everything the screens set going, apart from the screens: the scan, the free space, the backup process, and the one tick. It reacts to
changes of the state and answers with actions.
*/
import {performance} from 'node:perf_hooks';
import type {BackupEvent} from '../backup/events.ts';
import type {Choice} from '../origin/selection.ts';
import type {ReadFolder} from './tree/tree-fill.ts';
import type {Action} from './actions.ts';
import type {
	BackupProcess,
	MarkedFiles,
	ScanStep,
	TerminalContext,
} from './context.ts';
import {serveBrowse} from './sets/serve.ts';
import {startBackground} from './review/background.ts';
import {leftOutOf} from './review/left-out-marks.ts';
import {markedEntries, type ReviewState} from './tree/tree-state.ts';
import {standingDate} from './run/run-result.ts';
import type {RunState, State} from './state.ts';
import type {Store} from './store.ts';

/** Milliseconds between updates of the screen while something goes on by itself; nothing ticks otherwise. */
const tickInterval = 250;
const slowTickInterval = 2000;

export type Session = {
	/** Settles when the state says to leave the screen; everything but the backup has ended then. */
	readonly finished: Promise<State>;
	/** The backup, once there is one. */
	readonly backup: () => BackupProcess | undefined;
	/** Resolves when work on the sets has ended, too; to be waited for once it is finished. */
	readonly close: () => Promise<void>;
};

const markedFiles = (review: ReviewState): MarkedFiles => ({entries: markedEntries(review), leftOut: leftOutOf(review)});

const messageOf = (error: unknown) => error instanceof Error ? error.message : String(error);

/** What a session sets going. */
type World = Pick<
	TerminalContext,
	'scan' | 'sample' | 'openPrevious' | 'inspect' | 'isSlow' | 'readSpace' | 'foreseeBackup' | 'startBackup' | 'startRetry' | 'running' | 'browser'
>;

/** Starts scanning (unless today's set exists) and serves the store until it wants to leave. */
export function startSession(context: World, store: Store): Session {
	const {promise: finished, resolve: finish} = Promise.withResolvers<State>();
	let scanning = new AbortController();
	let backup: BackupProcess | undefined;
	let pendingChoices: Choice[] = [];
	let pendingFolders: ReadFolder[] = [];
	let pendingEvents: BackupEvent[] = [];

	const flush = () => {
		if (pendingChoices.length > 0) {
			store.dispatch({type: 'scanned', choices: pendingChoices, now: Date.now()});
			pendingChoices = [];
		}

		if (pendingFolders.length > 0) {
			store.dispatch({type: 'foldersRead', folders: pendingFolders});
			pendingFolders = [];
		}

		if (store.getState().screen === 'run') {
			store.dispatch({
				type: 'tick', clock: performance.now(), events: pendingEvents, isHalted: backup?.isHalted?.(),
			});
			pendingEvents = [];
		}
	};

	let ticking: NodeJS.Timeout | undefined;
	const startTicking = () => {
		ticking ??= setInterval(flush, context.isSlow ? slowTickInterval : tickInterval);
	};

	const stopTicking = () => {
		clearInterval(ticking);
		ticking = undefined;
	};

	const readFreeSpace = async () => {
		try {
			store.dispatch({type: 'space', space: await context.readSpace()});
		} catch {
			store.dispatch({type: 'space', space: undefined});
		}
	};

	const take = (step: ScanStep) => {
		if ('choices' in step) {
			pendingChoices = [...pendingChoices, ...step.choices];

			// The first of them at once, so that there is something to see.
			if (store.getState().review.rows.length === 0) {
				flush();
			}

			return;
		}

		if ('unused' in step) {
			store.dispatch({type: 'unused', flags: step.unused});
			return;
		}

		pendingFolders.push(step.finished);

		if (step.finished.path.length === 0) {
			flush();
			store.dispatch({type: 'scanEnded'});
		}
	};

	const scan = async () => {
		const {signal} = scanning;
		startTicking();

		try {
			for await (const step of context.scan(signal)) {
				if (signal.aborted) {
					return;
				}

				take(step);
			}
		} catch (error) {
			if (!signal.aborted) {
				store.dispatch({type: 'exit', exit: {kind: 'failed', message: messageOf(error)}});
			}

			return;
		}

		flush();

		if (store.getState().screen !== 'run') {
			stopTicking();
		}
	};

	const follow = async (process: BackupProcess): Promise<Action> => {
		try {
			for await (const event of process.events) {
				pendingEvents.push(event);
			}
		} catch (error) {
			store.dispatch({type: 'garbled', message: messageOf(error)});
		}

		const {code, stderr} = await process.ended;
		flush();
		return {type: 'ended', code, stderr};
	};

	const watch = async (process: BackupProcess) => {
		backup = process;
		store.dispatch({type: 'started', pid: process.pid, clock: performance.now()});
		startTicking();
		const ended = await follow(process);
		// Whoever leaves the summary standing over night has nothing open, and nothing that wakes up.
		stopTicking();
		process.release();
		store.dispatch(ended);
	};

	const start = ({review, run, facts}: State): BackupProcess => run.isRetry
		? context.startRetry({date: standingDate(run) ?? facts.date})
		: context.startBackup(markedFiles(review));

	const run = async () => {
		let process: BackupProcess;

		try {
			process = start(store.getState());
		} catch (error) {
			store.dispatch({type: 'ended', code: 1, stderr: messageOf(error)});
			return;
		}

		await watch(process);
	};

	/** Does to the backup what the keys asked for. */
	const serveRun = (next: RunState, previous: RunState) => {
		if (next.wish && next.wish !== previous.wish && !previous.end) {
			(next.wish.isPaused ? backup?.pause : backup?.resume)?.();
		}

		if (next.stop !== previous.stop && next.stop === 'stopping') {
			backup?.stop();
		}

		if (next.stop !== previous.stop && next.stop === 'killing') {
			backup?.kill();
		}
	};

	const unsubscribe = store.subscribe((next, previous) => {
		if (next.exit) {
			// It goes on, as is said; nobody is left to press the key.
			if (previous.run.isPaused && !previous.run.end) {
				backup?.resume();
			}

			unsubscribe();
			context.foreseeBackup?.(undefined);
			scanning.abort();
			stopTicking();
			finish(next);
			return;
		}

		if (next.review.readings !== previous.review.readings) {
			scanning.abort();
			scanning = new AbortController();
			pendingChoices = [];
			pendingFolders = [];
			void scan();
			void readFreeSpace();
		}

		// Today's set was removed: there is something to choose after all.
		if (previous.existing && !next.existing) {
			void scan();
			void readFreeSpace();
		}

		if (next.screen !== previous.screen && next.screen === 'confirm') {
			context.foreseeBackup?.(markedFiles(next.review));
			void readFreeSpace();
		}

		if (previous.screen === 'confirm' && !['confirm', 'run'].includes(next.screen)) {
			context.foreseeBackup?.(undefined);
		}

		if (next.screen !== previous.screen && next.screen === 'run') {
			// What is not known by now is not in the backup.
			scanning.abort();
			pendingEvents = [];
			void run();
		}

		serveRun(next.run, previous.run);
	});

	startBackground(context, store);
	const browsing = context.browser && serveBrowse(context.browser, store, context.isSlow ?? false);

	if (store.getState().screen === 'review') {
		void scan();
		void readFreeSpace();
	}

	if (context.running) {
		// One that a screen has halted, which may be gone by now, stays so, and is told to be: p lets it go on.
		void watch(context.running);
		flush();
	}

	return {finished, backup: () => backup, close: async () => browsing?.close()};
}
