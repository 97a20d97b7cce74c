/*
Marks, and the sums that follow from them: over the whole list, and for each folder over what is below it.
*/
import type {Row} from './review-row.ts';
import {
	addToTotals,
	type Folder,
	folderOf,
	type ReviewState,
} from './review-state.ts';

/** Sums to add to a folder and all that it is in. */
export type Difference = Pick<Folder, 'files' | 'bytes' | 'disk' | 'marked'>;

const nothing: Difference = {
	files: 0, bytes: 0, disk: 0, marked: 0,
};

const plus = (one: Difference, other: Difference): Difference => ({
	files: one.files + other.files, bytes: one.bytes + other.bytes, disk: one.disk + other.disk, marked: one.marked + other.marked,
});

/** Collects differences by folder, so that each folder is changed once, however many rows are. */
export class Differences {
	readonly #byFolder = new Map<string, Difference>();

	add(folder: string, difference: Partial<Difference>): void {
		this.#byFolder.set(folder, plus(this.#byFolder.get(folder) ?? nothing, {...nothing, ...difference}));
	}

	/** Changes the folders, which must be the caller's own, and all that they are in. */
	apply(folders: Map<string, Folder>, rows: readonly Row[]): void {
		for (const [start, difference] of this.#byFolder) {
			for (let key: string | undefined = start; key !== undefined;) {
				const folder: Folder = folders.get(key)!;
				folders.set(key, {...folder, ...plus(folder, difference)});
				key = rows[folder.number]?.parent;
			}
		}
	}
}

/** Sets the marks of some rows. */
export function setMarks(review: ReviewState, changes: Iterable<readonly [number: number, isMarked: boolean]>): ReviewState {
	const marks = new Uint8Array(review.marks);
	const differences = new Differences();
	let {totals} = review;

	for (const [number, isMarked] of changes) {
		const row = review.rows[number]!;

		if ((marks[number] === 1) === isMarked || !row.choice.isSelectable || row.folder !== undefined) {
			continue;
		}

		marks[number] = isMarked ? 1 : 0;
		totals = addToTotals(totals, row, isMarked ? 1 : -1);
		differences.add(row.parent, {marked: isMarked ? 1 : -1});
	}

	const folders = new Map(review.folders);
	differences.apply(folders, review.rows);
	return {
		...review, marks, totals, folders,
	};
}

/** Numbers of all rows below a folder. */
function * rowsBelow(review: ReviewState, folder: Folder): Generator<number> {
	for (const number of folder.order) {
		yield number;
		const inner = folderOf(review, review.rows[number]!);

		if (inner) {
			yield * rowsBelow(review, inner);
		}
	}
}

function setWanted(review: ReviewState, numbers: readonly number[], isWanted: boolean): ReviewState {
	const folders = new Map(review.folders);

	for (const number of numbers) {
		const {folder: key} = review.rows[number]!;

		if (key !== undefined) {
			folders.set(key, {...folders.get(key)!, isWanted});
		}
	}

	return {...review, folders};
}

/** Whether all that the rules select below a folder is marked. */
const isFull = ({rows, marks}: ReviewState, numbers: readonly number[]) =>
	numbers.every(number => marks[number] === 1 || !rows[number]!.choice.isSelected || rows[number]!.folder !== undefined);

/** Marks what the rules select in a directory, all regular files where they select none; or unmarks all of it. */
export function toggleFolder(review: ReviewState, number: number, isMarked?: boolean): ReviewState {
	const folder = folderOf(review, review.rows[number]!)!;
	const below = [...rowsBelow(review, folder)];
	const files = below.filter(inner => review.rows[inner]!.folder === undefined);
	const isChosen = files.some(inner => review.rows[inner]!.choice.isSelected)
		? (inner: number) => review.rows[inner]!.choice.isSelected || review.rows[inner]!.choice.entry.kind === 'directory'
		: (inner: number) => review.rows[inner]!.isRegular;
	const isOn = isMarked ?? (folder.files > 0 ? !(folder.marked > 0 && isFull(review, files)) : !folder.isWanted);
	const marked = setMarks(review, files.filter(inner => !isOn || isChosen(inner)).map(inner => [inner, isOn]));
	return setWanted(marked, [number, ...below], isOn);
}

export type MarkSign = 'all' | 'some' | 'none' | 'never';

/** What stands in the box of a row. */
export function markSign(review: ReviewState, number: number): MarkSign {
	const row = review.rows[number]!;
	const folder = folderOf(review, row);

	if (!folder) {
		return row.choice.isSelectable ? (review.marks[number] === 1 ? 'all' : 'none') : 'never';
	}

	if (folder.files === 0) {
		return folder.isRead ? 'never' : (folder.isWanted ? 'all' : 'none');
	}

	return folder.marked === 0 ? 'none' : (folder.marked === folder.files ? 'all' : 'some');
}

/** Why a row has no box. */
export const refusalText = ({name, folder, choice: {reason, entry}}: Row): string =>
	`${name} can't be marked: ${folder === undefined ? reason ?? entry.kind : 'nothing in it'}`;
