/*
How the rows and columns of a terminal are shared out. Everything is a function of its size, so that the state can hold the visible
window and a screen never has to measure itself.
*/

/** The least that the screens are drawn in. */
export const smallest = {columns: 40, rows: 12} as const;

type Size = {readonly columns: number; readonly rows: number};

export const isTooSmall = ({columns, rows}: Size): boolean => columns < smallest.columns || rows < smallest.rows;

/** Rows of the header: program and host get a line of their own, and a blank one follows, where there is room. */
export const headerHeight = ({rows}: Size): number => rows < 16 ? 1 : (rows < 20 ? 2 : 3);

/** Rows between the column heads of the review screen and the line about the row: all but header, heads, that line, totals and keys. */
export const listHeight = (size: Size): number => Math.max(1, size.rows - headerHeight(size) - 4);

/** From so many columns on, details of the row stand beside the list and leave it room enough for a note. */
const wide = 120;

/** Whether details of the row are shown: as the operator said, else wherever there is room beside the list. */
export const showsDetails = ({columns}: Size, isDetailed: boolean | undefined): boolean => isDetailed ?? (columns >= wide);

export type ReviewLayout = {
	/** Cells and rows of the list, without its heads. */
	readonly list: Size;
	/** Cells and rows of the details, with what divides them from the list. */
	readonly details?: Size & {readonly isBeside: boolean};
};

/** How list and details share the screen: side by side where it is wide, else with the list, a row of it at least, above. */
export function reviewLayout(size: Size, isDetailed: boolean | undefined): ReviewLayout {
	const rows = listHeight(size);
	const {columns} = size;

	if (!showsDetails(size, isDetailed)) {
		return {list: {columns, rows}};
	}

	if (columns >= wide) {
		const width = Math.min(90, Math.floor(columns * 0.42));
		return {list: {columns: columns - width, rows}, details: {columns: width, rows: rows + 1, isBeside: true}};
	}

	const listRows = rows < 9 ? 1 : Math.max(3, Math.floor(rows * 0.35));
	return {list: {columns, rows: listRows}, details: {columns, rows: rows - listRows, isBeside: false}};
}

/** Rows of a page of text: all but header and keys. */
export const pageHeight = (size: Size): number => Math.max(1, size.rows - headerHeight(size) - 1);

/** Rows of the list of outcomes that say how the run goes: its bar at least. */
export const progressHeight = ({rows}: Size): number => rows < 16 ? 1 : 3;

/** Rows in which the file under the cursor is told in full. */
export const detailHeight = ({rows}: Size): number => rows < 20 ? 1 : 2;

/** Rows of the list of outcomes: all but header, progress, column heads, the file in full, and keys. */
export const outcomesHeight = (size: Size): number => Math.max(1, size.rows - headerHeight(size) - progressHeight(size) - 1 - detailHeight(size) - 1);

export type ReviewColumns = {
	readonly name: number;
	/** 0 where a note takes the place of size and age. */
	readonly note: number;
	/** A bar that shows the part of a size in the whole; 0 where there is no room. */
	readonly share: number;
};

/** Cells of cursor, mark and the space after them. */
export const markWidth = 5;
export const sizeWidth = 8;
export const ageWidth = 4;

/** Cells for name and note; size and age have a fixed width, and one cell stays free before each. */
export function reviewColumns({columns}: Size): ReviewColumns {
	const free = columns - markWidth - (1 + sizeWidth) - (1 + ageWidth);

	if (columns < 64) {
		return {name: free - 1, note: 0, share: 0};
	}

	// A name column much wider than the names would only tear the rows apart.
	const share = columns < 90 ? 0 : 10;
	const taken = share === 0 ? 0 : share + 1;
	// Enough for "grew 4.1x since 2026-11-21", where that leaves room for names.
	const name = Math.min(60, free - taken - 1 - (2 + (columns < 68 ? 22 : 26)));
	return {name, note: free - taken - name - 2 - 1, share};
}

export type RunColumns = {
	/** The word before a name; 0 before a file being copied, where there is no room for it. */
	readonly tag: number;
	readonly name: number;
	readonly bar: number;
	/** Bytes on the right; 0 where there is no room. */
	readonly figures: number;
};

/** Cells of a row for a file being copied: tag, name, bar, percent, figures, with two between them and one at either end. */
export function runColumns({columns}: Size): RunColumns {
	if (columns < 64) {
		const bar = Math.floor(columns / 4);
		return {
			tag: 0, name: columns - 1 - 1 - bar - 5 - 1, bar, figures: 0,
		};
	}

	const tag = 9;
	const figures = 19;
	const free = columns - 1 - tag - 2 - 5 - 2 - figures - 1;
	const bar = Math.min(30, Math.floor(free / 3));
	return {
		tag, name: Math.min(60, free - bar), bar, figures,
	};
}

export type RunRows = {
	readonly active: number;
	readonly failures: number;
	readonly recent: number;
};

/** Shares `available` rows out: the active files first, then failures (at most half of what is left while others finish), then the rest. */
export function shareRunRows(available: number, wanted: RunRows): RunRows {
	const active = Math.min(wanted.active, Math.max(1, Math.ceil(available / 2)));
	const rest = Math.max(0, available - active);
	const failures = Math.min(wanted.failures, Math.max(Math.ceil(rest / 2), rest - wanted.recent));
	return {active, failures, recent: Math.min(wanted.recent, rest - failures)};
}

export type OutcomeColumns = {
	readonly name: number;
	/** Bytes of the file and of its copy; 0 where there is room for one of them only. */
	readonly both: number;
	readonly figure: number;
	readonly ratio: number;
};

/** Cells of the cursor and the word that tells the outcome. */
export const outcomeTag = 10;

/** Cells of a row of the list of outcomes: cursor and word, name, bytes; two between them. */
export function outcomeColumns({columns}: Size): OutcomeColumns {
	const ratio = columns < 64 ? 0 : 8;
	const both = columns < 64 ? 0 : 19;
	const figure = columns < 64 ? 8 : 0;
	const free = columns - outcomeTag - 2 - both - figure - (ratio > 0 ? ratio + 2 : 0) - 1;
	return {
		name: Math.min(80, free), both, figure, ratio,
	};
}
