/*
The list of all files of a run: what its rows say, and which of them are in the window. Nothing here depends on how many there are, but for
looking for the next failure.
*/
import type {ActiveFile} from '../../backup/events.ts';
import type {Command} from '../actions.ts';
import type {OutcomeList, RunState} from '../state.ts';
import type {Outcome} from './tally.ts';
import {waitingCount} from './run-view.ts';

/** What a file is at that has no outcome. */
type Pending =
	| {readonly word: 'copying'; readonly file: ActiveFile}
	/** Read to its end, and now read back and synced; waiting; or, once the run is over, never begun or not completed. */
	| {readonly word: 'checking' | 'waiting' | 'not done'; readonly bytes: number | undefined};

export type OutcomeRow =
	| {readonly name: string; readonly outcome: Outcome | Pending}
	/** Files of which only the number is known. */
	| {readonly name: undefined; readonly count: number};

const activeFiles = ({status, end}: RunState): readonly ActiveFile[] => end ? [] : status?.current_files ?? [];

/** How many rows the list has. */
export function rowCount(run: RunState): number {
	const {files, isPlanned} = run.outcomes;
	return isPlanned ? files.length : files.length + activeFiles(run).length + (waitingCount(run) > 0 ? 1 : 0);
}

function openRow(run: RunState, number: number): OutcomeRow {
	const {files, turn} = run.outcomes;
	const {name, bytes} = files[number]!;
	const file = activeFiles(run).find(active => active.path === name);

	const word = run.end ? 'not done' : (number < turn ? 'checking' : 'waiting');
	return {name, outcome: file ? {word: 'copying', file} : {word, bytes}};
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
	return file ? {name: file.path, outcome: {word: 'copying', file}} : {name: undefined, count: waitingCount(run)};
}

/** Where the list is while no key has moved it: at the first file being copied; in the end at the first failure. */
function ownCursor(run: RunState): number {
	const {outcomes: {files, results, numbers, isPlanned}} = run;

	if (run.end) {
		return Math.max(0, results.findIndex(result => result?.word === 'failed'));
	}

	const active = activeFiles(run).map(({path}) => numbers.get(path) ?? files.length);
	const [first = files.length] = active.toSorted((one, other) => one - other);
	return isPlanned ? Math.min(files.length, first) % Math.max(1, files.length) : files.length;
}

export type Window = {
	readonly cursor: number;
	/** The first row shown. */
	readonly top: number;
};

/** The cursor, and the rows around it. `height` is how many of them are shown. */
export function listWindow(run: RunState, height: number): Window {
	const {list} = run;
	const count = rowCount(run);
	const cursor = Math.max(0, Math.min(count - 1, list.hasMoved ? list.cursor : ownCursor(run)));
	const wanted = list.hasMoved ? list.top : cursor - Math.floor(height / 3);
	const top = Math.max(cursor - height + 1, Math.min(wanted, cursor));
	return {cursor, top: Math.max(0, Math.min(top, count - height))};
}

/** The next failure after a row, from the first again after the last. */
function nextFailure({outcomes: {results}}: RunState, cursor: number): number | undefined {
	for (let distance = 1; distance <= results.length; distance++) {
		const number = (cursor + distance) % results.length;

		if (results[number]?.word === 'failed') {
			return number;
		}
	}

	return undefined;
}

/** Where a key would put the cursor; nothing if it doesn't move it. */
function target(run: RunState, command: Command, {cursor, height}: {readonly cursor: number; readonly height: number}): number | undefined {
	const targets: Readonly<Partial<Record<Command, number | undefined>>> = {
		up: cursor - 1, down: cursor + 1, pageUp: cursor - height, pageDown: cursor + height, first: 0, last: Infinity,
	};
	return command === 'nextFailure' ? nextFailure(run, cursor) : targets[command];
}

/** What a key does to the list. Once moved, it stays where it was put. */
export function reduceList(run: RunState, command: Command, height: number): OutcomeList {
	const {list} = run;

	if (command === 'outcomes' || (command === 'back' && list.isOpen)) {
		return {...list, isOpen: command === 'outcomes' && !list.isOpen};
	}

	const {cursor, top} = listWindow(run, height);
	const wanted = list.isOpen ? target(run, command, {cursor, height}) : undefined;

	if (wanted === undefined) {
		return list;
	}

	const moved = {
		...list, hasMoved: true, cursor: Math.max(0, Math.min(wanted, rowCount(run) - 1)), top,
	};
	return {...moved, ...listWindow({...run, list: moved}, height)};
}
