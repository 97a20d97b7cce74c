/*
How a tree shares the screen with the details of its row.
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
		const width = Math.min(90, Math.floor(columns * 0.36));
		return {list: {columns: columns - width, rows}, details: {columns: width, rows: rows + 1, isBeside: true}};
	}

	const listRows = rows < 9 ? 1 : Math.max(3, Math.floor(rows * 0.35));
	return {list: {columns, rows: listRows}, details: {columns, rows: rows - listRows, isBeside: false}};
}
