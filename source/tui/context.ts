import type {MostBytes} from '../backup/estimate.ts';
import type {Reason} from '../files/errors.ts';
import type {LeftOut} from '../files/left-out.ts';
import type {Entry} from '../origin/entry.ts';
import type {BackupProcess} from '../process/backup-process.ts';
import type {EarlierSelection} from '../set/earlier-selection.ts';
import type {Space} from '../set/space.ts';
import type {BackgroundPorts} from './review/background.ts';
import type {CommandBase} from './review/command-base.ts';
import type {ExistingSet} from './review/existing-set.ts';
import type {ConfigurationKeeper} from './review/saving.ts';
import type {Scan} from './review/scanner.ts';
import type {SetBrowser, ShowContent} from './sets/browser.ts';

/** A selection to back up: the marked files, and the entries of the list that are not in it. */
export type MarkedFiles = {
	readonly entries: readonly Entry[];
	readonly leftOut: LeftOut;
	/** They are added to the set of the day, which stands. */
	readonly isAddition: boolean;
};

/** The ports of the terminal UI to everything outside it. Every text in it is ready for a person (`displayName`). */
export type TerminalContext = BackgroundPorts & {
	readonly version: string;
	readonly host: string;
	/** Who runs it. */
	readonly user?: string;
	readonly source: string;
	/** The directory that holds the sets. */
	readonly destination: string;
	/** `YYYY-MM-DD`, fixed once at the start. */
	readonly date: string;
	readonly hasColor: boolean;
	/** Only ASCII may be sent to the terminal. */
	readonly isAscii?: boolean;
	/** The connection is slow: less is drawn. */
	readonly isSlow?: boolean;
	/** The most that so many bytes become in the format of the copies. */
	readonly mostBytes?: MostBytes;
	readonly scan: Scan;
	/** Free space at the destination, and the part of it that must stay free. */
	readonly readSpace: () => Promise<Space | undefined>;
	/** Reason why no backup could be written, as far as that shows before: at the start, and looked for again. */
	readonly destinationProblem?: Reason | undefined;
	readonly checkDestination?: () => Promise<Reason | undefined>;
	/** The selection for the newest set of this host and source, if there is one. */
	readonly readEarlier?: () => Promise<EarlierSelection | undefined>;
	/** Shows a file of the source, in the operator's pager unless told where. Resolves with what is to be told of it. Never rejects. */
	readonly pageSource?: (entry: Entry, show?: ShowContent) => Promise<string | undefined>;
	/** A run that is already under way: there is nothing to choose, only to watch. */
	readonly running?: BackupProcess;
	/** How the last run ended, if it made no set: one line for a person. */
	readonly lastRun?: string;
	/** The configurations that were read. */
	readonly configuration?: string;
	readonly keeper?: ConfigurationKeeper;
	/** The parts of the command line that `c` shows for a selection. */
	readonly command?: CommandBase;
	readonly existing?: ExistingSet;
	/** The sets there are; missing while there is no directory for them. */
	readonly browser?: SetBrowser;
	/** Where sets are pushed, for a person; missing where they are not. */
	readonly remote?: string;
	/** Prepares the backup of these entries, which may be started soon; `undefined` drops that. */
	readonly foreseeBackup?: (selection: MarkedFiles | undefined) => void;
	/** Starts the backup of exactly these entries. */
	readonly startBackup: (selection: MarkedFiles) => BackupProcess;
	/** Copies failed files again, into the set of a date. */
	readonly startRetry: (options: {readonly date: string}) => BackupProcess;
};
