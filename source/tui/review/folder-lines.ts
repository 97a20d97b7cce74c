/*
Details of a directory: its size, and its largest files.
*/
import {formatBytes, formatCount} from '../../text/format.ts';
import {fitEnd, truncateMiddle} from '../kit/columns.ts';
import type {PageLine} from '../kit/page-lines.ts';
import type {Folder} from '../tree/tree-state.ts';
import {rowsBelow} from '../tree/tree-walk.ts';
import type {ReviewRow, ReviewState} from './review-state.ts';

/** The number of largest files shown. */
const mostTold = 20;

/* A folder is another object when anything in it has changed; the pane asks at each key. */
const found = new WeakMap<Folder, readonly ReviewRow[]>();
const counted = new WeakMap<Folder, number>();

/** The number of marked files below a folder that can't be read. */
export function unreadableFiles(review: ReviewState, folder: Folder): number {
	const known = counted.get(folder);

	if (known !== undefined) {
		return known;
	}

	const count = rowsBelow(review, folder).filter(number => {
		const row = review.rows[number]!;
		return row.folder === undefined && review.marks[number] === 1 && !row.isReadable;
	}).length;
	counted.set(folder, count);
	return count;
}

/** The largest files below a folder, the largest first. */
export function largestFiles(review: ReviewState, folder: Folder): readonly ReviewRow[] {
	const known = found.get(folder);

	if (known) {
		return known;
	}

	const files = rowsBelow(review, folder).map(number => review.rows[number]!).filter(({bytes = 0}) => bytes > 0);
	const largest = files.toSorted((one, other) => other.bytes! - one.bytes!).slice(0, mostTold);
	found.set(folder, largest);
	return largest;
}

const sizeWidth = 8;

/** Size and count, and as many of the largest files as there are rows for. */
export function folderLines(review: ReviewState, folder: Folder, {width, height}: {readonly width: number; readonly height: number}): readonly PageLine[] {
	const largest = largestFiles(review, folder);
	const prefix = folder.number < 0 ? 0 : review.rows[folder.number]!.name.length;
	const {unit = 'file', isEstimated = false} = review.rows[folder.number] ?? {};
	const onDisk = isEstimated ? '' : `, ${formatBytes(folder.disk)} on disk`;
	return [
		{text: `${formatCount(folder.files, unit)}, ${isEstimated ? 'about ' : ''}${formatBytes(folder.bytes)}${onDisk}${folder.isRead ? '' : ' so far'}`},
		...(largest.length === 0 ? [] : [{text: `Largest ${unit}s`, tone: 'strong'} as const]),
		...largest.map(({name, bytes = 0}) => ({text: `${fitEnd(formatBytes(bytes), sizeWidth)}  ${truncateMiddle(name.slice(prefix), width - sizeWidth - 2)}`})),
	].slice(0, Math.max(0, height));
}
