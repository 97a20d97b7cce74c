/*
The list of all files of a run: what its rows say, and which of them are in the window. Nothing here depends on how many there are, but for
looking for the next failure.
*/
import type {ActiveFile} from '../../backup/events.ts';
import {
	fitWindow,
	type ListWindow,
	type Move,
	moveWindow,
} from '../kit/list-window.ts';
import type {OutcomeList, RunState} from './run-state.ts';
import {waitingCount} from './run-view.ts';
import type {Outcome} from './tally.ts';

/** The state of a file without an outcome. */
type PendingFile =
	| {readonly word: 'copying'; readonly file: ActiveFile}
	/** Read to its end, and now read back and synced; waiting; or, once the run is over, never begun or not completed. */
	| {readonly word: 'checking' | 'waiting' | 'not done'; readonly bytes: number | undefined};

export type OutcomeRow =
	| {readonly name: string; readonly outcome: Outcome | PendingFile}
	/** Files of which only the number is known. */
	| {readonly name: undefined; readonly count: number};

const activeFiles = ({status, end}: RunState): readonly ActiveFile[] => end ? [] : status?.current_files ?? [];

/** The number of rows in the list. */
export function rowCount(run: RunState): number {
	const {files, isPlanned} = run.outcomes;
	return isPlanned ? files.length : files.length + activeFiles(run).length + (waitingCount(run) > 0 ? 1 : 0);
}

function openRow(run: RunState, number: number): OutcomeRow {
	const {files, turn} = run.outcomes;
	const {name, bytes} = files[number]!;
	const file = activeFiles(run).find(active => active.path === name);

	const isChecking = file ? file.checking === true : number < turn && run.status?.files_checking !== 0;
	const word = run.end ? 'not done' : (isChecking ? 'checking' : 'waiting');
	return {name, outcome: file && !file.checking ? {word: 'copying', file} : {word, bytes}};
}

/** A row by its number. */
export function rowAt(run: RunState, number: number): OutcomeRow {
	const {files, results} = run.outcomes;
	const outcome = results[number];

	if (outcome) {
		return {name: files[number]!.name, outcome};
	}

	if (number < files.length) {
		return openRow(run, number);
	}

	const file = activeFiles(run)[number - files.length];
	return file ? {name: file.path, outcome: file.checking ? {word: 'checking', bytes: file.total_bytes} : {word: 'copying', file}} : {name: undefined, count: waitingCount(run)};
}

/** The cursor's place until a key moves it: the first file being copied; after the end, the first failure. */
function ownCursor(run: RunState): number {
	const {outcomes: {files, results, numbers, isPlanned}} = run;

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
	return fitWindow({cursor, top: cursor - Math.floor(height / 3)}, extent);
}

/** Puts the cursor on a row. Once moved, it stays where it was put. */
function putCursor(run: RunState, cursor: number, height: number): OutcomeList {
	const {top} = listWindow(run, height);
	return {...run.list, hasMoved: true, ...fitWindow({cursor, top}, {count: rowCount(run), height})};
}

/** Moves the cursor of an open list. */
export function moveList(run: RunState, move: Move, height: number): OutcomeList {
	// A page down or up moves the cursor alone; the rows follow it.
	return run.list.isOpen ? putCursor(run, moveWindow(listWindow(run, height), move, {count: rowCount(run), height}).cursor, height) : run.list;
}

/** Puts the cursor of an open list on the next failure after it, from the first again after the last. */
export function findNextFailure(run: RunState, height: number): OutcomeList {
	const {results} = run.outcomes;
	const {cursor} = listWindow(run, height);

	for (let distance = 1; run.list.isOpen && distance <= results.length; distance++) {
		const number = (cursor + distance) % results.length;

		if (results[number]?.word === 'failed') {
			return putCursor(run, number, height);
		}
	}

	return run.list;
}
