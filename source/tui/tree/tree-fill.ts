/*
Puts entries into the list as they are found, while the operator already works in it.
*/
import {pathKey} from '../../files/path-key.ts';
import type {Size} from '../kit/layout.ts';
import {treeLayout} from './tree-layout.ts';
import {Differences} from './tree-marks.ts';
import {moveTo, reorder} from './tree-moves.ts';
import {mergeRows, sortRows} from './tree-order.ts';
import {makeRow, type Row} from './tree-row.ts';
import {
	currentRow,
	emptyFolder,
	emptyTree,
	type Folder,
	type ItemOf,
	TotalsDraft,
	type TreeState,
} from './tree-state.ts';

type TreeDraft = {
	readonly folders: Map<string, Folder>;
	readonly marks: Uint8Array;
	readonly differences: Differences;
	readonly totals: TotalsDraft;
	readonly shared: Set<string>;
};

function isWantedAtFirst({parent, isSelected, kind, depth, isRegular}: Row, folders: TreeState['folders']): boolean {
	const {isWanted, takesAll} = folders.get(parent)!;
	return isWanted && (isSelected || (takesAll && isRegular) || (kind === 'directory' && depth > 0));
}

/** Adds a row to the draft, and to the list that is returned. */
function addRow<Tree extends TreeState>(tree: Tree, row: Row, number: number, {
	folders, marks, differences, totals, shared,
}: TreeDraft): Tree {
	const {isSelectable, bytes = 0, disk = 0, key} = row;
	const {memory} = tree;
	const known = memory?.folders.get(key);
	const isAsked = memory?.marks.get(key) ?? known?.isWanted ?? isWantedAtFirst(row, folders);

	if (row.folder !== undefined) {
		folders.set(row.folder, {
			...emptyFolder(number, isAsked), isOpen: known?.isOpen ?? false, takesAll: known?.takesAll ?? (isAsked && folders.get(row.parent)!.takesAll),
		});
		return {...tree, unread: tree.unread + 1};
	}

	if (!isSelectable) {
		return tree;
	}

	marks[number] = isAsked ? 1 : 0;
	const isCounted = row.sharedAs !== undefined && shared.has(row.sharedAs);
	differences.add(row.parent, {
		files: 1, bytes, disk: isCounted ? 0 : disk, marked: isAsked ? 1 : 0,
	});

	if (row.sharedAs !== undefined) {
		shared.add(row.sharedAs);
	}

	if (isAsked) {
		totals.add(row, 1);
	}

	return memory?.marks.get(key) ? {...tree, memory: {...memory, missing: memory.missing - 1}} : tree;
}

/** Takes in a batch of items. `now` in milliseconds since the epoch. */
export function addItems<Tree extends TreeState>(tree: Tree, items: ReadonlyArray<ItemOf<Tree>>, now: number): Tree {
	if (items.length === 0) {
		return tree;
	}

	const added = items.map(item => makeRow(item));
	const rows = [...tree.rows, ...added];
	const marks = new Uint8Array(rows.length);
	marks.set(tree.marks);
	const folders = new Map(tree.folders);
	const differences = new Differences();
	const byParent = new Map<string, number[]>();
	const shared = added.some(({sharedAs}) => sharedAs !== undefined) ? new Set(tree.shared) : new Set<string>();
	const totals = new TotalsDraft(tree.totals);
	let next = tree;

	for (const [index, row] of added.entries()) {
		const number = tree.rows.length + index;
		next = addRow(next, row, number, {
			folders, marks, differences, totals, shared,
		});
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
		folders.set(key, {...folder, order: mergeRows(folder.order, numbers, {rows, folders, sort: tree.sort})});
	}

	return find({
		...next, rows, marks, folders, now, totals: totals.totals, ...(shared.size > 0 && {shared}),
	}, added);
}

