import {setImmediate} from 'node:timers/promises';
import type {Earlier} from '../backup/compare.ts';
import type {Previous} from './context.ts';
import type {Store} from './store.ts';

/** Entries compared between two turns of the event loop, and milliseconds between two updates of the screen. */
const batchSize = 500;
const interval = 500;

/** Holds the files of the list against the newest set in the background, and those that turn up later too. */
export class Comparer {
	readonly #store: Store;
	readonly #open: () => Promise<Previous | undefined>;
	#previous: Promise<Previous | undefined> | undefined;
	#work: Promise<void> | undefined;
	/** Which reading of the list, and how many of its rows have been compared. */
	#readings = 0;
	#position = 0;

	constructor(store: Store, open: () => Promise<Previous | undefined>) {
		this.#store = store;
		this.#open = open;
	}

	/** Goes to work, unless it is at it; settles when all rows there are have been compared. Never rejects. */
	async wake(): Promise<void> {
		this.#work ??= this.#run();
		await this.#work;
	}

	async #run(): Promise<void> {
		this.#previous ??= this.#open().catch(() => undefined);
		const previous = await this.#previous;

		if (previous) {
			await this.#compareAll(previous);
		}

		this.#work = undefined;
	}

	async #compareAll({date, compare}: Previous): Promise<void> {
		let pending: Array<readonly [string, Earlier | undefined]> = [];
		let told = Date.now();

		for (;;) {
			const batch = this.#nextBatch();

			if (batch.length === 0 && pending.length === 0) {
				return;
			}

			if (batch.length === 0 || !(Date.now() - told < interval)) {
				this.#store.dispatch({type: 'compared', date, files: pending});
				pending = [];
				told = Date.now();
			}

			const files = batch.filter(({isRegular}) => isRegular);
			const found = await compare(files.map(({choice}) => choice.entry)).catch(() => []);
			pending.push(...files.map(({key}, index) => [key, found[index]] as const));
			await setImmediate();
		}
	}

	#nextBatch() {
		const {review, screen, exit} = this.#store.getState();

		if (exit !== undefined || screen === 'run') {
			return [];
		}

		this.#position = review.readings === this.#readings ? this.#position : 0;
		this.#readings = review.readings;
		const batch = review.rows.slice(this.#position, this.#position + batchSize);
		this.#position += batch.length;
		return batch;
	}
}
