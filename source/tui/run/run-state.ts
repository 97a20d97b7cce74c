import type {
	ErrorEvent,
	ExitErrorEvent,
	FileEvent,
	NoticeEvent,
	PrunedEvent,
	StartEvent,
	StatusEvent,
	SummaryEvent,
} from '../../backup/events.ts';
import type {Asking, Shell} from '../keys/screen.ts';
import {noPace, type Pace} from './pace.ts';
import {type Tally, unplanned} from './tally.ts';

export type StopState = 'no' | 'asking' | 'stopping' | 'killing';

/** The list of all files with what became of them. Until a key moves it, it goes along with what is being copied. */
export type OutcomeList = {
	readonly isOpen: boolean;
	readonly hasMoved: boolean;
	readonly cursor: number;
	readonly top: number;
};

export type RunState = {
	/** It copies once more what failed, into the set that stands. */
	readonly isRetry: boolean;
	/** The run whose failures it copies; where only its set is known, all that is told of that. */
	readonly earlier: RunState | undefined;
	/** The set that this run is known by, where nobody has seen the run itself. */
	readonly standing: string | undefined;
	readonly pid: number | undefined;
	/** Somebody else started it; this screen only watches. */
	readonly isAttached: boolean;
	/** Milliseconds of the steady clock; of a run that this screen has joined, as far as that has told. */
	readonly startedAt: number;
	readonly clock: number;
	readonly start: StartEvent | undefined;
	readonly status: StatusEvent | undefined;
	readonly notices: ReadonlyArray<NoticeEvent | PrunedEvent>;
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
	/** It is halted, by whomever. */
	readonly isPaused: boolean;
	readonly garbled: string | undefined;
	readonly summary: SummaryEvent | undefined;
	readonly exitError: ExitErrorEvent | undefined;
	readonly end: {readonly code: number; readonly stderr: string} | undefined;
};

/** A run of which nothing is known. */
export const emptyRun: RunState = {
	isRetry: false,
	earlier: undefined,
	standing: undefined,
	pid: undefined,
	isAttached: false,
	startedAt: 0,
	clock: 0,
	start: undefined,
	status: undefined,
	notices: [],
	filesDone: 0,
	filesVanished: 0,
	failures: [],
	recent: [],
	noted: [],
	outcomes: unplanned,
	list: {
		isOpen: false, hasMoved: false, cursor: 0, top: 0,
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

/** What is asked of the process of the backup. */
export type RunEffect =
	/** It is started, with what is marked. */
	{readonly type: 'startBackup'}
	/** What failed is copied once more, into the set of a date. */
	| {readonly type: 'startRetry'; readonly date: string}
	| {readonly type: 'pause'}
	| {readonly type: 'resume'}
	/** It ends cleanly. */
	| {readonly type: 'stop'}
	/** It ends at once. */
	| {readonly type: 'kill'};

/** What the screens of a run have to do with. */
export type RunView = Shell & {
	readonly run: RunState;
};

export type RunSlice = RunView & Asking<RunEffect>;