/** Puts the cursor back on the row it was on before the list was read anew, when that turns up among those added. */
function find<Tree extends TreeState>(tree: Tree, added: readonly Row[]): Tree {
	const {memory} = tree;
	const index = memory?.cursor === undefined ? -1 : added.findIndex(({key}) => key === memory.cursor);

	if (!memory || index === -1) {
		return reorder(tree);
	}

	const found = reorder({...tree, memory: {...memory, cursor: undefined}}, tree.rows.length - added.length + index);
	return moveTo(found, found.cursor, found.cursor - memory.offset);
}

/** An empty list again, to be read anew; marks, open directories and the cursor are remembered by their paths. */
export function forget<Tree extends TreeState>(tree: Tree): Tree {
	// Rows that have not been found again yet keep their state.
	const marks = new Map([...tree.memory?.marks ?? [], ...tree.rows.flatMap(({isSelectable, key, folder}, number) =>
		isSelectable && folder === undefined ? [[key, tree.marks[number] === 1] as const] : [])]);
	const folders = new Map([...tree.memory?.folders ?? [], ...tree.folders]);
	const missing = [...marks.values()].filter(Boolean).length;
	const row = currentRow(tree);
	return {
		...tree,
		...emptyTree({columns: 0, rows: 0}),
		readings: tree.readings + 1,
		memory: {
			marks, missing, folders, cursor: tree.memory?.cursor ?? row?.key, offset: tree.memory?.cursor === undefined ? tree.cursor - tree.top : tree.memory.offset,
		},
		filterMarks: tree.filterMarks,
		folders: new Map([['', {...emptyFolder(-1, tree.folders.get('')!.isWanted), isOpen: true}]]),
		height: tree.height,
		isDetailed: tree.isDetailed,
		sort: tree.sort,
		filter: tree.filter,
		caret: tree.caret,
		isOnDisk: tree.isOnDisk,
		hasMoved: tree.hasMoved,
	};
}

export type ReadFolder = {
	/** Its path; empty for the directory that the list is of. */
	readonly path: Buffer;
	/** Why it could not be read. */
	readonly problem?: string;
};

/** A directory that cannot be listed is treated like a file that cannot be read: if it is marked, it fails. */
function spoil<Tree extends TreeState>(tree: Tree, key: string, problem: string): Tree {
	const {number, isWanted} = tree.folders.get(key)!;
	const row = tree.rows[number];

	if (!row) {
		return tree;
	}

	const {folder: _, ...rest} = row;
	const spoilt: Row = {...rest, isReadable: false, reason: `cannot be listed: ${problem}`};
	const marks = new Uint8Array(tree.marks);
	marks[number] = isWanted ? 1 : 0;
	const folders = new Map(tree.folders);
	const differences = new Differences();
	differences.add(row.parent, {files: 1, marked: isWanted ? 1 : 0});
	differences.apply(folders, tree.rows);
	const totals = new TotalsDraft(tree.totals);

	if (isWanted) {
		totals.add(spoilt, 1);
	}

	return {
		...tree, rows: tree.rows.with(number, spoilt), marks, folders, totals: totals.totals,
	};
}

/** Marks directories as read to their end. Only then is their place by size known. */
export function finishFolders<Tree extends TreeState>(tree: Tree, finished: readonly ReadFolder[]): Tree {
	let next = tree;

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

	return next.sort.by === 'size' && next.unread === 0 && tree.unread > 0 ? resort(next) : next;
}

/** Sorts all of the list anew. */
export function resort<Tree extends TreeState>(tree: Tree): Tree {
	const folders = new Map(tree.folders);

	for (const [key, folder] of folders) {
		folders.set(key, {...folder, order: sortRows(folder.order, tree)});
	}

	return reorder({...tree, folders});
}

/** Adapts the window to what a terminal of this size has room for. */
export function fitTree<Tree extends TreeState>(tree: Tree, size: Size): Tree {
	const {list: {rows: height}} = treeLayout(size, tree.isDetailed);
	return height === tree.height ? tree : moveTo({...tree, height}, tree.cursor);
}
