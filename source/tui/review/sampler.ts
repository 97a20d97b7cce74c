import {setImmediate} from 'node:timers/promises';
import type {Entry} from '../../origin/entry.ts';
import {nextSample} from './forecast.ts';
import type {WatchedStore} from './watched.ts';

/** Samples a file for its compressed size as a part of its size, 0–1; rejects where it can't be read. */
export type Sample = (entry: Entry) => Promise<number>;

/** Milliseconds between two updates of the forecast. */
const interval = 500;

/** The ratio taken for a file that could not be sampled: nothing is known of it, so all of its size. */
const unknown = 1;

/** Samples the marked files in the background, one at a time and the largest first, and again whenever the marks change. */
export class Sampler {
	readonly #store: WatchedStore;
	readonly #sample: Sample;
	#isBusy = false;

	constructor(store: WatchedStore, sample: Sample) {
		this.#store = store;
		this.#sample = sample;
	}

	/** Starts, unless it is running. */
	async wake(): Promise<void> {
		if (this.#isBusy) {
			return;
		}

		this.#isBusy = true;
		let pending: Array<readonly [string, number]> = [];
		let told = Date.now();

		for (;;) {
			// Looking for one takes its time in a long list: what was pressed is drawn first.
			await setImmediate();
			const {screen, review, exit} = this.#store.getState();
			const number = screen === 'run' || exit !== undefined || review.isScanning ? undefined : nextSample({...review, ratios: new Map([...review.ratios, ...pending])});

			if (number === undefined) {
				break;
			}

			const {key, entry} = review.rows[number]!;
			pending.push([key, await this.#sample(entry).catch(() => unknown)]);

			if (!(Date.now() - told >= interval)) {
				continue;
			}

			this.#store.dispatch({type: 'sampled', ratios: pending});
			pending = [];
			told = Date.now();
		}

		this.#isBusy = false;

		if (pending.length > 0) {
			this.#store.dispatch({type: 'sampled', ratios: pending});
		}
	}
}
