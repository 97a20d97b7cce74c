import {formatAge} from '../../text/format.ts';
import {cellWidth} from '../kit/columns.ts';
import type {ReviewState} from '../review/review-state.ts';
import {markSign} from '../tree/tree-marks.ts';
import {boxes, rowNote, sizeText} from '../tree/tree-text.ts';
import {folderOf} from '../tree/tree-state.ts';
import {largestOf} from '../../text/lists.ts';
import type {Span} from './numbers.ts';

/** A list as it was printed: its numbers mean these rows until the next one is, whatever happens to the rows meanwhile. */
export type Listing = Span & {
	/** Numbers of rows, the first of them printed as 1. */
	readonly order: readonly number[];
};

export const emptyListing: Listing = {order: [], from: 1, to: 0};

/** Cells of a size and of an age. */
const sizeWidth = 8;
const ageWidth = 4;

/** Names are padded up to this width, in cells, so that figures stand in columns; longer ones are printed in full. */
const widestColumn = 32;

/** The rows that printed numbers mean. */
export const rowsOf = ({order}: Listing, numbers: readonly number[]): readonly number[] => numbers.map(number => order[number - 1]!);

/** The part of a list that is printed next: from `start` on, `page` rows at most. */
export const listFrom = (order: readonly number[], start: number, page: number): Listing =>
	({order, from: start, to: Math.min(order.length, start + page - 1)});

/** The next page, which keeps the numbers before it. */
export const listFurther = ({order, from, to}: Listing, page: number): Listing => ({order, from, to: Math.min(order.length, to + page)});

/** A new order, printed from `start` on. What stood before it has kept its place and its numbers, if nothing there has changed. */
export function relistFrom(listing: Listing, order: readonly number[], start: number, page: number): Listing {
	const next = listFrom(order, start, page);
	const isKept = listing.from < start && listing.to >= start - 1 && order.slice(0, start - 1).every((row, index) => listing.order[index] === row);
	return isKept ? {...next, from: listing.from} : next;
}

/** The rows with the numbers from `start` to the last one printed, a line each: mark, number, name, size, age and note. */
export function listingLines(review: ReviewState, {order, to}: Listing, start: number): readonly string[] {
	const rows = order.slice(start - 1, to);
	const width = Math.min(widestColumn, largestOf(rows.map(number => cellWidth(review.rows[number]!.name)), 0));
	const digits = String(to).length;

	return rows.map((number, index) => {
		const row = review.rows[number]!;
		const folder = folderOf(review, row);
		const view = {
			row, folder, mark: markSign(review, number), isOnDisk: review.isOnDisk,
		};
		const name = row.name + ' '.repeat(Math.max(0, width - cellWidth(row.name)));
		const age = formatAge(row.modified, review.now).padStart(ageWidth);
		const note = [...(folder?.isOpen ? ['open'] : []), rowNote(view)].join(', ');
		return `${boxes[view.mark]} ${String(start + index).padStart(digits)} ${name} ${sizeText(view).padStart(sizeWidth)} ${age}  ${note}`.trimEnd();
	});
}
