import {
	fitWindow,
	type ListWindow,
	type Move,
	moveWindow,
} from '../kit/list-window.ts';
import {visibleOrder} from './tree-order.ts';
import {currentRow, folderOf, type TreeState} from './tree-state.ts';
import {parentNumber} from './tree-walk.ts';

const extentOf = ({order, height}: TreeState) => ({count: order.length, height});

const withWindow = <Tree extends TreeState>(tree: Tree, {cursor, top}: ListWindow): Tree =>
	cursor === tree.cursor && top === tree.top ? tree : {...tree, cursor, top};

/** Puts the cursor at a position within the list and the window around it. */
export const moveTo = <Tree extends TreeState>(tree: Tree, position: number, wantedTop = tree.top): Tree =>
	withWindow(tree, fitWindow({cursor: position, top: wantedTop}, extentOf(tree)));

/** Applies a cursor movement. */
export const moveBy = <Tree extends TreeState>(tree: Tree, move: Move): Tree => withWindow(tree, moveWindow(tree, move, extentOf(tree)));

/** The index of a row in an order, or of the nearest directory that it is in. */
function findRow(tree: TreeState, order: readonly number[], wanted: number | undefined): number {
	for (let number = wanted ?? -1; number >= 0; number = parentNumber(tree, number)) {
		const position = order.indexOf(number);

		if (position !== -1) {
			return position;
		}
	}

	return 0;
}

/**
Shows what is to be shown now, under the same row: the window keeps it where it is on the screen, as far as it can. Whoever has not moved wants
to see the list from its start.
*/
export function reorder<Tree extends TreeState>(tree: Tree, wanted = tree.hasMoved ? tree.order[tree.cursor] : undefined): Tree {
	const order = visibleOrder(tree);
	const cursor = findRow(tree, order, wanted);
	return moveTo({...tree, order}, cursor, cursor - (tree.cursor - tree.top));
}

function setOpen<Tree extends TreeState>(tree: Tree, key: string, isOpen: boolean): Tree {
	const folders = new Map(tree.folders);
	folders.set(key, {...folders.get(key)!, isOpen});
	return reorder({...tree, folders}, tree.order[tree.cursor]);
}

/** Opens the directory under the cursor; an open one is gone into. */
export function openFolder<Tree extends TreeState>(tree: Tree): Tree {
	const row = currentRow(tree);
	const folder = row && folderOf(tree, row);

	if (!row || folder === undefined) {
		return row?.kind === 'directory' ? {...tree, message: `${row.name} can't be opened: ${row.reason ?? 'not read'}`} : tree;
	}

	return folder.isOpen || tree.filter !== ''
		? (folder.order.length > 0 ? moveTo(tree, tree.cursor + 1) : tree)
		: setOpen(tree, row.folder!, true);
}

/** Opens the directory under the cursor, or closes it. With a filter, which opens all, it is gone into. */
export function turnFolder<Tree extends TreeState>(tree: Tree): Tree {
	const row = currentRow(tree);
	return row && folderOf(tree, row)?.isOpen && tree.filter === '' ? closeFolder(tree) : openFolder(tree);
}

/** Closes the directory under the cursor, or goes to the one that the row is in. */
export function closeFolder<Tree extends TreeState>(tree: Tree): Tree {
	const row = currentRow(tree);
	const folder = row && folderOf(tree, row);

	if (folder?.isOpen && tree.filter === '') {
		return setOpen(tree, row!.folder!, false);
	}

	return row && row.depth > 0 ? moveTo(tree, findRow(tree, tree.order, tree.folders.get(row.parent)!.number)) : tree;
}
