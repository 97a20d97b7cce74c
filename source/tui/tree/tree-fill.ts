/*
What the scan finds goes into the list here, while the operator is already at work in it.
*/
import type {Buffer} from 'node:buffer';
import {pathKey} from '../../files/path-key.ts';
import type {Choice} from '../../origin/selection.ts';
import {reviewLayout} from '../kit/layout.ts';
import {Differences} from './tree-marks.ts';
import {moveTo, reorder} from './tree-moves.ts';
import {mergeRows, sortRows} from './tree-order.ts';
import {makeRow, type Row} from './tree-row.ts';
import {
	addToTotals,
	currentRow,
	emptyFolder,
	emptyReview,
	type Folder,
	type ReviewState,
} from './tree-state.ts';

type Draft = {
	readonly folders: Map<string, Folder>;
	readonly marks: Uint8Array;
	readonly differences: Differences;
};

function isWantedAtFirst({parent, choice: {isSelected, entry}, depth, isRegular}: Row, folders: ReviewState['folders']): boolean {
	const {isWanted, takesAll} = folders.get(parent)!;
	return isWanted && (isSelected || (takesAll && isRegular) || (entry.kind === 'directory' && depth > 0));
}

/** Notes a new row in the draft, and in what is returned. */
function addRow(review: ReviewState, row: Row, number: number, {folders, marks, differences}: Draft): ReviewState {
	const {choice, bytes = 0, disk = 0, key} = row;
	const {memory} = review;
	const known = memory?.folders.get(key);
	const isAsked = memory?.marks.get(key) ?? known?.isWanted ?? isWantedAtFirst(row, folders);

	if (row.folder !== undefined) {
		folders.set(row.folder, {
			...emptyFolder(number, isAsked), isOpen: known?.isOpen ?? false, takesAll: known?.takesAll ?? (isAsked && folders.get(row.parent)!.takesAll),
		});
		return {...review, unread: review.unread + 1};
	}

	if (!choice.isSelectable) {
		return review;
	}

	marks[number] = isAsked ? 1 : 0;
	differences.add(row.parent, {
		files: 1, bytes, disk, marked: isAsked ? 1 : 0,
	});
	const found = memory?.marks.get(key) ? {...review, memory: {...memory, missing: memory.missing - 1}} : review;
	return isAsked ? {...found, totals: addToTotals(found.totals, row, 1)} : found;
}

/** Takes in a batch of entries that the scan found. `now` in milliseconds since the epoch. */
export function addChoices(review: ReviewState, choices: readonly Choice[], now: number): ReviewState {
	if (choices.length === 0) {
		return review;
	}

	const added = choices.map(choice => makeRow(choice));
	const rows = [...review.rows, ...added];
	const marks = new Uint8Array(rows.length);
	marks.set(review.marks);
	const folders = new Map(review.folders);
	const differences = new Differences();
	const byParent = new Map<string, number[]>();
	let next = review;

	for (const [index, row] of added.entries()) {
		const number = review.rows.length + index;
		next = addRow(next, row, number, {folders, marks, differences});
		const siblings = byParent.get(row.parent);

		if (siblings) {
			siblings.push(number);
		} else {
			byParent.set(row.parent, [number]);
		}
	}

	differences.apply(folders, rows);

	for (const [key, numbers] of byParent) {
		const folder = folders.get(key)!;
		folders.set(key, {...folder, order: mergeRows(folder.order, numbers, {rows, folders, sort: review.sort})});
	}

	return find({
		...next, rows, marks, folders, now,
	}, added);
}

/** Puts the cursor back on the row it was on before the list was read anew, when that turns up among those added. */
function find(review: ReviewState, added: readonly Row[]): ReviewState {
	const {memory} = review;
	const index = memory?.cursor === undefined ? -1 : added.findIndex(({key}) => key === memory.cursor);

	if (!memory || index === -1) {
		return reorder(review);
	}

	const found = reorder({...review, memory: {...memory, cursor: undefined}}, review.rows.length - added.length + index);
	return moveTo(found, found.cursor, found.cursor - memory.offset);
}

