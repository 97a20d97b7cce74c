import {setImmediate} from 'node:timers/promises';
import type {Earlier} from '../../backup/growth.ts';
import type {Entry} from '../../origin/entry.ts';
import {appendAll} from '../../text/lists.ts';
import type {WatchedStore} from './watched.ts';

/** The newest set, as far as it tells what another would hold. */
export type Previous = {
	readonly date: string;
	/** The set's copies of some entries, one for each. */
	readonly compare: (entries: readonly Entry[]) => Promise<ReadonlyArray<Earlier | undefined>>;
};

/** Entries compared between two turns of the event loop, and milliseconds between two updates of the screen. */
const batchSize = 500;
const interval = 500;

/** Holds the files of the list against the newest set in the background, and those that turn up later too. */
export class Comparer {
	readonly #store: WatchedStore;
	readonly #open: () => Promise<Previous | undefined>;
	#previous: Promise<Previous | undefined> | undefined;
	#work: Promise<void> | undefined;
	/** The reading of the list, and of the sets, that the newest set belongs to; and the number of rows compared with it. */
	#epoch = '';
	#position = 0;

	constructor(store: WatchedStore, open: () => Promise<Previous | undefined>) {
		this.#store = store;
		this.#open = open;
	}

	/** Starts, unless it is running; settles when all rows there are have been compared. Never rejects. */
	async wake(): Promise<void> {
		this.#work ??= this.#run();
		await this.#work;
	}

	/** Results of one epoch are of no use in the next: the list has been read anew, or a set removed. */
	get #isNew(): boolean {
		const {review, browse} = this.#store.getState();
		return this.#epoch !== `${review.readings} ${browse.removals}`;
	}

	async #run(): Promise<void> {
		do {
			if (this.#isNew) {
				const {review, browse} = this.#store.getState();
				this.#epoch = `${review.readings} ${browse.removals}`;
				this.#position = 0;
				this.#previous = undefined;
			}

			this.#previous ??= this.#open().catch(() => undefined);
			const previous = await this.#previous;

			if (!previous && this.#store.getState().review.past.date !== undefined) {
				this.#store.dispatch({type: 'compared', date: undefined, files: []});
			}

			if (previous && !this.#isNew) {
				await this.#compareAll(previous);
			}
		} while (this.#isNew && this.#store.getState().exit === undefined);

		this.#work = undefined;
	}

	async #compareAll({date, compare}: Previous): Promise<void> {
		let pending: Array<readonly [string, Earlier | undefined]> = [];
		let told = Date.now();

		for (;;) {
			const batch = this.#nextBatch();

			if (this.#isNew || (batch.length === 0 && pending.length === 0)) {
				return;
			}

			if (batch.length === 0 || !(Date.now() - told < interval)) {
				this.#store.dispatch({type: 'compared', date, files: pending});
				pending = [];
				told = Date.now();
			}

			const files = batch.filter(({isRegular}) => isRegular);
			const found = await compare(files.map(({entry}) => entry)).catch(() => []);
			appendAll(pending, files.map(({key}, index) => [key, found[index]] as const));
			await setImmediate();
		}
	}

	#nextBatch() {
		const {review, screen, exit} = this.#store.getState();

		if (exit !== undefined || screen === 'run') {
			return [];
		}

		const batch = review.rows.slice(this.#position, this.#position + batchSize);
		this.#position += batch.length;
		return batch;
	}
}
