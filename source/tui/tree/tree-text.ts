/*
The text of a row: its mark, note and figures.
*/
import {formatBytes, formatCount, formatNumber} from '../../text/format.ts';
import {glyphs} from '../kit/glyphs.ts';
import type {Tone} from '../kit/theme.ts';
import type {MarkSign} from './tree-marks.ts';
import type {Row, TreeItem} from './tree-row.ts';
import type {Folder, TreeState} from './tree-state.ts';

type Sized = Pick<TreeState, 'folders' | 'isOnDisk'>;

/** Bytes of a row, as the list counts them. */
function bytesOf({folders, isOnDisk}: Sized, row: Row): number {
	const part = row.folder === undefined ? row : folders.get(row.folder)!;
	return (isOnDisk ? part.disk : part.bytes) ?? 0;
}

/** Bytes of the largest row shown. */
export function largestShown(tree: Sized & Pick<TreeState, 'rows' | 'order'>): number {
	let largest = 0;

	for (const number of tree.order) {
		largest = Math.max(largest, bytesOf(tree, tree.rows[number]!));
	}

	return largest;
}

/** A row's size as a part of that of the largest row shown, 0–1. */
export const shareOf = (tree: Sized, row: Row, largest: number): number => largest > 0 ? bytesOf(tree, row) / largest : 0;

/** A row and how it stands: all that is needed to draw it. */
export type RowView<Item extends TreeItem = TreeItem> = {
	readonly row: Row<Item>;
	readonly folder?: Folder | undefined;
	readonly mark: MarkSign;
	/** Opened, by hand or by a filter. */
	readonly isOpen?: boolean;
	readonly isOnDisk?: boolean;
	/** The row's part of the size of the largest row shown: 0–1. */
	readonly share?: number;
	/** The cursor is on it, and the row inverse. */
	readonly isCurrent?: boolean;
	/** A remark beside the figures. */
	readonly remark?: string;
	/** Worth a second look. */
	readonly isRemarkable?: boolean;
	/** Something is wrong with it. */
	readonly isBad?: boolean;
};

function folderNote({files, isRead}: Folder, unit = 'file'): string {
	const counted = files === 0 ? 'empty' : formatCount(files, unit);
	return isRead ? counted : `${files === 0 ? 'reading' : counted}${glyphs.more}`;
}

/** The note beside a row: why it is not selected, what kind of file it is, or its remark. */
export function rowNote({row: {kind, reason, about, unit, bytes = 0, disk = bytes}, folder, remark}: Pick<RowView, 'row' | 'folder' | 'remark'>): string {
	const known = about === undefined ? [] : [about];

	if (folder) {
		return [...known, folderNote(folder, unit)].join(', ');
	}

	// A file that is nearly all holes looks huge and copies as next to nothing.
	const isHollow = kind === 'file' && bytes >= 1_000_000 && disk * 10 < bytes;
	const hollow = isHollow ? [`${formatBytes(disk)} on disk`] : [];
	return [...(reason === undefined ? [] : [reason]), ...known, ...hollow, ...(remark === undefined ? [] : [remark])].join(', ');
}

/** The mark before a row. */
export const boxes: Readonly<Record<MarkSign, string>> = {
	all: '[x]', some: '[-]', none: '[ ]', never: ' '.repeat(3),
};

type SizedView = Pick<RowView, 'row' | 'folder' | 'isOnDisk'>;

function shownBytes({row, folder, isOnDisk = false}: SizedView): number | undefined {
	const {disk, bytes} = folder ?? row;
	const isKnown = !folder || folder.isRead || folder.files > 0;
	return isKnown ? (isOnDisk ? disk : bytes) : undefined;
}

/** From so many bytes on a size stands out. */
const large = 1e9;

/** Tone of the size of a row. */
export const sizeTone = (view: SizedView): Tone | undefined => (shownBytes(view) ?? 0) >= large ? 'strong' : undefined;

/** The size of a row, as the list shows it. */
export function sizeText(view: SizedView): string {
	const bytes = shownBytes(view);
	const {folder, row} = view;
	return bytes === undefined ? (folder ? glyphs.more : '-') : (row.isEstimated ? '~' : '') + formatBytes(bytes);
}

/** The position in a list that is longer than its window; nothing if the window shows all of it. */
export const positionText = ({order, top, height}: TreeState): string => order.length <= height
	? ''
	: `${formatNumber(top + 1)}${height === 1 ? '' : glyphs.to + formatNumber(Math.min(order.length, top + height))} of ${formatNumber(order.length)}`;
