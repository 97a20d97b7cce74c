/*
Choosing rows of the list by their numbers and not by the cursor, for a session that has no cursor.
*/
import {markSign, setMarks, toggleFolder} from './tree-marks.ts';
import {closeFolder, openFolder} from './tree-moves.ts';
import {setFilter} from './tree-reducer.ts';
import type {TreeItem} from './tree-row.ts';
import {folderOf, type TreeState} from './tree-state.ts';
import {parentNumber} from './tree-walk.ts';

export type TreeAct =
	/** Rows, by their numbers, are marked, unmarked or, without `isMarked`, turned. */
	{readonly kind: 'mark'; readonly numbers: readonly number[]; readonly isMarked?: boolean | undefined}
	/** A directory, by the number of its row, is opened, or closed. */
	| {readonly kind: 'turn'; readonly number: number}
	/** The next command is about a row, by its number. */
	| {readonly kind: 'point'; readonly number: number}
	/** Sets the text that names must contain to be shown, without typing in the find bar. */
	| {readonly kind: 'filter'; readonly text: string};

/** Whether any of the directories that a row is in is among some rows. */
function isBelow<Item extends TreeItem>(tree: TreeState<Item>, number: number, numbers: ReadonlySet<number>): boolean {
	for (let outer = parentNumber(tree, number); outer >= 0; outer = parentNumber(tree, outer)) {
		if (numbers.has(outer)) {
			return true;
		}
	}

	return false;
}

/**
Marks rows, unmarks them or, without `isMarked`, does to each what it was not. A directory stands for all that is in it: rows in one that is
named too are not turned a second time.
*/
function chooseRows<Item extends TreeItem, Tree extends TreeState<Item>>(tree: Tree, numbers: readonly number[], isMarked?: boolean): Tree {
	const named = new Set(numbers);
	const own = numbers.filter(number => markSign(tree, number) !== 'never' && !isBelow(tree, number, named));
	let next = tree;

	for (const number of own.filter(inner => folderOf(tree, tree.rows[inner]!))) {
		next = toggleFolder(next, number, isMarked);
	}

	return setMarks(next, own.map(number => [number, isMarked ?? (tree.marks[number] !== 1)]));
}

/** Opens the directory that a row is, or closes it. */
function turnFolder<Item extends TreeItem, Tree extends TreeState<Item>>(tree: Tree, number: number): Tree {
	const cursor = tree.order.indexOf(number);
	const isOpen = folderOf(tree, tree.rows[number]!)?.isOpen;
	return cursor === -1 ? tree : (isOpen ? closeFolder : openFolder)({...tree, cursor});
}

/** Applies a command for named rows, and removes the message of the last one. */
export function reduceTreeAct<Item extends TreeItem, Tree extends TreeState<Item>>(before: Tree, act: TreeAct): Tree {
	const tree: Tree = {
		...before, message: undefined, hasMoved: true, ...(before.memory && {memory: {...before.memory, cursor: undefined}}),
	};

	switch (act.kind) {
		case 'mark': {
			return chooseRows(tree, act.numbers, act.isMarked);
		}

		case 'turn': {
			return turnFolder(tree, act.number);
		}

		case 'point': {
			const cursor = tree.order.indexOf(act.number);
			return cursor === -1 ? tree : {...tree, cursor};
		}

		case 'filter': {
			return setFilter(tree, act.text);
		}
	}
}
