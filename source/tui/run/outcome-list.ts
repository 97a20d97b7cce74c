/*
The list of all files of a run: which of its rows are in the window, and what keys do to it. Nothing here depends on how many there are, but for
looking for the next failure, filters and sorting.
*/
import {editLine, type LineEdit, typeText} from '../kit/line-edit.ts';
import {
	fitWindow,
	type ListWindow,
	type Move,
	moveWindow,
} from '../kit/list-window.ts';
import {outcomeItems} from './outcome-order.ts';
import {
	activeFiles,
	fileCount,
	fileRow,
	type OutcomeRow,
} from './outcome-row.ts';
import type {OutcomeList, RunState} from './run-state.ts';

/** The number of rows in the list. */
export const rowCount = (run: RunState): number => outcomeItems(run)?.length ?? fileCount(run);

/** A row by its place in the list. */
export function rowAt(run: RunState, place: number): OutcomeRow {
	const item = outcomeItems(run)?.[place];

	if (!item) {
		return fileRow(run, place);
	}

	return 'reason' in item ? {name: undefined, ...item} : {...fileRow(run, item.number), ...(item.isGrouped && {isGrouped: true})};
}

/** Where the list is while no key has moved it: at the first file being copied; in the end at the first failure; at its top where it is filtered or sorted. */
function ownCursor(run: RunState): number {
	const {outcomes: {files, results, numbers, isPlanned}} = run;

	if (outcomeItems(run)) {
		return 0;
	}

	if (run.end) {
		return Math.max(0, results.findIndex(result => result?.word === 'failed'));
	}

	const active = activeFiles(run).map(({path}) => numbers.get(path) ?? files.length);
	const [first = files.length] = active.toSorted((one, other) => one - other);
	return isPlanned ? Math.min(files.length, first) % Math.max(1, files.length) : files.length;
}

/** The cursor, and the rows around it. `height` is how many of them are shown. */
export function listWindow(run: RunState, height: number): ListWindow {
	const {list} = run;
	const extent = {count: rowCount(run), height};

	if (list.hasMoved) {
		return fitWindow(list, extent);
	}

	const {cursor} = fitWindow({cursor: ownCursor(run), top: 0}, extent);
	// It goes along by half of what is shown: a list that moved with each file would send all of it anew each time.
	const step = Math.max(1, Math.floor(height / 2));
	return fitWindow({cursor, top: (Math.floor(cursor / step) * step) - Math.floor(height / 4)}, extent);
}

/** Puts the cursor on a row. Once moved, it stays where it was put. */
function putCursor(run: RunState, cursor: number, height: number): OutcomeList {
	const {top} = listWindow(run, height);
	return {...run.list, hasMoved: true, ...fitWindow({cursor, top}, {count: rowCount(run), height})};
}

/** Moves the cursor of the list. */
export const moveList = (run: RunState, move: Move, height: number): OutcomeList =>
	// A page down or up moves the cursor alone; the rows follow it.
	putCursor(run, moveWindow(listWindow(run, height), move, {count: rowCount(run), height}).cursor, height);

/** Puts the cursor on the next failure after it, from the first again after the last. */
export function findNextFailure(run: RunState, height: number): OutcomeList {
	const count = rowCount(run);
	const {cursor} = listWindow(run, height);

	for (let distance = 1; distance <= count; distance++) {
		const place = (cursor + distance) % count;
		const row = rowAt(run, place);

		if (row.name !== undefined && row.outcome.word === 'failed') {
			return putCursor(run, place, height);
		}
	}

	return run.list;
}

/** The list from its top, in another order or with another filter. */
const fromTop = (list: OutcomeList, changes: Partial<OutcomeList>): OutcomeList => ({
	...list, ...changes, hasMoved: false, cursor: 0, top: 0,
});

/** Sorts by what became of the files, or as they have their turn. */
export const turnOrder = (list: OutcomeList): OutcomeList => fromTop(list, {isByOutcome: !list.isByOutcome});

/** Puts what is typed into the filter, at its cursor. */
export function typeInList(list: OutcomeList, typed: string): OutcomeList {
	const {text, caret} = typeText({text: list.filter, caret: list.caret}, typed);
	return fromTop(list, {filter: text, caret});
}

/** Shows all files again. */
export const clearList = (list: OutcomeList): OutcomeList => fromTop(list, {filter: '', caret: 0, isTyping: false});

/** Edits the filter. What takes back a character of an empty one gives it up. */
export function editList(list: OutcomeList, edit: LineEdit): OutcomeList {
	if (edit === 'erase' && list.filter === '') {
		return clearList(list);
	}

	const {text, caret} = editLine({text: list.filter, caret: list.caret}, edit);
	return text === list.filter ? {...list, caret} : fromTop(list, {filter: text, caret});
}
