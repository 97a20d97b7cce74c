import {displayName} from '../text/display-name.ts';
import type {Choice} from '../scan/selection.ts';
import {listHeight} from './layout.ts';

/** An entry as the list shows it. */
export type Row = {
	readonly choice: Choice;
	/** Text for a person. */
	readonly name: string;
	/** Bytes a copy of it would read; missing where none can be made. */
	readonly bytes: number | undefined;
	/** A regular file, as far as marking goes: what `a` takes. A symbolic link is marked by hand only. */
	readonly isRegular: boolean;
};

export type Sort = 'name' | 'size' | 'age';

/** Sums over the marked rows, kept up to date row by row. */
export type Totals = {
	readonly files: number;
	readonly regular: number;
	readonly bytes: number;
	/** Bytes on disk, which is less where files have holes. */
	readonly allocated: number;
	readonly unreadable: number;
};

export type ReviewState = {
	/** By number, in the order they were found. Everything else speaks of rows by that number. */
	readonly rows: readonly Row[];
	/** 1 for each marked row. A copy of bytes is cheap even for 50,000 of them, unlike one of a Set. */
	readonly marks: Uint8Array;
	readonly totals: Totals;
	/** Rows that `a` takes. */
	readonly regularCount: number;
	readonly sort: Sort;
	/** Numbers of the rows in the order shown. */
	readonly order: readonly number[];
	/** Position in `order`. */
	readonly cursor: number;
	/** Position of the first row shown, and how many are. */
	readonly top: number;
	readonly height: number;
	readonly isScanning: boolean;
	/** Enter was pressed while scanning: goes on when that is done. */
	readonly isWaiting: boolean;
	/** Answer to the last key, where it needs one. */
	readonly message: string | undefined;
	/** Milliseconds since the epoch: what ages are counted from. */
	readonly now: number;
};

export const noTotals: Totals = {
	files: 0, regular: 0, bytes: 0, allocated: 0, unreadable: 0,
};

/** The totals with a row added (`sign` 1) or taken away (-1). */
export function addToTotals(totals: Totals, row: Row, sign: 1 | -1): Totals {
	const {entry} = row.choice;
	const {bytes = 0} = row;

	return {
		files: totals.files + sign,
		regular: totals.regular + (row.isRegular ? sign : 0),
		bytes: totals.bytes + (sign * bytes),
		allocated: totals.allocated + (sign * (entry.kind === 'file' ? Math.min(entry.allocated, bytes) : bytes)),
		unreadable: totals.unreadable + (entry.isReadable ? 0 : sign),
	};
}

/** Makes the row of a choice. */
export function makeRow(choice: Choice): Row {
	const {entry} = choice;

	return {
		choice,
		name: displayName(entry.path) + (entry.kind === 'directory' ? '/' : ''),
		bytes: entry.kind === 'file' ? entry.size : (entry.kind === 'symlink' && choice.isSelectable ? entry.target?.size : undefined),
		isRegular: choice.isSelectable && entry.kind === 'file',
	};
}

/** An empty list, being scanned. */
export const emptyReview = (size: {readonly columns: number; readonly rows: number}): ReviewState => ({
	rows: [],
	marks: new Uint8Array(0),
	totals: noTotals,
	regularCount: 0,
	sort: 'name',
	order: [],
	cursor: 0,
	top: 0,
	height: listHeight(size),
	isScanning: true,
	isWaiting: false,
	message: undefined,
	now: 0,
});

/** The row under the cursor. */
export function currentRow(review: ReviewState): Row | undefined {
	const number = review.order[review.cursor];
	return number === undefined ? undefined : review.rows[number];
}

/** The entries marked, in the order they were found. */
export const markedEntries = ({rows, marks}: ReviewState) => rows.filter((_, number) => marks[number] === 1).map(row => row.choice.entry);
