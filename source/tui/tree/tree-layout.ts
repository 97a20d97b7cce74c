/*
How a tree shares the screen with the details of its row, and what its columns take.
*/
import {listHeight, type Size} from '../kit/layout.ts';

/** From so many columns on, details of the row stand beside the list and leave it room enough for a note. */
const wide = 120;

/** Whether details of the row are shown: as the operator said, else wherever there is room beside the list. */
export const showsDetails = ({columns}: Size, isDetailed: boolean | undefined): boolean => isDetailed ?? (columns >= wide);

export type TreeLayout = {
	/** Cells and rows of the list, without its heads. */
	readonly list: Size;
	/** Cells and rows of the details, with what divides them from the list. */
	readonly details?: Size & {readonly isBeside: boolean};
};

/** How list and details share the screen: side by side where it is wide, else with the list, a row of it at least, above. */
export function treeLayout(size: Size, isDetailed: boolean | undefined): TreeLayout {
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

export type TreeColumns = {
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
export function treeColumns({columns}: Size): TreeColumns {
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
