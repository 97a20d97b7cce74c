import {formatAge, formatBytes, formatCount} from '../text/format.ts';
import {
	cellWidth,
	fitEnd,
	fitStart,
	truncateMiddle,
} from './columns.ts';
import {
	ageWidth,
	markWidth,
	sizeWidth,
	type ReviewColumns,
} from './layout.ts';
import type {ReviewState, Row, Sort} from './review-state.ts';
import {glyphs} from './theme.ts';

/** What is to be known of a row. */
export function rowNote({choice, bytes = 0}: Row): string {
	const {entry, reason} = choice;

	// A file that is nearly all holes looks huge and copies as next to nothing.
	const isHollow = entry.kind === 'file' && bytes >= 1_000_000 && entry.allocated * 10 < bytes;
	const hollow = isHollow ? [`${formatBytes(entry.allocated)} on disk`] : [];
	return [...(reason === undefined ? [] : [reason]), ...hollow].join(', ');
}

export type RowText = {
	/** Mark, name, size and age. */
	readonly main: string;
	readonly note: string;
};

/** A row of the list, which takes exactly the width of the terminal together with the cell of the cursor. `now` in milliseconds. */
export function rowText(row: Row, {isMarked, columns, now}: {readonly isMarked: boolean; readonly columns: ReviewColumns; readonly now: number}): RowText {
	const mark = row.choice.isSelectable ? (isMarked ? '[x]' : '[ ]') : ' '.repeat(3);
	const start = `${mark} ${fitStart(row.name, columns.name, truncateMiddle)}`;
	const size = fitEnd(row.bytes === undefined ? '-' : formatBytes(row.bytes), sizeWidth);
	const figures = `${size} ${fitEnd(formatAge(row.choice.entry.modified, now), ageWidth)}`;
	const note = rowNote(row);

	if (columns.note > 0) {
		return {main: `${start} ${figures}  `, note: `${fitStart(note, columns.note)} `};
	}

	const width = sizeWidth + 1 + ageWidth;
	return note === '' ? {main: `${start} ${figures} `, note: ''} : {main: `${start} `, note: `${fitStart(note, width)} `};
}

/** The row in full, where the list had to cut its name or its note; else nothing. */
export function rowDetail(row: Row, columns: ReviewColumns): string {
	const note = rowNote(row);
	const isCut = cellWidth(row.name) > columns.name || cellWidth(note) > (columns.note || sizeWidth + 1 + ageWidth);
	return isCut ? [row.name, ...(note === '' ? [] : [note])].join(': ') : '';
}

export type Head = {
	readonly text: string;
	readonly isSorted: boolean;
};

/** Heads of the columns; together with the cells before them as wide as a row. */
export function columnHeads(sort: Sort, columns: ReviewColumns): readonly Head[] {
	const head = (by: Sort, title: string, arrow: string) => ({text: sort === by ? `${title}${arrow}` : title, isSorted: sort === by});
	const name = head('name', 'NAME', glyphs.up);
	const size = head('size', 'SIZE', glyphs.down);
	const age = head('age', 'AGE', glyphs.up);

	return [
		{text: ' '.repeat(markWidth), isSorted: false},
		{...name, text: fitStart(name.text, columns.name)},
		{...size, text: ` ${fitEnd(size.text, sizeWidth)}`},
		{...age, text: ` ${fitEnd(age.text, ageWidth)}`},
		{text: columns.note > 0 ? '  NOTE' : '', isSorted: false},
	];
}

/** Where in a list that is longer than the window one is; nothing where all of it is seen. */
export const positionText = ({order, top, height}: ReviewState): string => order.length <= height
	? ''
	: `${(top + 1).toLocaleString('en-US')}–${Math.min(order.length, top + height).toLocaleString('en-US')} of ${order.length.toLocaleString('en-US')}`;

/** Count and bytes of what is marked. */
export const totalsText = ({totals}: ReviewState): string => `${formatCount(totals.files, 'file')} marked, ${formatBytes(totals.bytes)}`;
