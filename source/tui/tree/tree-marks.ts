/*
Marks, and the sums that follow from them: over the whole list, and for each folder over what is below it.
*/
import type {Row} from './tree-row.ts';
import {
	type Folder,
	folderOf,
	TotalsDraft,
	type TreeState,
} from './tree-state.ts';
import {rowsBelow} from './tree-walk.ts';

/** Visits the numbers of the rows that are marked. No generator: with 50,000 rows that would cost some milliseconds for each mark that is set. */
export function forEachMarked(marks: Uint8Array, visit: (number: number) => void): void {
	for (let number = 0; number < marks.length; number++) { // eslint-disable-line unicorn/no-for-loop
		if (marks[number] === 1) {
			visit(number);
		}
	}
}

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
export function setMarks<Tree extends TreeState>(tree: Tree, changes: Iterable<readonly [number: number, isMarked: boolean]>): Tree {
	const marks = new Uint8Array(tree.marks);
	const differences = new Differences();
	const draft = new TotalsDraft(tree.totals);

	for (const [number, isMarked] of changes) {
		const row = tree.rows[number]!;

		if ((marks[number] === 1) === isMarked || !row.isSelectable || row.folder !== undefined) {
			continue;
		}

		marks[number] = isMarked ? 1 : 0;
		draft.add(row, isMarked ? 1 : -1);
		differences.add(row.parent, {marked: isMarked ? 1 : -1});
	}

	const folders = new Map(tree.folders);
	differences.apply(folders, tree.rows);
	return {
		...tree, marks, totals: draft.totals, folders,
	};
}

/** Forgets what was marked below some directories, and has not turned up again since the list was read anew. */
function forgetBelow<Tree extends TreeState>(tree: Tree, keys: ReadonlySet<string>): Tree {
	const {memory, unread} = tree;

	if (!memory || unread === 0) {
		return tree;
	}

	const found = new Set(tree.rows.map(({key}) => key));
	const isBelow = (key: string): boolean => {
		for (let end = key.lastIndexOf('/'); end !== -1; end = key.lastIndexOf('/', end - 1)) {
			if (keys.has(key.slice(0, end))) {
				return true;
			}
		}

		return keys.has('');
	};

	const marks = new Map([...memory.marks].filter(([key]) => found.has(key) || !isBelow(key)));
	const missing = [...marks].filter(([key, isMarked]) => isMarked && !found.has(key)).length;
	const folders = new Map([...memory.folders].map(([key, folder]) => [key, isBelow(key) ? {...folder, isWanted: false, takesAll: false} : folder]));

	return {
		...tree, memory: {
			...memory, marks, missing, folders,
		},
	};
}

type Wish = Pick<Folder, 'isWanted' | 'takesAll'>;

/** Decides the marks of files found later in some directories, given by their keys, and in the directories below them. */
export function setWanted<Tree extends TreeState>(tree: Tree, keys: ReadonlySet<string>, wish: Wish): Tree {
	const folders = new Map(tree.folders);

	for (const key of keys) {
		folders.set(key, {...folders.get(key)!, ...wish});
	}

	return {...tree, folders};
}

/** The rows of a directory that a key acts on: all that is in it; with a filter, what that leaves of it, unless it leaves nothing but the directory. */
function rowsMeant(tree: TreeState, folder: Folder): {readonly below: readonly number[]; readonly isAll: boolean} {
	const below = rowsBelow(tree, folder);

	if (tree.filter === '') {
		return {below, isAll: true};
	}

	const shown = new Set(tree.order);
	const left = below.filter(number => shown.has(number));
	return left.some(number => tree.rows[number]!.folder === undefined) ? {below: left, isAll: false} : {below, isAll: true};
}

/** The rows of a directory that marking it marks: those that the rules select, or all regular files where they select none. */
function chosenBelow({rows}: TreeState, below: readonly number[]): {readonly isRuled: boolean; readonly chosen: readonly number[]} {
	const files = below.filter(number => rows[number]!.folder === undefined);
	const isRuled = files.length === 0 || files.some(number => rows[number]!.isSelected);
	const isChosen = ({isSelected, kind, isRegular}: Row) => isRuled ? isSelected || kind === 'directory' : isRegular;
	return {isRuled, chosen: files.filter(number => isChosen(rows[number]!))};
}

/** Whether all that marking a directory would mark is marked. */
const isFull = (tree: TreeState, below: readonly number[]) =>
	chosenBelow(tree, below).chosen.every(number => tree.marks[number] === 1 || !tree.rows[number]!.isSelectable);

/** Whether marking a row would mark anything: a file that is not, or a directory in which not all is that marking it would mark. */
export function isLeftToMark(tree: TreeState, number: number): boolean {
	const folder = folderOf(tree, tree.rows[number]!);

	if (!folder) {
		return tree.marks[number] !== 1;
	}

	const {below, isAll} = rowsMeant(tree, folder);

	if (!isAll) {
		return below.some(inner => tree.rows[inner]!.folder === undefined && tree.rows[inner]!.isSelectable && tree.marks[inner] !== 1);
	}

	return folder.files > 0 ? folder.marked === 0 || !isFull(tree, below) : !folder.isWanted;
}

/**
Marks what the rules select in a directory, all regular files where they select none; or unmarks all of it. With a filter, what that shows
of it.
*/
export function toggleFolder<Tree extends TreeState>(tree: Tree, number: number, isMarked?: boolean): Tree {
	const row = tree.rows[number]!;
	const folder = folderOf(tree, row)!;
	const {below, isAll} = rowsMeant(tree, folder);
	const files = below.filter(inner => tree.rows[inner]!.folder === undefined);
	const {isRuled, chosen} = chosenBelow(tree, below);
	const isOn = isMarked ?? isLeftToMark(tree, number);

	if (!isAll) {
		return setMarks(tree, files.map(inner => [inner, isOn]));
	}

	const keys = new Set([number, ...below].map(inner => tree.rows[inner]!.folder).filter(key => key !== undefined));
	const marked = setMarks(forgetBelow(tree, keys), (isOn ? chosen : files).map(inner => [inner, isOn]));
	return setWanted(marked, keys, {isWanted: isOn, takesAll: isOn && !isRuled});
}

/** Says of all that is still to be found what `a` says of the list: that it is not marked, or is as the rules have it where it will be shown. */
export function setAllWanted<Tree extends TreeState>(tree: Tree, isWanted: boolean): Tree {
	const keys = new Set([...tree.folders].filter(([, {isOpen}]) => !isWanted || isOpen).map(([key]) => key));
	return setWanted(isWanted ? tree : forgetBelow(tree, new Set([''])), keys, {isWanted, takesAll: false});
}

export type MarkSign = 'all' | 'some' | 'none' | 'never';

/** The mark in the box of a row. */
export function markSign(tree: TreeState, number: number): MarkSign {
	const row = tree.rows[number]!;
	const folder = folderOf(tree, row);

	if (!folder) {
		return row.isSelectable ? (tree.marks[number] === 1 ? 'all' : 'none') : 'never';
	}

	if (folder.files === 0) {
		return folder.isRead ? 'never' : (folder.isWanted ? 'all' : 'none');
	}

	return folder.marked === 0 ? 'none' : (folder.marked === folder.files ? 'all' : 'some');
}

/** Why a row has no box. */
export const refusalText = ({name, folder, reason, kind}: Row): string =>
	`${name} can't be marked: ${folder === undefined ? reason ?? kind : 'nothing in it'}`;
