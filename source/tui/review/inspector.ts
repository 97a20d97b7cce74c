import type {Inspection} from '../../backup/inspect.ts';
import type {Entry} from '../../origin/entry.ts';
import {showsDetails} from '../tree/tree-layout.ts';
import {currentRow} from '../tree/tree-state.ts';
import type {ReviewRow, ReviewView} from './review-state.ts';
import type {WatchedStore} from './watched.ts';

/** Looks into one entry, for a person to know it by. Never rejects. Aborted, it ends early with what is not to be kept. */
export type Inspect = (entry: Entry, signal: AbortSignal) => Promise<Inspection>;

/** Milliseconds that the cursor must stand still: a key that is held down repeats faster. */
const stillness = 90;

/** Milliseconds after which reading is announced. */
const patience = 300;

/** Milliseconds for which the details of a row count as current, and the number of rows they are kept of. */
const freshness = 3000;
const mostKept = 16;

/**
Looks into the row of the cursor once it stands still, while details are shown. One look at a time: a file system that does not answer costs
one thread, and the keys go on working.
*/
export class Inspector {
	readonly #store: WatchedStore;
	readonly #inspect: Inspect;
	readonly #found = new Map<string, {readonly inspection: Inspection; readonly at: number}>();
	#wanted: ReviewRow | undefined;
	#timer: NodeJS.Timeout | undefined;
	#looking = new AbortController();
	#isBusy = false;
	#readings = 0;

	constructor(store: WatchedStore, inspect: Inspect) {
		this.#store = store;
		this.#inspect = inspect;
	}

	/** To be called after every change of the state. */
	follow({review, size, screen}: ReviewView): void {
		const row = screen === 'review' && showsDetails(size, review.isDetailed) ? currentRow(review) : undefined;

		if (row === this.#wanted) {
			return;
		}

		if (review.readings !== this.#readings) {
			this.#readings = review.readings;
			this.#found.clear();
		}

		this.#wanted = row;
		this.#looking.abort();
		clearTimeout(this.#timer);

		if (row) {
			this.#timer = setTimeout(() => {
				void this.#look();
			}, review.details ? stillness : 0);
		}
	}

	stop(): void {
		this.#wanted = undefined;
		this.#looking.abort();
		clearTimeout(this.#timer);
	}

	async #look(): Promise<void> {
		if (this.#isBusy) {
			return;
		}

		this.#isBusy = true;

		for (let row = this.#wanted; row; row = this.#wanted === row ? undefined : this.#wanted) {
			const looked = row;
			const slow = setTimeout(() => {
				this.#tell(looked, undefined);
			}, patience);
			const inspection = await this.#find(row);
			clearTimeout(slow);
			this.#tell(row, inspection);
		}

		this.#isBusy = false;
	}

	async #find({key, entry}: ReviewRow): Promise<Inspection> {
		const known = this.#found.get(key);

		if (known && Date.now() - known.at < freshness) {
			return known.inspection;
		}

		this.#looking = new AbortController();
		const {signal} = this.#looking;
		const inspection = await this.#inspect(entry, signal);

		if (signal.aborted) {
			return inspection;
		}

		this.#found.delete(key);
		this.#found.set(key, {inspection, at: Date.now()});

		if (this.#found.size > mostKept) {
			this.#found.delete(this.#found.keys().next().value!);
		}

		return inspection;
	}

	#tell(row: ReviewRow, inspection: Inspection | undefined): void {
		// The cursor has moved on meanwhile: the details of its row are wanted now.
		if (row === this.#wanted) {
			const {review} = this.#store.getState();
			this.#store.dispatch({type: 'inspected', details: {key: row.key, number: review.order[review.cursor]!, inspection}});
		}
	}
}
