import {
	formatAge,
	formatBytes,
	formatCount,
	formatNumber,
} from '../../text/format.ts';
import {
	cellWidth,
	fitEnd,
	fitStart,
	truncateMiddle,
} from '../kit/columns.ts';
import {glyphs} from '../kit/glyphs.ts';
import {
	ageWidth,
	markWidth,
	sizeWidth,
	type TreeColumns,
} from './tree-layout.ts';
import type {MarkSign} from './tree-marks.ts';
import type {Row} from './tree-row.ts';
import type {
	Folder,
	TreeState,
	Sort,
	SortKey,
} from './tree-state.ts';

/** What part of all that was found, in bytes, a row is. */
export function shareOf({folders, isOnDisk}: TreeState, row: Row): number {
	const root = folders.get('')!;
	const part = row.folder === undefined ? row : folders.get(row.folder)!;
	const [bytes, all] = isOnDisk ? [part.disk ?? 0, root.disk] : [part.bytes ?? 0, root.bytes];
	return all > 0 ? bytes / all : 0;
}

/** A row and how it stands: all that is needed to draw it. */
export type RowView = {
	readonly row: Row;
	readonly folder?: Folder | undefined;
	readonly mark: MarkSign;
	/** Opened, by hand or by a filter. */
	readonly isOpen?: boolean;
	readonly isOnDisk?: boolean;
	/** What its size is of that of all that was found: 0–1. */
	readonly share?: number;
	/** What else there is to say of it. */
	readonly remark?: string;
	/** Worth a second look. */
	readonly isRemarkable?: boolean;
};

function folderNote({files, isRead}: Folder): string {
	const counted = files === 0 ? 'empty' : formatCount(files, 'file');
	return isRead ? counted : `${files === 0 ? 'reading' : counted}${glyphs.more}`;
}

/** What is to be known of a row. */
export function rowNote({row: {kind, reason, bytes = 0, disk = bytes}, folder, remark}: Pick<RowView, 'row' | 'folder' | 'remark'>): string {
	if (folder) {
		return folderNote(folder);
	}

	// A file that is nearly all holes looks huge and copies as next to nothing.
	const isHollow = kind === 'file' && bytes >= 1_000_000 && disk * 10 < bytes;
	const hollow = isHollow ? [`${formatBytes(disk)} on disk`] : [];
	return [...(reason === undefined ? [] : [reason]), ...hollow, ...(remark === undefined ? [] : [remark])].join(', ');
}

export type RowText = {
	/** Mark, name, size and age. */
	readonly main: string;
	readonly note: string;
};

/** What stands before a row for its mark. */
export const boxes: Readonly<Record<MarkSign, string>> = {
	all: '[x]', some: '[-]', none: '[ ]', never: ' '.repeat(3),
};

/** The name, under the one of the directory it is in, and after a sign that tells whether it can be opened. */
function nameText({row: {label, depth}, folder, isOpen}: RowView, width: number): string {
	const sign = !folder || (folder.isRead && folder.order.length === 0) ? ' ' : (isOpen ? glyphs.open : glyphs.closed);
	const indent = Math.min(2 * depth, Math.max(0, width - 14));
	return ' '.repeat(indent) + sign + fitStart(label, width - indent, truncateMiddle);
}

/** The size of a row, as the list shows it. */
export function sizeText({row, folder, isOnDisk = false}: RowView): string {
	const bytes = folder ? (folder.isRead || folder.files > 0 ? (isOnDisk ? folder.disk : folder.bytes) : undefined) : (isOnDisk ? row.disk : row.bytes);
	return bytes === undefined ? (folder ? glyphs.more : '-') : formatBytes(bytes);
}

/** A bar, with the space before it. */
function shareText({share = 0}: RowView, width: number): string {
	return width === 0 ? '' : ` ${glyphs.filled.repeat(Math.min(width, Math.round(share * width))).padEnd(width)}`;
}

/** A row of the list, which takes exactly the width of the terminal together with the cell of the cursor. `now` in milliseconds. */
export function rowText(view: RowView, {columns, now}: {readonly columns: TreeColumns; readonly now: number}): RowText {
	const start = boxes[view.mark] + nameText(view, columns.name);
	const figures = `${fitEnd(sizeText(view), sizeWidth)}${shareText(view, columns.share)} ${fitEnd(formatAge(view.row.modified, now), ageWidth)}`;
	const note = rowNote(view);

	if (columns.note > 0) {
		return {main: `${start} ${figures}  `, note: `${fitStart(note, columns.note)} `};
	}

	// A remark is no reason to hide the size.
	const reason = rowNote({row: view.row, folder: view.folder});
	const isFigureShown = reason === '' || view.folder !== undefined;
	return isFigureShown ? {main: `${start} ${figures} `, note: ''} : {main: `${start} `, note: `${fitStart(reason, sizeWidth + 1 + ageWidth)} `};
}

/** The row in full, where the list had to cut its name or its note, or shows only the last part of it; else nothing. */
export function rowDetail({row, folder, isRemarkable = false, ...past}: Pick<RowView, 'row' | 'folder' | 'remark' | 'isRemarkable'>, columns: TreeColumns): string {
	const note = rowNote({row, folder, ...past});
	const isCut = row.depth > 0 || (columns.note === 0 && isRemarkable) || cellWidth(row.name) > columns.name || (columns.note === 0 && folder !== undefined)
		|| cellWidth(note) > (columns.note || sizeWidth + 1 + ageWidth);
	const isShort = row.depth === 0 && isRemarkable && cellWidth(row.name) <= columns.name;
	return isCut ? [...(isShort ? [] : [row.name]), ...(note === '' ? [] : [note])].join(': ') : '';
}

export type Head = {
	readonly text: string;
	readonly isSorted: boolean;
};

/** Heads of the columns; together with the cells before them as wide as a row. */
export function columnHeads(sort: Sort, columns: TreeColumns, isOnDisk = false): readonly Head[] {
	const head = (by: SortKey, title: string, isUpwards: boolean) => ({
		text: sort.by === by ? title + (isUpwards === sort.isReversed ? glyphs.down : glyphs.up) : title, isSorted: sort.by === by,
	});
	const name = head('name', 'NAME', true);
	const size = head('size', isOnDisk ? 'DISK' : 'SIZE', false);
	const age = head('age', 'AGE', true);

	return [
		{text: ' '.repeat(markWidth), isSorted: false},
		{...name, text: fitStart(name.text, columns.name)},
		{...size, text: ` ${fitEnd(size.text, sizeWidth)}`},
		...(columns.share > 0 ? [{text: ` ${fitStart('SHARE', columns.share)}`, isSorted: false}] : []),
		{...age, text: ` ${fitEnd(age.text, ageWidth)}`},
		{text: columns.note > 0 ? '  NOTE' : '', isSorted: false},
	];
}

/** Where in a list that is longer than the window one is; nothing where all of it is seen. */
export const positionText = ({order, top, height}: TreeState): string => order.length <= height
	? ''
	: `${formatNumber(top + 1)}${height === 1 ? '' : glyphs.to + formatNumber(Math.min(order.length, top + height))} of ${formatNumber(order.length)}`;
