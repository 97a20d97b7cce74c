import type {Choice} from '../scan/selection.ts';
import type {Command} from './actions.ts';
import {mergeRows, sortRows} from './review-order.ts';
import {
	addToTotals,
	currentRow,
	makeRow,
	noTotals,
	type ReviewState,
	type Row,
	type Sort,
	type Totals,
} from './review-state.ts';

/** Puts the cursor at a position within the list and the window around it. */
function moveTo(review: ReviewState, position: number, wantedTop = review.top): ReviewState {
	const cursor = Math.max(0, Math.min(position, review.order.length - 1));
	const lastTop = Math.max(0, review.order.length - review.height);
	const top = Math.max(0, Math.min(lastTop, Math.max(cursor - review.height + 1, Math.min(wantedTop, cursor))));
	return cursor === review.cursor && top === review.top ? review : {...review, cursor, top};
}

/** A new order under the same row: the window keeps it where it is on the screen, as far as it can. */
function reorder(review: ReviewState, order: readonly number[]): ReviewState {
	const number = review.order[review.cursor];
	// Whoever has not moved wants to see the list from its start.
	const cursor = review.cursor === 0 || number === undefined ? 0 : order.indexOf(number);
	return moveTo({...review, order}, cursor, cursor - (review.cursor - review.top));
}

/** Takes in a batch of entries that the scan found. `now` in milliseconds since the epoch. */
export function addChoices(review: ReviewState, choices: readonly Choice[], now: number): ReviewState {
	if (choices.length === 0) {
		return review;
	}

	const added = choices.map(choice => makeRow(choice));
	const rows = [...review.rows, ...added];
	const marks = new Uint8Array(rows.length);
	marks.set(review.marks);
	let {totals, regularCount} = review;

	for (const [index, row] of added.entries()) {
		regularCount += row.isRegular ? 1 : 0;

		if (!row.choice.isSelected) {
			continue;
		}

		marks[review.rows.length + index] = 1;
		totals = addToTotals(totals, row, 1);
	}

	return reorder({
		...review, rows, marks, totals, regularCount, now,
	}, mergeRows(review.order, rows, review.rows.length, review.sort));
}

function toggle(review: ReviewState): ReviewState {
	const row = currentRow(review);
	const number = review.order[review.cursor];

	if (!row || number === undefined) {
		return review;
	}

	const next = moveTo(review, review.cursor + 1);

	if (!row.choice.isSelectable) {
		return {...next, message: `${row.name} can't be marked: ${row.choice.reason ?? row.choice.entry.kind}`};
	}

	const isMarked = review.marks[number] === 1;
	const marks = new Uint8Array(review.marks);
	marks[number] = isMarked ? 0 : 1;
	return {...next, marks, totals: addToTotals(review.totals, row, isMarked ? -1 : 1)};
}

function markWhere(review: ReviewState, isMarked: (row: Row, number: number) => boolean): ReviewState {
	const marks = new Uint8Array(review.rows.length);
	let totals: Totals = noTotals;

	for (const [number, row] of review.rows.entries()) {
		if (!isMarked(row, number)) {
			continue;
		}

		marks[number] = 1;
		totals = addToTotals(totals, row, 1);
	}

	return {...review, marks, totals};
}

/*
All, none, and what the rules selected at first, in turn: with two steps only, the default skips would have to be taken out again by
hand. Links stay as the operator left them, but "none" means none.
*/
function toggleAll(review: ReviewState): ReviewState {
	const {totals, regularCount, marks} = review;

	if (regularCount === 0 && totals.files === 0) {
		return {...review, message: 'There is no file to mark.'};
	}

	if (totals.files > 0 && totals.regular === regularCount) {
		return {...markWhere(review, () => false), message: 'Nothing marked.'};
	}

	if (totals.files === 0) {
		const atFirst = markWhere(review, row => row.choice.isSelected);

		if (atFirst.totals.files > 0 && atFirst.totals.regular < regularCount) {
			return {...atFirst, message: 'Marked as at first.'};
		}
	}

	return {...markWhere(review, (row, number) => row.isRegular || marks[number] === 1), message: 'All files marked.'};
}

const nextSort: Readonly<Record<Sort, Sort>> = {name: 'size', size: 'age', age: 'name'};

function cycleSort(review: ReviewState): ReviewState {
	const sort = nextSort[review.sort];
	return reorder({...review, sort}, sortRows(review.rows, sort));
}

/** Adapts the window to a list of `height` rows. */
export const resizeReview = (review: ReviewState, height: number): ReviewState =>
	height === review.height ? review : moveTo({...review, height}, review.cursor);

const acts: Readonly<Partial<Record<Command, (review: ReviewState) => ReviewState>>> = {
	up: review => moveTo(review, review.cursor - 1),
	down: review => moveTo(review, review.cursor + 1),
	pageUp: review => moveTo(review, review.cursor - review.height, review.top - review.height),
	pageDown: review => moveTo(review, review.cursor + review.height, review.top + review.height),
	first: review => moveTo(review, 0),
	last: review => moveTo(review, review.order.length - 1),
	toggle,
	toggleAll,
	sort: cycleSort,
};

/** What a key does to the list. What the key before it had to say goes. */
export function reduceReview(review: ReviewState, command: Command): ReviewState {
	const answered = review.message === undefined ? review : {...review, message: undefined, isWaiting: false};
	return acts[command]?.(answered) ?? answered;
}
