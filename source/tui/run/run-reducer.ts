import type {
	BackupEvent,
	ErrorEvent,
	FileEvent,
	NoticeEvent,
	PrunedEvent,
} from '../../backup/events.ts';
import type {Command} from '../actions.ts';
import type {RunState, StopState} from '../state.ts';
import {addOutcomes} from './tally.ts';
import {notePace, skipFile} from './pace.ts';

/** More can't be on a screen. */
const keptRecent = 200;

type Draft = {
	-readonly [Key in keyof RunState]: RunState[Key];
};

type Lists = {
	readonly failures: ErrorEvent[];
	readonly finished: FileEvent[];
	/** Both, as they came. */
	readonly settled: Array<ErrorEvent | FileEvent>;
	readonly notices: Array<NoticeEvent | PrunedEvent>;
};

/** Takes one event into a draft whose lists belong to it. */
function take(draft: Draft, event: BackupEvent, lists: Lists): void {
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
			// One that this screen has joined began before that.
			draft.startedAt = Math.min(draft.startedAt, draft.clock - (event.seconds_elapsed * 1000));
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

		// Named one by one in the list and its notes; the summary has the counts.
		case 'left_out': {
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
Takes in what the backup process reported since the last tick. `clock` in milliseconds of the steady clock.

@param isHalted - Whether it is halted now, if that can be told: another screen may have halted it, or let it go on.
*/
export function addEvents(run: RunState, events: readonly BackupEvent[], {clock, isHalted = run.isPaused}: {readonly clock: number; readonly isHalted?: boolean | undefined}): RunState {
	if (events.length === 0 && clock === run.clock && isHalted === run.isPaused) {
		return run;
	}

	const draft: Draft = {...run, clock, isPaused: isHalted};
	const lists: Lists = {
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

const stopSteps: Readonly<Partial<Record<Command, readonly [from: StopState, to: StopState]>>> = {
	ask: ['no', 'asking'],
	goOn: ['asking', 'no'],
	stop: ['asking', 'stopping'],
	kill: ['stopping', 'killing'],
};

/** What a key does to a run: most of it is about stopping. */
export function reduceRun(run: RunState, command: Command): RunState {
	if (command === 'pause' || command === 'resume') {
		const isPaused = command === 'pause';
		return run.end ? run : {...run, isPaused, wish: {isPaused}};
	}

	const step = stopSteps[command];

	if (step?.[0] !== run.stop) {
		return run;
	}

	// What is halted could not stop cleanly.
	return run.isPaused && step[1] === 'stopping'
		? {
			...run, stop: step[1], isPaused: false, wish: {isPaused: false},
		}
		: {...run, stop: step[1]};
}

export type RunPhase = 'starting' | 'copying' | 'finishing' | 'stopping' | 'paused';

/** What the run is at, for the screen. */
export function runPhase({stop, isPaused, start, status, filesDone, filesVanished, failures}: RunState): RunPhase {
	if (stop === 'stopping' || stop === 'killing') {
		return 'stopping';
	}

	if (isPaused) {
		return 'paused';
	}

	if (!start) {
		return 'starting';
	}

	const finished = filesDone + filesVanished + failures.length;
	const isAllRead = finished >= start.total_files || (status !== undefined && status.percent_done >= 1 && status.current_files.length === 0);
	return isAllRead ? 'finishing' : 'copying';
}
