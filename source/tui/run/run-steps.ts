/*
The way through a run: from its start to its summary, and from there to another attempt at what failed.
*/
import {ask} from '../keys/screen.ts';
import type {FailedFile} from '../kit/failure-lines.ts';
import {isTooSmall} from '../kit/layout.ts';
import {byMove} from '../kit/list-window.ts';
import {findNextFailure, moveList} from './outcome-list.ts';
import type {ListCommand, RunCommand, SummaryCommand} from './run-keys.ts';
import {outcomesHeight} from './run-layout.ts';
import {canRetry, reportOf, standingDate} from './run-result.ts';
import {
	emptyRun,
	type OutcomeList,
	type RunSlice,
	type RunState,
	type StopState,
} from './run-state.ts';
import {type QueuedFile, planOutcomes, replaceOutcomes} from './tally.ts';

type RunStep = (state: RunSlice) => RunSlice;

/** Starts the backup of what is marked. */
export const startRun = (state: RunSlice, marked: readonly QueuedFile[]): RunSlice =>
	ask<RunSlice>({...state, screen: 'run', run: {...state.run, outcomes: planOutcomes(marked)}}, {type: 'startBackup'});

/** The state of a run that is over, made from its set and failures. */
export const runOfSet = (directory: string, failures: readonly FailedFile[]): RunState => ({
	...emptyRun,
	standing: directory,
	failures: failures.map(({path, error}) => ({message_type: 'error', path, error})),
	outcomes: planOutcomes(failures.map(({path}) => ({name: path, bytes: undefined}))),
});

/** Starts another attempt at what failed in a run; nothing where there is nothing to try, or to see. */
export function startRetry(state: RunSlice, earlier: RunState, failures: readonly FailedFile[]): RunSlice {
	if (failures.length === 0 || isTooSmall(state.size)) {
		return state;
	}

	const sizes = new Map(state.run.outcomes.files.map(({name, bytes}) => [name, bytes]));
	const outcomes = planOutcomes(failures.map(({path}) => ({name: path, bytes: sizes.get(path)})));
	const run: RunState = {
		...emptyRun, isRetry: true, earlier, outcomes,
	};
	return ask<RunSlice>({
		...state, screen: 'run', pageTop: 0, isHelpOpen: false, run,
	}, {type: 'startRetry', date: standingDate(run) ?? state.facts.date});
}

/** The run is over: shows its summary, with all that is known of all files. */
export function endRun(state: RunSlice, end: NonNullable<RunState['end']>): RunSlice {
	const {run} = state;
	const outcomes = run.earlier ? replaceOutcomes(run.earlier.outcomes, run.outcomes, run.summary !== undefined) : run.outcomes;
	return {
		...state, screen: 'summary', pageTop: state.isHelpOpen ? state.pageTop : 0, run: {
			...run, end, list: run.earlier ? emptyRun.list : {...run.list, isOpen: false}, outcomes,
		},
	};
}

const withList = (state: RunSlice, list: OutcomeList): RunSlice => list === state.run.list ? state : {...state, run: {...state.run, list}};

const turnList = (isOpen: boolean): RunStep => state => withList(state, {...state.run.list, isOpen});

const listCommands: Readonly<Record<ListCommand, RunStep>> = {
	...byMove<RunStep>(move => state => withList(state, moveList(state.run, move, outcomesHeight(state.size)))),
	outcomes: turnList(true),
	back: state => state.run.list.isOpen ? turnList(false)(state) : state,
	nextFailure: state => withList(state, findNextFailure(state.run, outcomesHeight(state.size))),
};

/** Goes from one state of stopping to another; does nothing in any other state. */
const stopStep = (from: StopState, to: StopState): RunStep => state => {
	const {run} = state;

	if (run.stop !== from) {
		return state;
	}

	// A halted process could not stop cleanly.
	const isWoken = run.isPaused && to === 'stopping';
	const next: RunSlice = {...state, run: {...run, stop: to, isPaused: run.isPaused && !isWoken}};
	const woken = isWoken ? ask(next, {type: 'resume'}) : next;
	return to === 'stopping' ? ask(woken, {type: 'stop'}) : (to === 'killing' ? ask(woken, {type: 'kill'}) : woken);
};

/** Halts the backup, or lets it go on. */
const halt = (isPaused: boolean): RunStep => state => state.run.end
	? state
	: ask<RunSlice>({...state, run: {...state.run, isPaused}}, {type: isPaused ? 'pause' : 'resume'});

export const runCommands: Readonly<Record<RunCommand, RunStep>> = {
	...listCommands,
	ask: stopStep('no', 'asking'),
	goOn: stopStep('asking', 'no'),
	stop: stopStep('asking', 'stopping'),
	kill: stopStep('stopping', 'killing'),
	pause: halt(true),
	resume: halt(false),
};

export const summaryCommands: Readonly<Record<SummaryCommand, RunStep>> = {
	...listCommands,
	finish: state => ({...state, exit: {kind: 'ended'}}),
	retry: state => canRetry(state) ? startRetry(state, state.run, reportOf(state.run).failures) : state,
};
