import {performance} from 'node:perf_hooks';
import type {Choice} from '../../origin/selection.ts';
import type {Store} from '../kit/store.ts';
import type {ReadFolder} from '../tree/tree-fill.ts';
import type {ReviewAction} from './review-reducer.ts';
import type {ReviewView} from './review-state.ts';

/** One result of a scan: entries already judged by the rules, or a directory that has been read; at its end, the flags that matched nothing. */
export type ScanStep = {readonly choices: readonly Choice[]} | {readonly finished: ReadFolder} | {readonly unused: readonly string[]};

/** The source, then all directories below it; throws an error whose message is one ready line. `isAddition`: what today's set has a copy of cannot be chosen. */
export type Scan = (signal: AbortSignal, isAddition: boolean) => AsyncIterable<ScanStep>;

/** Milliseconds after which somebody who waits is told for how long nothing has come. */
const silentAfter = 3000;

/** Called when the list begins to fill, when it has been filled, and when that failed. */
type ScanWatcher = {
	readonly onStart: () => void;
	readonly onEnd: () => void;
	readonly onFailure: (error: unknown) => void;
};

/** Fills the list. Results are kept back until it is time to show them. */
export class Scanner {
	readonly #store: Store<ReviewView, ReviewAction>;
	readonly #scan: Scan;
	readonly #watcher: ScanWatcher;
	#controller = new AbortController();
	#choices: Choice[] = [];
	#folders: ReadFolder[] = [];
	/** When the last result came, by a steady clock; `undefined` while nothing is read. */
	#heard: number | undefined;

	constructor(store: Store<ReviewView, ReviewAction>, scan: Scan, watcher: ScanWatcher) {
		this.#store = store;
		this.#scan = scan;
		this.#watcher = watcher;
	}

	/** Reads the source from its beginning. */
	start(): void {
		this.stop();
		this.#controller = new AbortController();
		this.#choices = [];
		this.#folders = [];
		this.#heard = performance.now();
		void this.#run(this.#controller.signal);
	}

	/** Stops reading. */
	stop(): void {
		this.#controller.abort();
		this.#heard = undefined;
	}

	/** Shows the results so far, and for how long none has come. */
	flush(): void {
		const silence = this.#heard === undefined ? 0 : performance.now() - this.#heard;
		this.#tellSilence(silence < silentAfter ? 0 : Math.floor(silence / 1000));

		if (this.#choices.length > 0) {
			this.#store.dispatch({type: 'scanned', choices: this.#choices, now: Date.now()});
			this.#choices = [];
		}

		if (this.#folders.length > 0) {
			this.#store.dispatch({type: 'foldersRead', folders: this.#folders});
			this.#folders = [];
		}
	}

	async #run(signal: AbortSignal): Promise<void> {
		this.#watcher.onStart();

		try {
			for await (const step of this.#scan(signal, this.#store.getState().isAddition)) {
				if (signal.aborted) {
					return;
				}

				this.#take(step);
			}
		} catch (error) {
			if (!signal.aborted) {
				this.#watcher.onFailure(error);
			}

			return;
		}

		this.#heard = undefined;
		this.flush();
		this.#watcher.onEnd();
	}

	#tellSilence(seconds: number): void {
		if (this.#store.getState().review.silence !== seconds) {
			this.#store.dispatch({type: 'silence', seconds});
		}
	}

	#take(step: ScanStep): void {
		this.#heard = performance.now();

		if ('choices' in step) {
			this.#choices = [...this.#choices, ...step.choices];

			// Shows the first results at once, so that there is something to see.
			if (this.#store.getState().review.rows.length === 0) {
				this.flush();
			}

			return;
		}

		if ('unused' in step) {
			this.#store.dispatch({type: 'unused', flags: step.unused});
			return;
		}

		this.#folders.push(step.finished);

		if (step.finished.path.length === 0) {
			this.flush();
			this.#store.dispatch({type: 'scanEnded'});
		}
	}
}
