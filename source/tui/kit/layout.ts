/*
How the rows and columns of a terminal are shared out. Everything is a function of its size, so that the state can hold the visible
window and a screen never has to measure itself.
*/

/** The least that the screens are drawn in. */
export const smallest = {columns: 40, rows: 12} as const;

/** Of a terminal, or a part of it: cells and rows. */
export type Size = {readonly columns: number; readonly rows: number};

export const isTooSmall = ({columns, rows}: Size): boolean => columns < smallest.columns || rows < smallest.rows;

/** Rows of the header: program and host get a line of their own, and a blank one follows, where there is room. */
export const headerHeight = ({rows}: Size): number => rows < 16 ? 1 : (rows < 20 ? 2 : 3);

/** Rows between the column heads of the review screen and the line about the row: all but header, heads, that line, totals and keys. */
export const listHeight = (size: Size): number => Math.max(1, size.rows - headerHeight(size) - 4);

/** Rows of a page of text: all but header and keys. */
export const pageHeight = (size: Size): number => Math.max(1, size.rows - headerHeight(size) - 1);
