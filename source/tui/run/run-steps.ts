/*
The way through a run: from its start to its summary, and from there to another attempt at what failed.
*/
import {ask, type Footers} from '../keys/screen.ts';
import type {FailedFile} from '../../report/words/failures.ts';
import {isTooSmall} from '../kit/layout.ts';
import type {LineEdit} from '../kit/line-edit.ts';
import {byMove} from '../kit/list-window.ts';
import {
	clearList,
	editList,
	findNextFailure,
	moveList,
	turnOrder,
	typeInList,
} from './outcome-list.ts';
import type {ListCommand, RunCommand, SummaryCommand} from './run-keys.ts';
import {hasRoomForAll, outcomesHeight} from './run-layout.ts';
import {canRetry, reportOf, standingDate} from './run-result.ts';
import {
	emptyRun,
	type OutcomeList,
	type RunSlice,
	type RunState,
	type RunView,
	type StopState,
} from './run-state.ts';
import {type QueuedFile, planOutcomes, replaceOutcomes} from './tally.ts';

type RunStep = (state: RunSlice) => RunSlice;

/** Starts the backup of what is marked. `earlier`: the run that made the set which that is added to. */
export const startRun = (state: RunSlice, marked: readonly QueuedFile[], earlier?: RunState): RunSlice =>
	ask<RunSlice>({
		...state, screen: 'run', run: {
			...state.run, task: earlier ? 'add' : 'new', earlier, outcomes: planOutcomes(marked),
		},
	}, {type: 'startBackup'});

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
		...emptyRun, task: 'retry', earlier, outcomes,
	};
	return ask<RunSlice>({
		...state, screen: 'run', pageTop: 0, isHelpOpen: false, run,
	}, {type: 'startRetry', date: standingDate(run) ?? state.facts.date});
}

/** The list once the run is over: it gives way to the summary, unless somebody is typing. After another attempt it has other files. */
const listAfter = ({list, earlier}: RunState): OutcomeList => list.isTyping ? {...list, isOpen: true} : (earlier ? emptyRun.list : {...list, isOpen: false});

/** The run is over: shows its summary, with all that is known of all files. */
export function endRun(state: RunSlice, end: NonNullable<RunState['end']>): RunSlice {
	const {run} = state;
	const outcomes = run.earlier ? replaceOutcomes(run.earlier.outcomes, run.outcomes, run.summary !== undefined) : run.outcomes;
	return {
		...state, screen: 'summary', pageTop: state.isHelpOpen ? state.pageTop : 0, run: {
			...run, end, list: listAfter(run), outcomes,
		},
	};
}

const withList = (state: RunSlice, list: OutcomeList): RunSlice => list === state.run.list ? state : {...state, run: {...state.run, list}};

/** Whether the list of all files is what the screen shows. */
export const isListShown = ({run: {list, end}, size}: Pick<RunView, 'run' | 'size'>): boolean => list.isOpen ?? (end === undefined && hasRoomForAll(size));

/** Does something with the list, where it is shown. */
const inList = (act: (run: RunState, height: number) => OutcomeList): RunStep => state =>
	isListShown(state) ? withList(state, act(state.run, outcomesHeight(state.size))) : state;

const edit = (how: LineEdit): RunStep => inList(({list}) => editList(list, how));

const listCommands: Readonly<Record<ListCommand, RunStep>> = {
	...byMove<RunStep>(move => inList((run, height) => moveList(run, move, height))),
	outcomes: state => withList(state, {...state.run.list, isOpen: true}),
	back: inList(({list}) => ({...list, isOpen: false})),
	nextFailure: inList(findNextFailure),
	sort: inList(({list}) => turnOrder(list)),
	find: inList(({list}) => ({...list, isTyping: true, caret: [...list.filter].length})),
	keep: inList(({list}) => ({...list, isTyping: false})),
	clear: inList(({list}) => clearList(list)),
	erase: edit('erase'),
	eraseWord: edit('eraseWord'),
	eraseLine: edit('eraseLine'),
	delete: edit('delete'),
	left: edit('left'),
	right: edit('right'),
	lineStart: edit('lineStart'),
	lineEnd: edit('lineEnd'),
};

/** Takes in what is typed into the filter of the list. */
export const typeInOutcomes = (state: RunSlice, text: string): RunSlice => inList(({list}) => typeInList(list, text))(state);

/** Words of the footer of the list: there is no way to the next failure where there is none. */
export const listFooters = ({run: {failures}}: RunSlice): Footers<'nextFailure'> => failures.length === 0 ? {nextFailure: ''} : {};

/** State of the filter of the list: it is typed, or on, or neither. */
export const listContext = ({isTyping, filter}: OutcomeList): 'filter' | 'filtered' | 'plain' => isTyping ? 'filter' : (filter === '' ? 'plain' : 'filtered');

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
	turnPause: state => halt(!state.run.isPaused)(state),
};

export const summaryCommands: Readonly<Record<SummaryCommand, RunStep>> = {
	...listCommands,
	finish: state => ({...state, exit: {kind: 'ended'}}),
	retry: state => canRetry(state) ? startRetry(state, state.run, reportOf(state.run).failures) : state,
};
