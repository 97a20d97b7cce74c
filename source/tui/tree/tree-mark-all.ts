/*
Marks for all of the files that a list shows, and what is said of them.
*/
import {formatCount, formatNumber} from '../../text/format.ts';
import {
	markSign,
	setAllWanted,
	setMarks,
	setWanted,
} from './tree-marks.ts';
import {folderOf, type FilterMark, type TreeState} from './tree-state.ts';

/** The rows shown; of a group, which is one thing among the files, also those in it while it is closed. */
const shownRows = (tree: TreeState): readonly number[] => tree.order.flatMap(number => {
	const {group, folder} = tree.rows[number]!;
	const closed = group !== undefined && folder !== undefined && tree.filter === '' && !tree.folders.get(folder)!.isOpen;
	return closed ? [number, ...tree.folders.get(folder)!.order] : [number];
});

/** Numbers of the regular files shown. */
const shownFiles = (tree: TreeState): readonly number[] => shownRows(tree).filter(number => tree.rows[number]!.isRegular);

/** The message after marking so many files, all that are shown, which says nothing of closed directories. */
function allMarkedText(tree: TreeState, files: number): string {
	const left = tree.order.filter(number => folderOf(tree, tree.rows[number]!) && ['none', 'some'].includes(markSign(tree, number))).length;
	const directories = left === 1 ? '1 directory is not' : `${formatNumber(left)} directories are not`;
	return `${files === 1 ? '' : 'All '}${formatCount(files, 'shown file')} marked${left === 0 ? '' : `; ${directories}`}.`;
}

const noFile = 'There is no file to mark.';

/**
Takes down how the files shown have been marked: by a filter, or all of the list, which makes up for whatever was done by filters before. `undefined`:
as the rules have it.
*/
function noteMarks<Tree extends TreeState>(tree: Tree, isMarked: boolean | undefined): Tree {
	const others = tree.filter === '' ? [] : tree.filterMarks.filter(({filter}) => filter !== tree.filter);
	const own: readonly FilterMark[] = tree.filter === '' || isMarked === undefined ? [] : [{filter: tree.filter, isMarked}];
	return {...tree, filterMarks: [...others, ...own]};
}

/** Marks all files shown, or unmarks them. */
export function markShown<Tree extends TreeState>(tree: Tree, isMarked: boolean): Tree {
	const files = isMarked ? shownFiles(tree) : shownRows(tree).filter(number => tree.rows[number]!.isSelectable && tree.rows[number]!.folder === undefined);

	if (files.length === 0) {
		return {...tree, message: noFile};
	}

	const marked = setMarks(tree, files.map(number => [number, isMarked]));
	// Files in closed directories stay as they were, whatever a filter had done to them.
	const next = tree.filter === '' ? marked : noteMarks(marked, isMarked);
	return {...next, message: isMarked ? allMarkedText(next, files.length) : `${formatCount(files.length, 'shown file')} unmarked.`};
}

/**
Marks all, none, and what the rules selected at first, in turn: with two steps only, the default skips would have to be taken out again by
hand. It acts on the files shown. Links stay as the operator left them, and so does what is in closed directories; but "none", said of the
whole list, means none.
*/
export function toggleAll<Tree extends TreeState>(tree: Tree): Tree {
	const {rows, marks, order, filter} = tree;
	const regular = shownFiles(tree);
	const scope = filter === '' ? [...rows.keys()] : order;

	if (regular.length === 0 && scope.every(number => marks[number] !== 1)) {
		return {...tree, message: noFile};
	}

	if (scope.some(number => marks[number] === 1) && regular.every(number => marks[number] === 1)) {
		const none = noteMarks(setMarks(tree, scope.map(number => [number, false])), false);
		return {...(filter === '' ? setAllWanted(none, false) : none), message: filter === '' ? 'Nothing is marked.' : 'None of the shown files is marked.'};
	}

	const selected = regular.filter(number => rows[number]!.isSelected);
	const wanted = filter === '' ? setAllWanted(tree, true) : tree;

	if (scope.every(number => marks[number] !== 1) && selected.length > 0 && selected.length < regular.length) {
		return {...noteMarks(setMarks(wanted, selected.map(number => [number, true])), undefined), message: `Marked as at the start: ${formatCount(selected.length, 'shown file')}.`};
	}

	const all = noteMarks(setMarks(wanted, regular.map(number => [number, true])), true);
	return {...all, message: allMarkedText(all, regular.length)};
}

/** Marks every regular file of the list, those in closed directories too, and those that are still to be found. */
export function markEverything<Tree extends TreeState>(tree: Tree): Tree {
	const files = [...tree.rows.keys()].filter(number => tree.rows[number]!.isRegular);
	const marked = setMarks(tree, files.map(number => [number, true]));
	const all = setWanted(marked, new Set(tree.folders.keys()), {isWanted: true, takesAll: true});
	return {...all, filterMarks: [], message: `All ${formatCount(files.length, 'file')} marked, in closed directories too.`};
}

/** Marks what was not, and the other way round, of the files shown. */
export const invertMarks = <Tree extends TreeState>(tree: Tree): Tree => setMarks(tree, shownRows(tree)
	.filter(number => tree.rows[number]!.isRegular || tree.marks[number] === 1)
	.map(number => [number, tree.marks[number] !== 1]));
