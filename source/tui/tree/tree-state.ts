import {listHeight, type Size} from '../kit/layout.ts';
import type {Row, TreeItem} from './tree-row.ts';

/** A directory that can be opened, with sums over all that is known below it. */
export type Folder = {
	/** Number of its row; -1 for the directory that the list is of. */
	readonly number: number;
	/** Numbers of the rows directly in it, sorted. */
	readonly order: readonly number[];
	/** The number of files below it that can be marked. */
	readonly files: number;
	readonly bytes: number;
	readonly disk: number;
	readonly marked: number;
	readonly isRead: boolean;
	readonly isOpen: boolean;
	/** Files found in it later are marked, if the rules select them. */
	readonly isWanted: boolean;
	/** It was marked when the rules selected nothing known in it: files found in it later are marked whatever the rules say, if they are regular files. */
	readonly takesAll: boolean;
};

export type SortKey = 'name' | 'size' | 'age';

export type Sort = {
	readonly by: SortKey;
	readonly isReversed: boolean;
};

/** Sums over the marked rows, kept up to date row by row. */
export type Totals = {
	readonly files: number;
	readonly regular: number;
	readonly bytes: number;
	/** Bytes on disk, which is less where files have holes, or have several names. */
	readonly allocated: number;
	readonly unreadable: number;
	/** The number of those whose size is an estimate. */
	readonly estimated: number;
	/** How many names of a file are among them, where it has several. */
	readonly shared: ReadonlyMap<string, number>;
};

/** All that a filter showed was marked, or unmarked. */
export type FilterMark = {
	readonly filter: string;
	readonly isMarked: boolean;
};

/** Marks, cursor and open directories to restore while a list is read anew. By key. */
export type Memory = {
	readonly marks: ReadonlyMap<string, boolean>;
	/** The number of marked rows that have not been found again yet. */
	readonly missing: number;
	readonly folders: ReadonlyMap<string, Folder>;
	/** The row to put the cursor on; until it is found again, or a key moves the cursor elsewhere. */
	readonly cursor: string | undefined;
	/** Rows between the top of the window and the cursor. */
	readonly offset: number;
};

export type TreeState<Item extends TreeItem = TreeItem> = {
	/** How many times the list was read before, and what is remembered of the last time. */
	readonly readings: number;
	readonly memory: Memory | undefined;
	/** By number, in the order they were found. Everything else speaks of rows by that number. */
	readonly rows: ReadonlyArray<Row<Item>>;
	/** The files that have several names, and are in the list by one of them at least. */
	readonly shared: ReadonlySet<string>;
	/** 1 for each marked row. A copy of bytes is cheap even for 50,000 of them, unlike one of a Set. */
	readonly marks: Uint8Array;
	/** How files were marked by filters, since all were last marked otherwise; the latest last, and each filter once. */
	readonly filterMarks: readonly FilterMark[];
	readonly totals: Totals;
	/** By key: the bytes of the path, one character each; empty for the directory that the list is of. */
	readonly folders: ReadonlyMap<string, Folder>;
	/** The number of directories still to be read. */
	readonly unread: number;
	/** Whether details are shown, once the operator has said so; else the size of the terminal decides. */
	readonly isDetailed: boolean | undefined;
	readonly sort: Sort;
	/** Numbers of the rows shown, in that order. */
	readonly order: readonly number[];
	/** Position in `order`. */
	readonly cursor: number;
	/** Position of the first row shown, and how many are. */
	readonly top: number;
	readonly height: number;
	/** The text that names must contain to be shown; empty for all. */
	readonly filter: string;
	/** While the filter is typed, how many of its characters are before the cursor. */
	readonly caret: number;
	/** The filter is being typed. */
	readonly isTyping: boolean;
	/** A key has moved the cursor: it belongs to its row, and no longer to the start of the list. */
	readonly hasMoved: boolean;
	/** The row the cursor was on before the filter. */
	readonly home: number | undefined;
	/** The row where a range begins, while one is being chosen. */
	readonly anchor: number | undefined;
	/** Sizes are shown as they are on disk. */
	readonly isOnDisk: boolean;
	/** The directory that the list is of is being read. */
	readonly isScanning: boolean;
	/** The message about the last key, if it needs one. */
	readonly message: string | undefined;
	/** Milliseconds since the epoch: what ages are counted from. */
	readonly now: number;
};

