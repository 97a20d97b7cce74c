import type {
	BackupEvent,
	ErrorEvent,
	FileEvent,
	NoticeEvent,
	PrunedEvent,
} from '../../backup/events.ts';
import {notePace, skipFile} from './pace.ts';
import type {RunSlice, RunState} from './run-state.ts';
import {endRun} from './run-steps.ts';
import {addOutcomes} from './tally.ts';

/** Changes to a run that do not come from keys, but from its process. `clock` in milliseconds of a clock that never jumps. */
export type RunAction =
	{readonly type: 'started'; readonly pid: number | undefined; readonly clock: number}
	/** `isHalted`: whether the backup process is halted, if that can be told. */
	| {readonly type: 'tick'; readonly clock: number; readonly events: readonly BackupEvent[]; readonly isHalted?: boolean | undefined}
	/** The backup process said something that is not an event. */
	| {readonly type: 'garbled'; readonly message: string}
	| {readonly type: 'ended'; readonly code: number; readonly stderr: string};

/** The most finished files kept for the screen, which cannot show more. */
const keptRecent = 200;

type RunDraft = {
	-readonly [Key in keyof RunState]: RunState[Key];
};

type RunLists = {
	readonly failures: ErrorEvent[];
	readonly finished: FileEvent[];
	/** Failed and finished files, in the order they came. */
	readonly settled: Array<ErrorEvent | FileEvent>;
	readonly notices: Array<NoticeEvent | PrunedEvent>;
};

/** The milliseconds by which a run's own count must fall short of the time since its start to prove that it was halted: a status may be a little late. */
const noticedPause = 1000;

/** When a run began by its own count, from which a pause is taken away; one that this screen has joined began before that. */
const correctStart = (known: number, told: number): number => told > known && told < known + noticedPause ? known : told;

/** Takes one event into a draft whose lists belong to it. */
function take(draft: RunDraft, event: BackupEvent, lists: RunLists): void {
	switch (event.message_type) {
		case 'start': {
			draft.start = event;
			break;
		}

		case 'notice': {
			lists.notices.push(event);
			break;
		}

		case 'status': {
			draft.status = event;
			draft.heardAt = draft.clock;
			draft.startedAt = correctStart(draft.startedAt, draft.clock - (event.seconds_elapsed * 1000));
			draft.pace = notePace(draft.pace, event);
			draft.peakActive = Math.max(draft.peakActive, event.current_files.length);
			break;
		}

		case 'file': {
			draft.filesDone += event.outcome === 'vanished' ? 0 : 1;
			draft.filesVanished += event.outcome === 'vanished' ? 1 : 0;
			draft.pace = skipFile(draft.pace, event);
			lists.finished.push(event);
			lists.settled.push(event);
			break;
		}

		case 'error': {
			lists.failures.push(event);
			lists.settled.push(event);
			break;
		}

		case 'pruned': {
			lists.notices.push(event);
			break;
		}

		case 'left_out': {
			draft.leftOut = [...draft.leftOut, event];
			break;
		}

		case 'summary': {
			draft.summary = event;
			break;
		}

		case 'exit_error': {
			draft.exitError = event;
			break;
		}
	}
}

/**
Takes in what the backup process reported since the last tick. `clock` in milliseconds of the steady clock. `isHalted`: whether it is halted now, if that
can be told: another screen may have halted it, or let it go on.
*/
export function addEvents(run: RunState, events: readonly BackupEvent[], {clock, isHalted = run.isPaused}: {readonly clock: number; readonly isHalted?: boolean | undefined}): RunState {
	if (events.length === 0 && clock === run.clock && isHalted === run.isPaused) {
		return run;
	}

	const draft: RunDraft = {
		...run, clock, isPaused: isHalted, heardAt: run.isPaused && !isHalted ? clock : run.heardAt,
	};
	const lists: RunLists = {
		failures: [], finished: [], settled: [], notices: [],
	};

	for (const event of events) {
		take(draft, event, lists);
	}

	// Once for all events: lists copied for each of ten thousand would take seconds.
	if (lists.failures.length > 0) {
		draft.failures = [...run.failures, ...lists.failures];
	}

	if (lists.notices.length > 0) {
		draft.notices = [...run.notices, ...lists.notices];
	}

	if (lists.finished.length > 0) {
		draft.recent = [...run.recent, ...lists.finished.slice(-keptRecent)].slice(-keptRecent);
		draft.noted = [...run.noted, ...lists.finished.filter(file => file.outcome === 'vanished' || file.notes.length > 0)];
	}

	draft.outcomes = addOutcomes(run.outcomes, lists.settled, draft.status);
	return draft;
}

/** Takes in what comes from the process of the backup. */
export function reduceRun(state: RunSlice, action: RunAction): RunSlice {
	switch (action.type) {
		case 'started': {
			const {pid, clock} = action;
			return {
				...state, run: {
					...state.run, pid, clock, startedAt: clock, heardAt: clock,
				},
			};
		}

		case 'tick': {
			const run = addEvents(state.run, action.events, action);
			return run === state.run ? state : {...state, run};
		}

		case 'garbled': {
			return {...state, run: {...state.run, garbled: action.message}};
		}

		case 'ended': {
			const {code, stderr} = action;
			return endRun(state, {code, stderr});
		}
	}
}
