import type {MostBytes} from '../backup/estimate.ts';
import type {LeftOut} from '../files/left-out.ts';
import type {Entry} from '../origin/entry.ts';
import type {BackupProcess} from '../process/backup-process.ts';
import type {Space} from '../set/space.ts';
import type {BackgroundPorts} from './review/background.ts';
import type {CommandBase} from './review/command-base.ts';
import type {ExistingSet} from './review/existing-set.ts';
import type {Scan} from './review/scanner.ts';
import type {SetBrowser} from './sets/browser.ts';

/** What is to be backed up, and what of the list is not. */
export type MarkedFiles = {
	readonly entries: readonly Entry[];
	readonly leftOut: LeftOut;
};

/** All that the terminal UI knows of the world. Every text in it is ready for a person (`displayName`). */
export type TerminalContext = BackgroundPorts & {
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
	/** The most that so many bytes become in the format of the copies. */
	readonly mostBytes?: MostBytes;
	readonly scan: Scan;
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
