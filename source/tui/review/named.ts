/*
Choosing by name and not by cursor, for a session that has no cursor.
*/
import {markSign, setMarks, toggleFolder} from '../tree/tree-marks.ts';
import {closeFolder, openFolder} from '../tree/tree-moves.ts';
import {setFilter} from '../tree/tree-reducer.ts';
import {folderOf} from '../tree/tree-state.ts';
import {parentNumber} from '../tree/tree-walk.ts';
import type {ReviewState} from './review-state.ts';

export type NamedAct =
	/** Rows, by their numbers, are marked, unmarked or, without `isMarked`, turned. */
	{readonly kind: 'mark'; readonly numbers: readonly number[]; readonly isMarked?: boolean | undefined}
	/** A directory, by the number of its row, is opened, or closed. */
	| {readonly kind: 'turn'; readonly number: number}
	/** What names must have in them to be shown, said at once. */
	| {readonly kind: 'filter'; readonly text: string};

/** Whether any of the directories that a row is in is among some rows. */
function isBelow(review: ReviewState, number: number, numbers: ReadonlySet<number>): boolean {
	for (let outer = parentNumber(review, number); outer >= 0; outer = parentNumber(review, outer)) {
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
function chooseRows(review: ReviewState, numbers: readonly number[], isMarked?: boolean): ReviewState {
	const named = new Set(numbers);
	const own = numbers.filter(number => markSign(review, number) !== 'never' && !isBelow(review, number, named));
	let next = review;

	for (const number of own.filter(inner => folderOf(review, review.rows[inner]!))) {
		next = toggleFolder(next, number, isMarked);
	}

	return setMarks(next, own.map(number => [number, isMarked ?? (review.marks[number] !== 1)]));
}

/** Opens the directory that a row is, or closes it. */
function turnFolder(review: ReviewState, number: number): ReviewState {
	const cursor = review.order.indexOf(number);
	const isOpen = folderOf(review, review.rows[number]!)?.isOpen;
	return cursor === -1 ? review : (isOpen ? closeFolder : openFolder)({...review, cursor});
}

/** Does what is asked of named rows. What the command before had to say goes. */
export function reduceNamed(before: ReviewState, act: NamedAct): ReviewState {
	const review: ReviewState = {
		...before, message: undefined, hasMoved: true, ...(before.memory && {memory: {...before.memory, cursor: undefined}}),
	};

	switch (act.kind) {
		case 'mark': {
			return chooseRows(review, act.numbers, act.isMarked);
		}

		case 'turn': {
			return turnFolder(review, act.number);
		}

		case 'filter': {
			return setFilter(review, act.text);
		}
	}
}
