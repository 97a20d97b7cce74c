/*
Everything the screens set going, apart from the screens: the scan, the free space, the backup process, and the one tick. It does what the state
asks for, and answers with actions.
*/
import {remedyOf, toReason} from '../files/errors.ts';
import type {Rules} from '../origin/derive-rules.ts';
import type {BackupProcess} from '../process/backup-process.ts';
import {withRemedy} from '../text/with-remedy.ts';
import type {MarkedFiles, TerminalContext} from './context.ts';
import {type EffectHandlers, performEffects} from './effects.ts';
import {Ticker} from './kit/ticker.ts';
import {startBackground} from './review/background.ts';
import {leftOutOf} from './review/left-out-marks.ts';
import {markedEntries} from './review/review-state.ts';
import type {SavePlan} from './review/saving.ts';
import {Scanner} from './review/scanner.ts';
import {Follower} from './run/follower.ts';
import {SetsServer} from './sets/serve.ts';
import type {State} from './state.ts';
import type {SessionStore} from './session-store.ts';

export type Session = {
	/** Settles when the state says to leave the screen; everything but the backup has ended then. */
	readonly finished: Promise<State>;
	/** The backup, once there is one. */
	readonly backup: () => BackupProcess | undefined;
	/** Resolves when work on the sets has ended, too; to be waited for once it is finished. */
	readonly close: () => Promise<void>;
};

const markedFiles = ({review, isAddition}: State): MarkedFiles => ({entries: markedEntries(review), leftOut: leftOutOf(review), isAddition});

/** The ports of a session to files, processes and the terminal. */
type SessionPorts = Pick<
	TerminalContext,
	'scan' | 'sample' | 'openPrevious' | 'inspect' | 'isSlow' | 'readSpace' | 'checkDestination' | 'readEarlier' | 'keeper' | 'foreseeBackup' | 'startBackup' | 'startRetry' | 'running' | 'browser'
>;

/** Milliseconds after which free space and ages on the screen are looked at again. */
const refreshInterval = 30_000;

async function tellSpace({readSpace, checkDestination}: SessionPorts, store: SessionStore, now?: number): Promise<void> {
	store.dispatch({type: 'space', now, space: await readSpace().catch(() => undefined)});

	if (checkDestination) {
		store.dispatch({type: 'destination', problem: await checkDestination()});
	}
}

async function tellEarlier({readEarlier}: SessionPorts, store: SessionStore): Promise<void> {
	store.dispatch({type: 'recalled', earlier: await readEarlier?.().catch(() => undefined)});
}

async function tellPlan({keeper}: SessionPorts, store: SessionStore, rules: Rules): Promise<void> {
	try {
		store.dispatch({type: 'savingPlanned', changes: {...(keeper && {plan: await keeper.plan(rules)})}});
	} catch (error) {
		store.dispatch({type: 'savingPlanned', changes: {problem: toReason(error)}});
	}
}

async function tellSaved({keeper}: SessionPorts, store: SessionStore, plan: SavePlan): Promise<void> {
	try {
		await keeper?.save(plan);
		store.dispatch({type: 'saved', problem: undefined});
	} catch (error) {
		store.dispatch({type: 'saved', problem: toReason(error)});
	}
}

/** Starts the scan, the work that follows a run, and the ticker that shows the results of both. */
function startWork({scan, isSlow = false}: SessionPorts, store: SessionStore) {
	const flush = () => {
		scanner.flush();
		follower.flush();
	};

	const ticker = new Ticker(flush, isSlow);
	const onStart = () => {
		ticker.start();
	};

	const scanner = new Scanner(store, scan, {
		onStart,
		onEnd() {
			if (store.getState().screen !== 'run') {
				ticker.stop();
			}
		},
		onFailure(error) {
			store.dispatch({type: 'exit', exit: {kind: 'failed', message: withRemedy({message: error instanceof Error ? error.message : String(error), remedy: remedyOf(error)})}});
		},
	});
	const follower = new Follower(store, {
		onStart,
		onEnd() {
			ticker.stop();
		},
	});
	return {
		scanner, follower, ticker, flush,
	};
}

/** Starts what the state asks for, and serves the store until it wants to leave. */
export function startSession(context: SessionPorts, store: SessionStore): Session {
	const {promise: finished, resolve: finish} = Promise.withResolvers<State>();
	const {
		scanner, follower, ticker, flush,
	} = startWork(context, store);
	const sets = context.browser && new SetsServer(context.browser, event => {
		store.dispatch({type: 'browse', event});
	}, context.isSlow ?? false);

	const start = (begin: () => BackupProcess) => {
		// Entries not found by now are not in the backup.
		scanner.stop();
		void follower.start(begin);
	};

	const handlers: EffectHandlers = {
		scan() {
			scanner.start();
		},
		readSpace() {
			void tellSpace(context, store);
		},
		recall() {
			void tellEarlier(context, store);
		},
		planSaving({rules}) {
			void tellPlan(context, store, rules);
		},
		save({plan}) {
			void tellSaved(context, store, plan);
		},
		foresee: (_, state) => context.foreseeBackup?.(markedFiles(state)),
		unforesee: () => context.foreseeBackup?.(undefined),
		startBackup(_, state) {
			start(() => context.startBackup(markedFiles(state)));
		},
		startRetry({date}) {
			start(() => context.startRetry({date}));
		},
		pause: () => follower.backup?.pause(),
		resume: () => follower.backup?.resume(),
		stop: () => follower.backup?.stop(),
		kill: () => follower.backup?.kill(),
		request: ({request}) => sets?.serve(request),
		stopWork: () => sets?.stop(),
	};

	const refreshing = setInterval(() => {
		const {screen} = store.getState();

		if (screen === 'review' || screen === 'confirm') {
			void tellSpace(context, store, Date.now());
		}
	}, refreshInterval).unref();

	startBackground(context, store);
	const stopPerforming = performEffects(store, handlers);
	const unsubscribe = store.subscribe(next => {
		if (next.exit) {
			stopPerforming();
			unsubscribe();
			context.foreseeBackup?.(undefined);
			scanner.stop();
			ticker.stop();
			clearInterval(refreshing);
			finish(next);
		}
	});

	if (context.running) {
		// A run that was halted by a screen that may be gone by now stays halted, and is shown so: p lets it go on.
		void follower.follow(context.running);
		flush();
	}

	return {finished, backup: () => follower.backup, close: async () => sets?.close()};
}
