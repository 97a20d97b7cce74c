/*
A row for each file of a run. Nothing here depends on how many there are.
*/
import type {ActiveFile} from '../../backup/events.ts';
import type {RunState} from './run-state.ts';
import {waitingCount} from './run-view.ts';
import type {Outcome} from './tally.ts';

/** State of a file that has no outcome. */
type OpenFile =
	| {readonly word: 'copying'; readonly file: ActiveFile}
	/** Read to its end, and now read back and synced; waiting; or, once the run is over, never begun or not completed. */
	| {readonly word: 'checking' | 'waiting' | 'not done'; readonly bytes: number | undefined};

export type OutcomeRow =
	/** `isGrouped`: it stands below others of its kind, whose head tells the reason. */
	| {readonly name: string; readonly outcome: Outcome | OpenFile; readonly isGrouped?: boolean}
	/** Files of which only the number is known; or the head of so many that failed for one reason. */
	| {readonly name: undefined; readonly count: number; readonly reason?: string};

/** The files that are being copied or checked, as far as is known. */
export function activeFiles({status, end, recent, failures}: RunState): readonly ActiveFile[] {
	// What has become of a file may be heard before the next status, which names it no more.
	const isOver = (name: string) => recent.some(({path}) => path === name) || failures.some(({path}) => path === name);
	return end ? [] : status?.current_files.filter(({path}) => !isOver(path)) ?? [];
}

/** How many files there are rows for, and for those of which only the number is known one more. */
export function fileCount(run: RunState): number {
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

/** The row of a file by its number. */
export function fileRow(run: RunState, number: number): OutcomeRow {
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
