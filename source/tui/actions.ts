import type {BackupEvent} from '../backup/events.ts';
import type {Space} from '../set/space.ts';
import type {Choice} from '../origin/selection.ts';
import type {Earlier} from '../backup/compare.ts';
import type {BrowseCommand, BrowseEvent} from './sets/sets-actions.ts';
import type {NamedAct} from './review/named.ts';
import type {ReadFolder} from './tree/tree-fill.ts';
import type {Details} from './tree/tree-state.ts';

/** What a key can ask for. key-table.ts says which key on which screen. */
export type Command =
	'up' | 'down' | 'pageUp' | 'pageDown' | 'first' | 'last'
	| 'open' | 'close' | 'toggle' | 'toggleAll' | 'invert' | 'range' | 'find' | 'keep' | 'clear' | 'erase'
	| 'details' | 'sort' | 'sortName' | 'sortSize' | 'sortAge' | 'measure' | 'rescan' | 'command' | 'confirm'
	| 'start' | 'back' | 'help' | 'quit' | 'interrupt' | 'suspend' | 'redraw'
	| 'ask' | 'goOn' | 'stop' | 'kill' | 'leave' | 'pause' | 'resume'
	| 'outcomes' | 'nextFailure' | 'retry' | 'finish'
	| BrowseCommand;

/** Why the screen is left. */
export type Exit =
	{readonly kind: 'quit'}
	/** The backup goes on without the screen. */
	| {readonly kind: 'left'}
	/** The run is over; the run's state says how. */
	| {readonly kind: 'ended'}
	| {readonly kind: 'signal'; readonly signal: 'SIGINT' | 'SIGTERM' | 'SIGHUP' | 'SIGQUIT'}
	/** There is nothing to choose from, or standard output takes nothing: one line for stderr. `code`: the exit code, if it is not 1. */
	| {readonly kind: 'failed'; readonly message: string; readonly code?: number}
	/** The program itself broke. */
	| {readonly kind: 'broken'; readonly error: unknown};

/** All that can happen to the state. Moments are milliseconds: `now` since the epoch, `clock` of a clock that never jumps. */
export type Action =
	{readonly type: 'command'; readonly command: Command}
	/** A character typed into the filter, or another line. */
	| {readonly type: 'text'; readonly text: string}
	/** What is to be done with rows that are named, whichever the cursor is on. */
	| {readonly type: 'named'; readonly act: NamedAct}
	| {readonly type: 'resize'; readonly columns: number; readonly rows: number}
	| {readonly type: 'scanned'; readonly choices: readonly Choice[]; readonly now: number}
	/** Directories that have been read to their end. */
	| {readonly type: 'foldersRead'; readonly folders: readonly ReadFolder[]}
	/** A file has been sampled: by the key of its path, how much of it compression leaves. */
	| {readonly type: 'sampled'; readonly ratios: ReadonlyArray<readonly [key: string, ratio: number]>}
	/** Files have been held against the newest set, by the key of their path; without a date, there is none. */
	| {readonly type: 'compared'; readonly date: string | undefined; readonly files: ReadonlyArray<readonly [key: string, earlier: Earlier | undefined]>}
	/** The row of the cursor has been looked into, or will be. */
	| {readonly type: 'inspected'; readonly details: Details}
	/** The source itself has. */
	| {readonly type: 'scanEnded'}
	/** All has been read, and these flags have matched nothing. */
	| {readonly type: 'unused'; readonly flags: readonly string[]}
	| {readonly type: 'space'; readonly space: Space | undefined}
	| {readonly type: 'started'; readonly pid: number | undefined; readonly clock: number}
	/** `isHalted`: whether the backup is, where that can be told. */
	| {readonly type: 'tick'; readonly clock: number; readonly events: readonly BackupEvent[]; readonly isHalted?: boolean | undefined}
	/** The backup process said something that is not an event. */
	| {readonly type: 'garbled'; readonly message: string}
	| {readonly type: 'ended'; readonly code: number; readonly stderr: string}
	/** What has become of a request for sets. */
	| {readonly type: 'browse'; readonly event: BrowseEvent}
	| {readonly type: 'exit'; readonly exit: Exit};
