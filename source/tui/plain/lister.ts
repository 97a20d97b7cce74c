import {displayText} from '../../text/display-name.ts';
import {formatAge, formatCount, formatNumber} from '../../text/format.ts';
import {largestOf} from '../../text/lists.ts';
import {cellWidth} from '../kit/columns.ts';
import {markSign} from '../tree/tree-marks.ts';
import type {Row} from '../tree/tree-row.ts';
import {folderOf, type TreeState} from '../tree/tree-state.ts';
import {
	boxes,
	rowNote,
	type RowView,
	sizeText,
} from '../tree/tree-text.ts';
import type {Span} from './numbers.ts';
import type {Voice} from './voice.ts';

/** A list as it was printed: its numbers mean these rows until the next one is, whatever happens to the rows meanwhile. */
type Listing = Span & {
	/** Numbers of rows, the first of them printed as 1. */
	readonly order: readonly number[];
};

const emptyListing: Listing = {order: [], from: 1, to: 0};

/** Cells of a size and of an age. */
const sizeWidth = 8;
const ageWidth = 4;

/** Names are padded up to this width, in cells, so that figures stand in columns; longer ones are printed in full. */
const widestColumn = 32;

/** The part of a list that is printed next: from `start` on, `page` rows at most. */
const listFrom = (order: readonly number[], start: number, page: number): Listing =>
	({order, from: start, to: Math.min(order.length, start + page - 1)});

/** A new order, printed from `start` on. The rows before it keep their numbers, if nothing there has changed. */
function relistFrom(listing: Listing, order: readonly number[], start: number, page: number): Listing {
	const next = listFrom(order, start, page);
	const isKept = listing.from < start && listing.to >= start - 1 && order.slice(0, start - 1).every((row, index) => listing.order[index] === row);
	return isKept ? {...next, from: listing.from} : next;
}

/** Adds remarks to a row: from an older set, or from its copy. */
export type Remark = (row: Row) => Pick<RowView, 'remark'>;

/** The rows with the numbers from `start` to the last one printed, a line each: mark, number, name, size, age and note. */
function listingLines(review: TreeState, remarkOf: Remark, {order, to}: Listing, start: number): readonly string[] {
	const rows = order.slice(start - 1, to);
	const width = Math.min(widestColumn, largestOf(rows.map(number => cellWidth(review.rows[number]!.name)), 0));
	const digits = String(to).length;

	return rows.map((number, index) => {
		const row = review.rows[number]!;
		const folder = folderOf(review, row);
		const view = {
			row, folder, mark: markSign(review, number), isOnDisk: review.isOnDisk, ...remarkOf(row),
		};
		const name = row.name + ' '.repeat(Math.max(0, width - cellWidth(row.name)));
		const age = (row.isAgeless ? '-' : formatAge(row.modified, review.now)).padStart(ageWidth);
		const note = [...(folder?.isOpen ? ['open'] : []), rowNote(view)].join(', ');
		return `${boxes[view.mark]} ${String(start + index).padStart(digits)} ${name} ${sizeText(view).padStart(sizeWidth)} ${age}  ${note}`.trimEnd();
	});
}

/** The end of a list: how much of it was printed, and how to see the rest. */
function listingEnd({rows, filter}: TreeState, printed: number, all: number): readonly string[] {
	const shown = filter === '' ? '' : ` with "${displayText(filter)}", of ${formatNumber(rows.length)}; / alone lists all`;

	if (all === 0) {
		return [filter === '' ? 'There is nothing in it.' : `No name has "${displayText(filter)}" in it; / alone lists all.`];
	}

	return printed < all
		? [`1 to ${formatNumber(printed)} of ${formatCount(all, 'row')}${shown}. m lists more.`]
		: (filter === '' ? [] : [`${formatCount(all, 'row')}${shown}.`]);
}

/** Prints a list of files and directories, a page at a time, and knows what its numbers mean. */
export class Lister {
	readonly #review: () => TreeState;
	readonly #remarkOf: Remark;
	readonly #voice: Voice;
	readonly #page: number;
	#listing: Listing = emptyListing;

	/** @param page Rows that are printed at once. */
	constructor(review: () => TreeState, remarkOf: Remark, voice: Voice, page: number) {
		this.#review = review;
		this.#remarkOf = remarkOf;
		this.#voice = voice;
		this.#page = page;
	}

	/** The numbers that have been printed. */
	get span(): Span {
		return this.#listing;
	}

	/** The rows that printed numbers mean. */
	rows(numbers: readonly number[]): readonly number[] {
		return numbers.map(number => this.#listing.order[number - 1]!);
	}

	/** Forgets all numbers: their rows are gone. */
	forget(): void {
		this.#listing = emptyListing;
	}

	/** Prints what is to be shown now, from its start. */
	list(): void {
		this.#print(listFrom(this.#review().order, 1, this.#page), 1);
	}

	/** Prints what is to be shown now from a number on; what comes before it is as it was. */
	relist(number: number): void {
		this.#print(relistFrom(this.#listing, this.#review().order, number, this.#page), number);
	}

	/** Prints the next page of the same list. */
	more(): void {
		const {order, from, to} = this.#listing;

		if (to >= order.length) {
			this.#voice.say('There is no more; l lists from the start.');
		} else {
			this.#print({order, from, to: Math.min(order.length, to + this.#page)}, to + 1);
		}
	}

	#print(listing: Listing, start: number): void {
		const review = this.#review();
		this.#listing = listing;
		this.#voice.sayAll([...listingLines(review, this.#remarkOf, listing, start), ...listingEnd(review, listing.to, listing.order.length)]);
	}
}
