import type {
	ErrorEvent,
	ExitErrorEvent,
	FileEvent,
	NoticeEvent,
	PrunedEvent,
	StartEvent,
	StatusEvent,
	SummaryEvent,
} from '../backup/events.ts';
import type {Space} from '../set/space.ts';
import {type BrowseScreen, type BrowseState, emptyBrowse} from './sets/sets-state.ts';
import type {CommandBase} from './review/command-line.ts';
import type {Exit} from './actions.ts';
import type {ExistingSet, TerminalContext} from './context.ts';
import {type Outcomes, unplanned} from './run/tally.ts';
import {noPace, type Pace} from './run/pace.ts';
import {emptyReview, type ReviewState} from './tree/tree-state.ts';

export type Size = {
	readonly columns: number;
	readonly rows: number;
};

/** What is known before anything is looked at, as text for a person. */
export type Facts = {
	readonly version: string;
	readonly host: string;
	readonly source: string;
	readonly destination: string;
	readonly date: string;
	/** The directory the set will have. */
	readonly set: string;
	/** How the last run ended, if it made no set. */
	readonly lastRun: string | undefined;
	/** What the command for a selection is made from. */
	readonly command?: CommandBase | undefined;
};

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
	readonly outcomes: Outcomes;
	readonly list: OutcomeList;
	readonly pace: Pace;
	/** The most files seen active at once; their rows stay reserved, so that the screen doesn't jump. */
	readonly peakActive: number;
	readonly stop: StopState;
	/** It is halted, by whomever. */
	readonly isPaused: boolean;
	/** What a key asked for last, a new object each time. */
	readonly wish: {readonly isPaused: boolean} | undefined;
	readonly garbled: string | undefined;
	readonly summary: SummaryEvent | undefined;
	readonly exitError: ExitErrorEvent | undefined;
	readonly end: {readonly code: number; readonly stderr: string} | undefined;
};

export type State = {
	readonly facts: Facts;
	readonly size: Size;
	readonly screen: 'exists' | 'review' | 'command' | 'confirm' | 'run' | 'summary' | BrowseScreen;
	/** Help lies over the screen. */
	readonly isHelpOpen: boolean;
	/** The first line shown of a page of text: the help, or a screen that is one. */
	readonly pageTop: number;
	readonly existing: ExistingSet | undefined;
	/** Missing until known, or where it can't be told. */
	readonly space: Space | undefined;
	readonly review: ReviewState;
	readonly run: RunState;
	readonly browse: BrowseState;
	/** Set once, at the end: the screen is to be left. */
	readonly exit: Exit | undefined;
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
	wish: undefined,
	garbled: undefined,
	summary: undefined,
	exitError: undefined,
	end: undefined,
};

/** What of the world the first screen depends on. */
type Circumstances = Pick<TerminalContext, 'version' | 'host' | 'source' | 'destination' | 'date' | 'existing' | 'running' | 'lastRun' | 'command' | 'isSlow' | 'browser'>;

/** The state a session starts with. */
export function initialState(context: Circumstances, size: Size): State {
	const {
		version, host, source, destination, date, existing, running, lastRun, command, isSlow, browser,
	} = context;

	return {
		facts: {
			version, host, source, destination, date, set: `${destination === '/' ? '' : destination}/${date}`, lastRun, command,
		},
		size,
		screen: running ? 'run' : (existing ? 'exists' : 'review'),
		isHelpOpen: false,
		pageTop: 0,
		existing,
		space: undefined,
		// Each move would send them all again.
		review: {...emptyReview(size), ...(isSlow && {isDetailed: false})},
		run: {...emptyRun, isAttached: running !== undefined},
		browse: {...emptyBrowse, ...(browser && {isThere: true, home: browser.home})},
		exit: undefined,
	};
}
