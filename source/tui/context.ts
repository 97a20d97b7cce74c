import type {Earlier} from '../backup/compare.ts';
import type {BackupEvent} from '../backup/events.ts';
import type {Inspection} from '../backup/inspect.ts';
import type {Reason} from '../files/errors.ts';
import type {LeftOut} from '../files/left-out.ts';
import type {Entry} from '../origin/entry.ts';
import type {Choice} from '../origin/selection.ts';
import type {Space} from '../set/space.ts';
import type {SetBrowser} from './sets/browser.ts';
import type {CommandBase} from './review/command-line.ts';
import type {ReadFolder} from './tree/tree-fill.ts';

/** A file that could not be copied, as text for a person. */
export type FailedFile = {
	readonly path: string;
	readonly error: {readonly message: string};
};

/** Today's set, where there is one already. */
export type ExistingSet = {
	/** Text for a person. */
	readonly directory: string;
	readonly finished?: Date;
	readonly files?: number;
	readonly failed?: number;
	/** What failed, by name, as far as the set tells. */
	readonly failures?: readonly FailedFile[];
	/** Bytes of the copies. */
	readonly bytesOut?: number;
	/** Why it is not a backup of this host and source, so that there is none today. */
	readonly problem?: Reason;
	/** Not made by this program: it has no manifest of ours. */
	readonly isForeign: boolean;
};

/** The backup, in a process of its own. Nothing that happens to the screen reaches it. */
export type BackupProcess = {
	readonly pid: number | undefined;
	/** Events as they come; ends when the process's output ends, and throws where that cannot be read. */
	readonly events: AsyncIterable<BackupEvent>;
	/** How it ended: its exit code, or 128 + N by signal N, with what it wrote to stderr, displayable. Never rejects. */
	readonly ended: Promise<{readonly code: number; readonly stderr: string}>;
	/** Settles when the process has all of the selection, or can't be given more of it; to be waited for before it is let go. Never rejects. */
	readonly handedOver: Promise<void>;
	/** Asks it to stop cleanly. */
	readonly stop: () => void;
	/** Halts it where it is, until it is resumed. */
	readonly pause: () => void;
	readonly resume: () => void;
	/** Whether it is halted now, by whomever; `undefined` where that cannot be told. */
	readonly isHalted?: () => boolean | undefined;
	/** Ends it at once. */
	readonly kill: () => void;
	/** Lets go of it: it goes on by itself, and what it says is heard no more. */
	readonly release: () => void;
};

/** What a scan gives out: entries already judged, or word of a directory that has been read; at its end, the flags that matched nothing. */
export type ScanStep = {readonly choices: readonly Choice[]} | {readonly finished: ReadFolder} | {readonly unused: readonly string[]};

/** What is to be backed up, and what of the list is not. */
export type MarkedFiles = {
	readonly entries: readonly Entry[];
	readonly leftOut: LeftOut;
};

/** The newest set, as far as it tells what another would hold. */
export type Previous = {
	readonly date: string;
	/** What it has of each of some entries. */
	readonly compare: (entries: readonly Entry[]) => Promise<ReadonlyArray<Earlier | undefined>>;
};

/** All that the terminal UI knows of the world. Every text in it is ready for a person (`displayName`). */
export type TerminalContext = {
	readonly version: string;
	readonly host: string;
	readonly source: string;
	/** The directory that holds the sets. */
	readonly destination: string;
	/** `YYYY-MM-DD`, fixed once at the start. */
	readonly date: string;
	readonly hasColor: boolean;
	/** The terminal is to be sent nothing but ASCII. */
	readonly isAscii?: boolean;
	/** Bytes are dear: less is drawn. */
	readonly isSlow?: boolean;
	/** A screen reader reads out what is written. */
	readonly isSpoken?: boolean;
	/** The source, then all directories below it; throws an error whose message is one ready line. */
	readonly scan: (signal: AbortSignal) => AsyncIterable<ScanStep>;
	/** How much of its size compression leaves of a file, 0–1, by samples; rejects where it can't be read. */
	readonly sample?: (entry: Entry) => Promise<number>;
	/** The newest set, unless there is none. */
	readonly openPrevious?: () => Promise<Previous | undefined>;
	/** Looks into one entry, for a person to know it by. Never rejects. */
	readonly inspect?: (entry: Entry) => Promise<Inspection>;
	/** What is free at the destination, and how much of it must stay so. */
	readonly readSpace: () => Promise<Space | undefined>;
	/** A run that is under way already: then there is nothing to choose, but to watch. */
	readonly running?: BackupProcess;
	/** How the last run ended, if it made no set: one line for a person. */
	readonly lastRun?: string;
	/** What the command for a selection is made from. */
	readonly command?: CommandBase;
	readonly existing?: ExistingSet;
	/** The sets there are; missing while there is no directory for them. */
	readonly browser?: SetBrowser;
	/** This backup may be wanted soon, and what it takes can be made ready; `undefined`: it will not be. */
	readonly foreseeBackup?: (selection: MarkedFiles | undefined) => void;
	/** Starts the backup of exactly these entries. */
	readonly startBackup: (selection: MarkedFiles) => BackupProcess;
	/** Copies what failed once more, into the set of a date that stands. */
	readonly startRetry: (options: {readonly date: string}) => BackupProcess;
};