const noTotals: Totals = {
	files: 0, regular: 0, bytes: 0, allocated: 0, unreadable: 0, estimated: 0, shared: new Map(),
};

/** Totals that rows are added to and taken away from. */
export class TotalsDraft {
	#totals: Totals;
	/** Copied once, however many rows have several names. */
	#shared: Map<string, number> | undefined;

	constructor(totals: Totals) {
		this.#totals = totals;
	}

	get totals(): Totals {
		return this.#shared ? {...this.#totals, shared: this.#shared} : this.#totals;
	}

	/** `sign` 1 adds a row, -1 takes it away. */
	add(row: Row, sign: 1 | -1): void {
		const {bytes = 0, disk = bytes} = row;
		const {files, regular, bytes: sum, allocated, unreadable, estimated, shared} = this.#totals;
		this.#totals = {
			files: files + sign,
			regular: regular + (row.isRegular ? sign : 0),
			bytes: sum + (sign * bytes),
			allocated: allocated + (this.#isCounted(row, sign) ? 0 : sign * Math.min(disk, bytes)),
			unreadable: unreadable + (row.isReadable ? 0 : sign),
			estimated: estimated + (row.isEstimated ? sign : 0),
			shared,
		};
	}

	/** Whether the file is among the totals by another name, before a row of it is added, or after it has been taken away. */
	#isCounted({sharedAs}: Row, sign: 1 | -1): boolean {
		if (sharedAs === undefined) {
			return false;
		}

		this.#shared ??= new Map(this.#totals.shared);
		const names = this.#shared.get(sharedAs) ?? 0;
		this.#shared.set(sharedAs, names + sign);
		return names > (sign === 1 ? 0 : 1);
	}
}

export const emptyFolder = (number: number, isWanted: boolean): Folder => ({
	number, order: [], files: 0, bytes: 0, disk: 0, marked: 0, isRead: false, isOpen: false, isWanted, takesAll: false,
});

/** The type of the items in a tree. */
export type ItemOf<Tree extends TreeState> = Tree extends TreeState<infer Item> ? Item : never;

/** An empty list, being filled. */
export const emptyTree = (size: Size): TreeState<never> => ({
	readings: 0,
	memory: undefined,
	rows: [],
	shared: new Set(),
	marks: new Uint8Array(0),
	filterMarks: [],
	totals: noTotals,
	folders: new Map([['', {...emptyFolder(-1, true), isOpen: true}]]),
	unread: 1,
	isDetailed: undefined,
	sort: {by: 'name', isReversed: false},
	order: [],
	cursor: 0,
	top: 0,
	height: listHeight(size),
	filter: '',
	caret: 0,
	isTyping: false,
	hasMoved: false,
	home: undefined,
	anchor: undefined,
	isOnDisk: false,
	isScanning: true,
	message: undefined,
	now: 0,
});

/** Whether any directory fits a condition. */
export function someFolder(folders: TreeState['folders'], isSo: (folder: Folder) => boolean): boolean {
	for (const folder of folders.values()) {
		if (isSo(folder)) {
			return true;
		}
	}

	return false;
}

/** Whether more may come to be marked: in directories that are marked and not read yet, or as it was marked before the list was read anew. */
export const isUncertain = ({folders, unread, memory}: Pick<TreeState, 'folders' | 'unread' | 'memory'>): boolean => unread > 0
	&& ((memory?.missing ?? 0) > 0 || someFolder(folders, ({isRead, isWanted, number}) => isWanted && !isRead && number >= 0));

/** The row under the cursor. */
export function currentRow<Item extends TreeItem>({order, cursor, rows}: Pick<TreeState<Item>, 'order' | 'cursor' | 'rows'>): Row<Item> | undefined {
	const number = order[cursor];
	return number === undefined ? undefined : rows[number];
}

/** The folder that a row is. */
export const folderOf = ({folders}: Pick<TreeState, 'folders'>, {folder}: Row): Folder | undefined => folder === undefined ? undefined : folders.get(folder);

/** The rows marked, in the order they were found. */
export const markedRows = <Item extends TreeItem>({rows, marks}: Pick<TreeState<Item>, 'rows' | 'marks'>): ReadonlyArray<Row<Item>> =>
	rows.filter((_, number) => marks[number] === 1);
