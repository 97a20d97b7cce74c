/*
The way through a run: from the confirmation to its summary, and from there to another attempt at what failed.
*/
import {displayName} from '../../text/display-name.ts';
import type {Command} from '../actions.ts';
import {isTooSmall, outcomesHeight} from '../kit/layout.ts';
import {emptyRun, type RunState, type State} from '../state.ts';
import {reduceList} from './outcome-list.ts';
import {planOutcomes, replaceOutcomes} from './tally.ts';
import {canRetry, reportOf} from './run-result.ts';

/** Goes from the question to the run of what is marked. */
export function startRun(state: State): State {
	const {review: {rows, marks}, run} = state;
	// A directory that cannot be listed is named by the run as it is, without the slash that it has in the list.
	const marked = rows.filter((_, number) => marks[number] === 1).map(({choice, bytes}) => ({name: displayName(choice.entry.path), bytes}));
	return {...state, screen: 'run', run: {...run, outcomes: planOutcomes(marked)}};
}

/** What is told of the run that made a set: which it is, and what failed. */
const runOf = (existing: State['existing']): RunState => ({
	...emptyRun,
	standing: existing?.directory,
	failures: (existing?.failures ?? []).map(({path, error}) => ({message_type: 'error', path, error})),
	outcomes: planOutcomes((existing?.failures ?? []).map(({path}) => ({name: path, bytes: undefined}))),
});

/** Goes from a summary, or from a set that stands, to another attempt at what failed; nothing where there is nothing to try, or to see. */
export function startRetry(state: State): State {
	const {screen, existing, run} = state;
	const isOver = screen === 'summary';
	const failures = isOver ? (canRetry(state) ? reportOf(run).failures : []) : existing?.failures ?? [];

	if (failures.length === 0 || isTooSmall(state.size)) {
		return state;
	}

	const sizes = new Map(run.outcomes.files.map(({name, bytes}) => [name, bytes]));
	const outcomes = planOutcomes(failures.map(({path}) => ({name: path, bytes: sizes.get(path)})));
	return {
		...state, screen: 'run', pageTop: 0, isHelpOpen: false, run: {
			...emptyRun, isRetry: true, earlier: isOver ? run : runOf(existing), outcomes,
		},
	};
}

/** The run is over: its summary is shown, with all that is known of all files. */
export function endRun(state: State, end: NonNullable<RunState['end']>): State {
	const {run} = state;
	const outcomes = run.earlier ? replaceOutcomes(run.earlier.outcomes, run.outcomes, run.summary !== undefined) : run.outcomes;
	return {
		...state, screen: 'summary', pageTop: state.isHelpOpen ? state.pageTop : 0, run: {
			...run, end, list: run.earlier ? emptyRun.list : {...run.list, isOpen: false}, outcomes,
		},
	};
}

/** What a key does to the list of all files, over the run or its summary. */
export function moveList(state: State, command: Command): State {
	const list = reduceList(state.run, command, outcomesHeight(state.size));
	return list === state.run.list ? state : {...state, run: {...state.run, list}};
}

/** A run in which there is nothing to stop any more. */
export function reduceSummary(state: State, command: Command): State {
	if (command === 'finish') {
		return {...state, exit: {kind: 'ended'}};
	}

	return command === 'retry' ? startRetry(state) : moveList(state, command);
}
