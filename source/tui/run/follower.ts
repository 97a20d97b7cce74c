import {performance} from 'node:perf_hooks';
import type {BackupEvent} from '../../backup/events.ts';
import type {BackupProcess} from '../../process/backup-process.ts';
import type {Store} from '../kit/store.ts';
import type {RunAction} from './run-reducer.ts';
import type {RunView} from './run-state.ts';

const messageOf = (error: unknown) => error instanceof Error ? error.message : String(error);

/** Told when there is something to follow, and when that has ended. */
type RunWatcher = {
	readonly onStart: () => void;
	readonly onEnd: () => void;
};

/** Follows the process of a backup: what it says is put by until it is time to show it. */
export class Follower {
	readonly #store: Store<RunView, RunAction>;
	readonly #watcher: RunWatcher;
	#backup: BackupProcess | undefined;
	#events: BackupEvent[] = [];

	constructor(store: Store<RunView, RunAction>, watcher: RunWatcher) {
		this.#store = store;
		this.#watcher = watcher;
	}

	/** The backup, once there is one. */
	get backup(): BackupProcess | undefined {
		return this.#backup;
	}

	/** Starts a backup and follows it. Never rejects. */
	async start(begin: () => BackupProcess): Promise<void> {
		this.#events = [];
		let process: BackupProcess;

		try {
			process = begin();
		} catch (error) {
			this.#store.dispatch({type: 'ended', code: 1, stderr: messageOf(error)});
			return;
		}

		await this.follow(process);
	}

	/** Follows a backup to its end. Never rejects. */
	async follow(process: BackupProcess): Promise<void> {
		this.#backup = process;
		this.#store.dispatch({type: 'started', pid: process.pid, clock: performance.now()});
		this.#watcher.onStart();
		const ended = await this.#hear(process);
		// A summary that stays open over night keeps no file open and no timer running.
		this.#watcher.onEnd();
		process.release();
		this.#store.dispatch(ended);
	}

	/** Shows what has been said by now. */
	flush(): void {
		if (this.#store.getState().screen === 'run') {
			this.#store.dispatch({
				type: 'tick', clock: performance.now(), events: this.#events, isHalted: this.#backup?.isHalted?.(),
			});
			this.#events = [];
		}
	}

	async #hear(process: BackupProcess): Promise<RunAction> {
		try {
			for await (const event of process.events) {
				this.#events.push(event);
			}
		} catch (error) {
			this.#store.dispatch({type: 'garbled', message: messageOf(error)});
		}

		const {code, stderr} = await process.ended;
		this.flush();
		return {type: 'ended', code, stderr};
	}
}
