import type {Command} from '../actions.ts';
import {
	closeFolder,
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
import {forget, resort} from './tree-fill.ts';
import {
	currentRow,
	folderOf,
	type ReviewState,
	type SortKey,
} from './tree-state.ts';

/** Numbers of the rows between the beginning of the range and the cursor, both included. */
export function rangeOf({order, anchor, cursor}: ReviewState): readonly number[] {
	const start = anchor === undefined ? -1 : order.indexOf(anchor);
	return start === -1 ? [] : order.slice(Math.min(start, cursor), Math.max(start, cursor) + 1);
}

/** Marks all of a range, or unmarks it where nothing in it is left to mark. */
function toggleRange(review: ReviewState): ReviewState {
	const numbers = rangeOf(review).filter(number => markSign(review, number) !== 'never');
	const isMarked = numbers.some(number => isLeftToMark(review, number));
	let next: ReviewState = {...review, anchor: undefined};

	for (const number of numbers.filter(inner => folderOf(review, review.rows[inner]!))) {
		next = toggleFolder(next, number, isMarked);
	}

	return setMarks(next, numbers.map(number => [number, isMarked]));
}

function toggle(review: ReviewState): ReviewState {
	const row = currentRow(review);
	const number = review.order[review.cursor];

	if (!row || number === undefined) {
		return review;
	}

	if (review.anchor !== undefined) {
		return toggleRange(review);
	}

	const next = moveTo(review, review.cursor + 1);
	const sign = markSign(review, number);

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
function toggleAll(review: ReviewState): ReviewState {
	const {rows, marks, order, filter} = review;
	const regular = order.filter(number => rows[number]!.isRegular);
	const scope = filter === '' ? [...rows.keys()] : order;

	if (regular.length === 0 && scope.every(number => marks[number] !== 1)) {
		return {...review, message: 'There is no file to mark.'};
	}

	const where = filter === '' ? '' : ' of those shown';

	if (scope.some(number => marks[number] === 1) && regular.every(number => marks[number] === 1)) {
		const none = setMarks(review, scope.map(number => [number, false]));
		return {...(filter === '' ? setAllWanted(none, false) : none), message: `Nothing${where} marked.`};
	}

	const selected = regular.filter(number => rows[number]!.choice.isSelected);
	const wanted = filter === '' ? setAllWanted(review, true) : review;

	return scope.every(number => marks[number] !== 1) && selected.length > 0 && selected.length < regular.length
		? {...setMarks(wanted, selected.map(number => [number, true])), message: 'Marked as at first.'}
		: {...setMarks(wanted, regular.map(number => [number, true])), message: `All files${where} marked.`};
}

/** Marks what was not, and the other way round, of the files shown. */
const invert = (review: ReviewState): ReviewState => setMarks(review, review.order
	.filter(number => review.rows[number]!.isRegular || review.marks[number] === 1)
	.map(number => [number, review.marks[number] !== 1]));

const range = (review: ReviewState): ReviewState => ({...review, anchor: review.anchor === undefined ? review.order[review.cursor] : undefined});

const nextSort: Readonly<Record<SortKey, SortKey>> = {name: 'size', size: 'age', age: 'name'};

const sortBy = (review: ReviewState, by: SortKey): ReviewState =>
	resort({...review, sort: {by, isReversed: review.sort.by === by && !review.sort.isReversed}});

/** Shows what answers to a filter, around the row of the cursor or, without a filter, the row it began at. */
export function setFilter(review: ReviewState, filter: string): ReviewState {
	const isBack = filter === '' && review.cursor === 0;
	return reorder({...review, filter, anchor: undefined}, isBack ? review.home : review.order[review.cursor]);
}

const find = (review: ReviewState): ReviewState =>
	({...review, isTyping: true, home: review.filter === '' ? review.order[review.cursor] : review.home});

/** Gives up what is under way: a range, then a filter. */
const clear = (review: ReviewState): ReviewState =>
	review.anchor === undefined ? setFilter({...review, isTyping: false}, '') : {...review, anchor: undefined};

const acts: Readonly<Partial<Record<Command, (review: ReviewState) => ReviewState>>> = {
	up: review => moveTo(review, review.cursor - 1),
	down: review => moveTo(review, review.cursor + 1),
	pageUp: review => moveTo(review, review.cursor - review.height, review.top - review.height),
	pageDown: review => moveTo(review, review.cursor + review.height, review.top + review.height),
	first: review => moveTo(review, 0),
	last: review => moveTo(review, review.order.length - 1),
	open: openFolder,
	close: closeFolder,
	toggle,
	toggleAll,
	invert,
	range,
	find,
	// Whoever goes on with what was found stays there when all is shown again.
	keep: review => ({...review, isTyping: false, home: undefined}),
	clear,
	erase: review => review.filter === '' ? clear(review) : setFilter(review, [...review.filter].slice(0, -1).join('')),
	sort: review => sortBy({...review, sort: {...review.sort, isReversed: true}}, nextSort[review.sort.by]),
	sortName: review => sortBy(review, 'name'),
	sortSize: review => sortBy(review, 'size'),
	sortAge: review => sortBy(review, 'age'),
	rescan: forget,
	measure: review => ({...review, isOnDisk: !review.isOnDisk}),
};

/** What leaves the cursor where it is. */
const stays: ReadonlySet<Command> = new Set(['sort', 'sortName', 'sortSize', 'sortAge', 'measure', 'toggleAll', 'invert']);

/** What a key does to the list. What the key before it had to say goes. */
export function reduceReview(review: ReviewState, command: Command): ReviewState {
	const answered = review.message === undefined ? review : {...review, message: undefined, isWaiting: false};
	const moved = acts[command]?.(answered) ?? answered;
	// Whoever has gone elsewhere since the list was read anew is not taken back to where it was.
	const next = moved.memory?.cursor === undefined || moved === answered || command === 'rescan' || stays.has(command)
		? moved
		: {...moved, memory: {...moved.memory, cursor: undefined}};
	return next === answered || next.hasMoved || command.startsWith('sort') ? next : {...next, hasMoved: true};
}
