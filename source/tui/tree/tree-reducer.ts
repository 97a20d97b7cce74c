import type {Size} from '../kit/layout.ts';
import {
	type EditedLine,
	editLine,
	type LineEdit,
	typeText,
} from '../kit/line-edit.ts';
import {byMove, isMove, type Move} from '../kit/list-window.ts';
import {
	closeFolder,
	moveBy,
	moveTo,
	openFolder,
	reorder,
} from './tree-moves.ts';
import {
	isLeftToMark,
	markSign,
	refusalText,
	setMarks,
	toggleFolder,
} from './tree-marks.ts';
import {invertMarks, markShown, toggleAll} from './tree-mark-all.ts';
import {fitTree, resort} from './tree-fill.ts';
import type {TreeCommand} from './tree-keys.ts';
import {showsDetails} from './tree-layout.ts';
import {
	currentRow,
	folderOf,
	type TreeState,
	type SortKey,
} from './tree-state.ts';

/** Numbers of the rows between the beginning of the range and the cursor, both included. */
export function rangeOf({order, anchor, cursor}: TreeState): readonly number[] {
	const start = anchor === undefined ? -1 : order.indexOf(anchor);
	return start === -1 ? [] : order.slice(Math.min(start, cursor), Math.max(start, cursor) + 1);
}

/** Marks all of a range, or unmarks it where nothing in it is left to mark. */
function toggleRange<Tree extends TreeState>(tree: Tree): Tree {
	const numbers = rangeOf(tree).filter(number => markSign(tree, number) !== 'never');
	const isMarked = numbers.some(number => isLeftToMark(tree, number));
	let next = {...tree, anchor: undefined};

	for (const number of numbers.filter(inner => folderOf(tree, tree.rows[inner]!))) {
		next = toggleFolder(next, number, isMarked);
	}

	return setMarks(next, numbers.map(number => [number, isMarked]));
}

function toggle<Tree extends TreeState>(tree: Tree): Tree {
	const row = currentRow(tree);
	const number = tree.order[tree.cursor];

	if (!row || number === undefined) {
		return tree;
	}

	if (tree.anchor !== undefined) {
		return toggleRange(tree);
	}

	const next = moveTo(tree, tree.cursor + 1);
	const sign = markSign(tree, number);

	if (sign === 'never') {
		return {...next, message: refusalText(row)};
	}

	return row.folder === undefined ? setMarks(next, [[number, sign === 'none']]) : toggleFolder(next, number);
}

const range = <Tree extends TreeState>(tree: Tree): Tree => ({...tree, anchor: tree.anchor === undefined ? tree.order[tree.cursor] : undefined});

const nextSort: Readonly<Record<SortKey, SortKey>> = {name: 'size', size: 'age', age: 'name'};

/** Sorts, and goes to the top, where the largest or newest are now. */
function sortBy<Tree extends TreeState>(tree: Tree, by: SortKey): Tree {
	const sort = {by, isReversed: tree.sort.by === by && !tree.sort.isReversed};
	return resort({
		...tree, sort, hasMoved: false, cursor: 0, top: 0,
	});
}

/** Shows the rows that match a filter, around the row of the cursor or, without a filter, around the row it began at. */
export function setFilter<Tree extends TreeState>(tree: Tree, filter: string, caret = [...filter].length): Tree {
	const isBack = filter === '' && tree.cursor === 0;
	return reorder({
		...tree, filter, caret, anchor: undefined,
	}, isBack ? tree.home : tree.order[tree.cursor]);
}

const takeLine = <Tree extends TreeState>(tree: Tree, {text, caret}: EditedLine): Tree => text === tree.filter ? {...tree, caret} : setFilter(tree, text, caret);

const filterLine = ({filter, caret}: TreeState): EditedLine => ({text: filter, caret});

/** Puts what is typed into the filter, at its cursor. */
export const typeInFilter = <Tree extends TreeState>(tree: Tree, text: string): Tree => takeLine(tree, typeText(filterLine(tree), text));

/** Edits the filter. What takes back a character of an empty one gives it up. */
const editFilter = (edit: LineEdit) => <Tree extends TreeState>(tree: Tree): Tree =>
	edit === 'erase' && tree.filter === '' ? clear(tree) : takeLine(tree, editLine(filterLine(tree), edit));

const find = <Tree extends TreeState>(tree: Tree): Tree =>
	({
		...tree, isTyping: true, caret: [...tree.filter].length, home: tree.filter === '' ? tree.order[tree.cursor] : tree.home,
	});

/** Cancels a range being chosen, else the filter. */
const clear = <Tree extends TreeState>(tree: Tree): Tree =>
	tree.anchor === undefined ? setFilter({...tree, isTyping: false}, '') : {...tree, anchor: undefined};

type Act = <Tree extends TreeState>(tree: Tree) => Tree;

const acts: Readonly<Record<Exclude<TreeCommand, Move>, Act>> = {
	open: openFolder,
	close: closeFolder,
	toggle,
	toggleAll,
	markShown: tree => markShown(tree, true),
	unmarkShown: tree => markShown(tree, false),
	invert: invertMarks,
	range,
	find,
	// The cursor stays on the row that was found when all rows are shown again.
	keep: tree => ({...tree, isTyping: false, home: undefined}),
	clear,
	erase: editFilter('erase'),
	eraseWord: editFilter('eraseWord'),
	eraseLine: editFilter('eraseLine'),
	delete: editFilter('delete'),
	left: editFilter('left'),
	right: editFilter('right'),
	lineStart: editFilter('lineStart'),
	lineEnd: editFilter('lineEnd'),
	sort: tree => sortBy({...tree, sort: {...tree.sort, isReversed: true}}, nextSort[tree.sort.by]),
	sortName: tree => sortBy(tree, 'name'),
	sortSize: tree => sortBy(tree, 'size'),
	sortAge: tree => sortBy(tree, 'age'),
	measure: tree => ({...tree, isOnDisk: !tree.isOnDisk}),
};

/** Commands that leave the cursor where it is. */
const stays: ReadonlySet<TreeCommand> = new Set(['measure', 'toggleAll', 'markShown', 'unmarkShown', 'invert']);

/** Applies a command to the list, and removes the message of the last one. */
export function reduceTree<Tree extends TreeState>(tree: Tree, command: TreeCommand): Tree {
	const answered = tree.message === undefined ? tree : {...tree, message: undefined};
	const moved = isMove(command) ? moveBy(answered, command) : acts[command](answered);
	// A cursor that was moved after the list was read anew is not taken back to where it was before.
	const next = moved.memory?.cursor === undefined || moved === answered || stays.has(command)
		? moved
		: {...moved, memory: {...moved.memory, cursor: undefined}};
	return next === answered || next.hasMoved || command.startsWith('sort') ? next : {...next, hasMoved: true};
}

/** Shows details of the row, or hides them, on a terminal of this size. */
export const toggleDetails = <Tree extends TreeState>(tree: Tree, size: Size): Tree =>
	fitTree({...tree, isDetailed: !showsDetails(size, tree.isDetailed)}, size);

/** The tree's commands as functions of a screen's whole state. */
export function treeCommands<State>(update: (state: State, change: Act) => State): Readonly<Record<TreeCommand, (state: State) => State>> {
	const step = (command: TreeCommand) => (state: State): State => update(state, tree => reduceTree(tree, command));
	const others = Object.keys(acts) as ReadonlyArray<keyof typeof acts>;
	return {...byMove(step), ...Object.fromEntries(others.map(command => [command, step(command)])) as Record<keyof typeof acts, (state: State) => State>};
}