/** An empty list again, to be read anew; marks, open directories and the cursor are remembered by their paths. */
export function forget(review: ReviewState): ReviewState {
	// Those that had not turned up again yet are as they were.
	const marks = new Map([...review.memory?.marks ?? [], ...review.rows.flatMap(({choice, key, folder}, number) =>
		choice.isSelectable && folder === undefined ? [[key, review.marks[number] === 1] as const] : [])]);
	const folders = new Map([...review.memory?.folders ?? [], ...review.folders]);
	const missing = [...marks.values()].filter(Boolean).length;
	const row = currentRow(review);
	return {
		...emptyReview({columns: 0, rows: 0}),
		readings: review.readings + 1,
		memory: {
			marks, missing, folders, cursor: review.memory?.cursor ?? row?.key, offset: review.memory?.cursor === undefined ? review.cursor - review.top : review.memory.offset,
		},
		folders: new Map([['', {...emptyFolder(-1, review.folders.get('')!.isWanted), isOpen: true}]]),
		height: review.height,
		ratios: review.ratios,
		past: review.past,
		details: review.details,
		isDetailed: review.isDetailed,
		sort: review.sort,
		filter: review.filter,
		isOnDisk: review.isOnDisk,
		hasMoved: review.hasMoved,
	};
}

export type ReadFolder = {
	/** Its path relative to the source; empty for the source. */
	readonly path: Buffer;
	/** Why it could not be read. */
	readonly problem?: string;
};

/** A directory that cannot be listed is to be had as little as a file that cannot be read: asked for, it is a failure. */
function spoil(review: ReviewState, key: string, problem: string): ReviewState {
	const {number, isWanted} = review.folders.get(key)!;
	const row = review.rows[number];

	if (!row) {
		return review;
	}

	const {folder: _, ...rest} = row;
	const {choice} = row;
	const spoilt: Row = {...rest, choice: {...choice, entry: {...choice.entry, isReadable: false}, reason: `cannot be listed: ${problem}`}};
	const marks = new Uint8Array(review.marks);
	marks[number] = isWanted ? 1 : 0;
	const folders = new Map(review.folders);
	const differences = new Differences();
	differences.add(row.parent, {files: 1, marked: isWanted ? 1 : 0});
	differences.apply(folders, review.rows);
	return {
		...review, rows: review.rows.with(number, spoilt), marks, folders, totals: isWanted ? addToTotals(review.totals, spoilt, 1) : review.totals,
	};
}

/** Takes note that directories have been read to their end. Only then is their place by size known. */
export function finishFolders(review: ReviewState, finished: readonly ReadFolder[]): ReviewState {
	let next = review;

	for (const {path, problem} of finished) {
		const key = pathKey(path);
		const folder = next.folders.get(key);

		if (!folder || folder.isRead) {
			continue;
		}

		const folders = new Map(next.folders).set(key, {...folder, isRead: true});
		next = {...next, folders, unread: next.unread - 1};
		next = problem === undefined ? next : spoil(next, key, problem);
	}

	return next.sort.by === 'size' && next.unread === 0 && review.unread > 0 ? resort(next) : next;
}

/** Sorts all of the list anew. */
export function resort(review: ReviewState): ReviewState {
	const folders = new Map(review.folders);

	for (const [key, folder] of folders) {
		folders.set(key, {...folder, order: sortRows(folder.order, review)});
	}

	return reorder({...review, folders});
}

/** Adapts the window to what a terminal of this size has room for. */
export function fitReview(review: ReviewState, size: {readonly columns: number; readonly rows: number}): ReviewState {
	const {list: {rows: height}} = reviewLayout(size, review.isDetailed);
	return height === review.height ? review : moveTo({...review, height}, review.cursor);
}
