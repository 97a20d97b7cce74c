import type {Size} from '../kit/layout.ts';
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
	setAllWanted,
	setMarks,
	toggleFolder,
} from './tree-marks.ts';
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

/*
All, none, and what the rules selected at first, in turn: with two steps only, the default skips would have to be taken out again by
hand. It acts on the files shown. Links stay as the operator left them, and so does what is in closed directories; but "none", said of the
whole list, means none.
*/
function toggleAll<Tree extends TreeState>(tree: Tree): Tree {
	const {rows, marks, order, filter} = tree;
	const regular = order.filter(number => rows[number]!.isRegular);
	const scope = filter === '' ? [...rows.keys()] : order;

	if (regular.length === 0 && scope.every(number => marks[number] !== 1)) {
		return {...tree, message: 'There is no file to mark.'};
	}

	const where = filter === '' ? '' : ' of those shown';

	if (scope.some(number => marks[number] === 1) && regular.every(number => marks[number] === 1)) {
		const none = setMarks(tree, scope.map(number => [number, false]));
		return {...(filter === '' ? setAllWanted(none, false) : none), message: `Nothing${where} marked.`};
	}

	const selected = regular.filter(number => rows[number]!.isSelected);
	const wanted = filter === '' ? setAllWanted(tree, true) : tree;

	return scope.every(number => marks[number] !== 1) && selected.length > 0 && selected.length < regular.length
		? {...setMarks(wanted, selected.map(number => [number, true])), message: 'Marked as at the start.'}
		: {...setMarks(wanted, regular.map(number => [number, true])), message: `All files${where} marked.`};
}

/** Marks what was not, and the other way round, of the files shown. */
const invert = <Tree extends TreeState>(tree: Tree): Tree => setMarks(tree, tree.order
	.filter(number => tree.rows[number]!.isRegular || tree.marks[number] === 1)
	.map(number => [number, tree.marks[number] !== 1]));

const range = <Tree extends TreeState>(tree: Tree): Tree => ({...tree, anchor: tree.anchor === undefined ? tree.order[tree.cursor] : undefined});

const nextSort: Readonly<Record<SortKey, SortKey>> = {name: 'size', size: 'age', age: 'name'};

const sortBy = <Tree extends TreeState>(tree: Tree, by: SortKey): Tree =>
	resort({...tree, sort: {by, isReversed: tree.sort.by === by && !tree.sort.isReversed}});

/** Shows what answers to a filter, around the row of the cursor or, without a filter, the row it began at. */
export function setFilter<Tree extends TreeState>(tree: Tree, filter: string): Tree {
	const isBack = filter === '' && tree.cursor === 0;
	return reorder({...tree, filter, anchor: undefined}, isBack ? tree.home : tree.order[tree.cursor]);
}

const find = <Tree extends TreeState>(tree: Tree): Tree =>
	({...tree, isTyping: true, home: tree.filter === '' ? tree.order[tree.cursor] : tree.home});

/** Gives up what is under way: a range, then a filter. */
const clear = <Tree extends TreeState>(tree: Tree): Tree =>
	tree.anchor === undefined ? setFilter({...tree, isTyping: false}, '') : {...tree, anchor: undefined};

type Act = <Tree extends TreeState>(tree: Tree) => Tree;

const acts: Readonly<Record<Exclude<TreeCommand, Move>, Act>> = {
	open: openFolder,
	close: closeFolder,
	toggle,
	toggleAll,
	invert,
	range,
	find,
	// Whoever goes on with what was found stays there when all is shown again.
	keep: tree => ({...tree, isTyping: false, home: undefined}),
	clear,
	erase: tree => tree.filter === '' ? clear(tree) : setFilter(tree, [...tree.filter].slice(0, -1).join('')),
	sort: tree => sortBy({...tree, sort: {...tree.sort, isReversed: true}}, nextSort[tree.sort.by]),
	sortName: tree => sortBy(tree, 'name'),
	sortSize: tree => sortBy(tree, 'size'),
	sortAge: tree => sortBy(tree, 'age'),
	measure: tree => ({...tree, isOnDisk: !tree.isOnDisk}),
};

/** What leaves the cursor where it is. */
const stays: ReadonlySet<TreeCommand> = new Set(['sort', 'sortName', 'sortSize', 'sortAge', 'measure', 'toggleAll', 'invert']);

/** What a key does to the list. What the key before it had to say goes. */
export function reduceTree<Tree extends TreeState>(tree: Tree, command: TreeCommand): Tree {
	const answered = tree.message === undefined ? tree : {...tree, message: undefined};
	const moved = isMove(command) ? moveBy(answered, command) : acts[command](answered);
	// Whoever has gone elsewhere since the list was read anew is not taken back to where it was.
	const next = moved.memory?.cursor === undefined || moved === answered || stays.has(command)
		? moved
		: {...moved, memory: {...moved.memory, cursor: undefined}};
	return next === answered || next.hasMoved || command.startsWith('sort') ? next : {...next, hasMoved: true};
}

/** Shows details of the row, or hides them, on a terminal of this size. */
export const toggleDetails = <Tree extends TreeState>(tree: Tree, size: Size): Tree =>
	fitTree({...tree, isDetailed: !showsDetails(size, tree.isDetailed)}, size);

/** What each command does on a screen whose state has a tree. */
export function treeCommands<State>(update: (state: State, change: Act) => State): Readonly<Record<TreeCommand, (state: State) => State>> {
	const step = (command: TreeCommand) => (state: State): State => update(state, tree => reduceTree(tree, command));
	const others = Object.keys(acts) as ReadonlyArray<keyof typeof acts>;
	return {...byMove(step), ...Object.fromEntries(others.map(command => [command, step(command)])) as Record<keyof typeof acts, (state: State) => State>};
}
