import type {Store} from '../store.ts';
import {listingEnd} from './answers.ts';
import {
	emptyListing,
	type Listing,
	listFrom,
	listFurther,
	listingLines,
	relistFrom,
	rowsOf,
} from './listing.ts';
import type {Span} from './numbers.ts';
import type {Voice} from './voice.ts';

/** Prints the list, a page at a time, and knows what its numbers mean. */
export class Lister {
	readonly #store: Store;
	readonly #voice: Voice;
	readonly #page: number;
	#listing: Listing = emptyListing;

	/** @param page Rows that are printed at once. */
	constructor(store: Store, voice: Voice, page: number) {
		this.#store = store;
		this.#voice = voice;
		this.#page = page;
	}

	/** The numbers that have been printed. */
	get span(): Span {
		return this.#listing;
	}

	/** The rows that printed numbers mean. */
	rows(numbers: readonly number[]): readonly number[] {
		return rowsOf(this.#listing, numbers);
	}

	/** Gives up all numbers: the rows they mean are no more. */
	forget(): void {
		this.#listing = emptyListing;
	}

	/** Prints what is to be shown now, from its start. */
	list(): void {
		this.#print(listFrom(this.#store.getState().review.order, 1, this.#page), 1);
	}

	/** Prints what is to be shown now from a number on; what stands before it is as it was. */
	relist(number: number): void {
		this.#print(relistFrom(this.#listing, this.#store.getState().review.order, number, this.#page), number);
	}

	/** Prints the next page of the same list. */
	more(): void {
		const {to, order} = this.#listing;

		if (to >= order.length) {
			this.#voice.say('There is no more; l lists from the start.');
		} else {
			this.#print(listFurther(this.#listing, this.#page), to + 1);
		}
	}

	#print(listing: Listing, start: number): void {
		const {review} = this.#store.getState();
		this.#listing = listing;
		this.#voice.sayAll([...listingLines(review, listing, start), ...listingEnd(review, listing.to, listing.order.length)]);
	}
}
