import type {
	ErrorEvent,
	ExitErrorEvent,
	FileEvent,
	LeftOutEvent,
	NoticeEvent,
	PrunedEvent,
	StartEvent,
	StatusEvent,
	SummaryEvent,
} from '../../backup/events.ts';
import type {Asking, Shell} from '../keys/screen.ts';
import type {Filter} from '../kit/name-filter.ts';
import {noPace, type Pace} from './pace.ts';
import {type Tally, unplanned} from './tally.ts';

export type StopState = 'no' | 'asking' | 'stopping' | 'killing';

/** The list of all files with their outcomes. Until a key moves it, it follows the files being copied. */
export type OutcomeList = Filter & {
	/** Whether it lies over the screen; as long as nobody has said, wherever there is room for it. */
	readonly isOpen: boolean | undefined;
	/** It is sorted by the outcomes of the files; else by the order in which they have their turn. */
	readonly isByOutcome: boolean;
	readonly hasMoved: boolean;
	readonly cursor: number;
	readonly top: number;
};

export type RunState = {
	/** It makes a set; or copies once more what failed, or more files, into the one that stands. */
	readonly task: 'new' | 'retry' | 'add';
	/** The run that made the set it adds to; where only its set is known, all that is told of that. */
	readonly earlier: RunState | undefined;
	/** The set that this run is known by, if the run itself was not watched. */
	readonly standing: string | undefined;
	readonly pid: number | undefined;
	/** Started elsewhere; this screen only watches it. */
	readonly isAttached: boolean;
	/** Milliseconds of the steady clock; of a run that this screen has joined, reckoned from its status. */
	readonly startedAt: number;
	readonly clock: number;
	readonly start: StartEvent | undefined;
	readonly status: StatusEvent | undefined;
	/** When that came, or the run last went on after a halt; milliseconds of the steady clock. */
	readonly heardAt: number;
	readonly notices: ReadonlyArray<NoticeEvent | PrunedEvent>;
	/** Entries left out, by reason, with names. */
	readonly leftOut: readonly LeftOutEvent[];
	readonly filesDone: number;
	readonly filesVanished: number;
	readonly failures: readonly ErrorEvent[];
	/** The last files that finished, oldest first. */
	readonly recent: readonly FileEvent[];
	/** Files with notes, and those that vanished. */
	readonly noted: readonly FileEvent[];
	readonly outcomes: Tally;
	readonly list: OutcomeList;
	readonly pace: Pace;
	/** The most files seen active at once; their rows stay reserved, so that the screen doesn't jump. */
	readonly peakActive: number;
	readonly stop: StopState;
	/** The process is halted (SIGSTOP), by anybody. */
	readonly isPaused: boolean;
	readonly garbled: string | undefined;
	readonly summary: SummaryEvent | undefined;
	readonly exitError: ExitErrorEvent | undefined;
	readonly end: {readonly code: number; readonly stderr: string} | undefined;
};

/** A run before anything is known of it. */
export const emptyRun: RunState = {
	task: 'new',
	earlier: undefined,
	standing: undefined,
	pid: undefined,
	isAttached: false,
	startedAt: 0,
	clock: 0,
	start: undefined,
	status: undefined,
	heardAt: 0,
	notices: [],
	leftOut: [],
	filesDone: 0,
	filesVanished: 0,
	failures: [],
	recent: [],
	noted: [],
	outcomes: unplanned,
	list: {
		isOpen: undefined, isByOutcome: false, filter: '', caret: 0, isTyping: false, hasMoved: false, cursor: 0, top: 0,
	},
	pace: noPace,
	peakActive: 0,
	stop: 'no',
	isPaused: false,
	garbled: undefined,
	summary: undefined,
	exitError: undefined,
	end: undefined,
};

/** The effects on the process of the backup. */
export type RunEffect =
	/** Starts it, with the marked files. */
	{readonly type: 'startBackup'}
	/** Copies the failed files again, into the set of a date. */
	| {readonly type: 'startRetry'; readonly date: string}
	| {readonly type: 'pause'}
	| {readonly type: 'resume'}
	/** Asks it to stop cleanly. */
	| {readonly type: 'stop'}
	/** Ends it at once. */
	| {readonly type: 'kill'};

/** The slice of the state that belongs to the screens of a run. */
export type RunView = Shell & {
	readonly run: RunState;
};

export type RunSlice = RunView & Asking<RunEffect>;
