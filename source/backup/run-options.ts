import type {Directory} from '../files/directory.ts';
import type {FormatName} from '../compression/format-names.ts';
import type {EngineName} from '../formats/formats.ts';
import type {LeftOut} from '../files/left-out.ts';
import type {Entry} from '../origin/entry.ts';
import type {Streams} from '../origin/streams.ts';
import type {KeepPolicy} from '../set/keep-policy.ts';
import type {MissingRecord} from '../set/manifest/manifest.ts';
import type {Origin, Whose} from '../set/names/provenance.ts';
import type {Reserve} from '../set/space.ts';
import type {ExitErrorEvent, SummaryEvent} from './events.ts';
import type {SelectRetry} from './retried-set.ts';

/** Somebody beside the reader of the events. What it does must not fail. */
export type RunObserver = {
	/** The lock is held, and the run begins. */
	readonly started: (destination: Directory) => Promise<void>;
	/** The run is over; the lock is given back once this resolves. */
	readonly ended: (destination: Directory, last: SummaryEvent | ExitErrorEvent) => Promise<void>;
};

export type RunOptions = {
	readonly version: string;
	readonly source: Directory;
	/** Streams that are backed up beside the files of the source; missing if there are none. */
	readonly streams?: Streams;
	/** Where the set comes from. */
	readonly origin: Origin;
	/** The sets that are this one's elder sisters. */
	readonly own: Whose;
	/** Absolute path, for messages. */
	readonly destinationPath: string;
	/** `YYYY-MM-DD`: names the set. */
	readonly date: string;
	readonly entries: readonly Entry[];
	/** When they were listed, in milliseconds since the epoch. */
	readonly listedSince: number;
	/** Asked for by name, and not to be had. */
	readonly missing: readonly MissingRecord[];
	/** There and not selected; `undefined` where that is not known. */
	readonly leftOut: LeftOut | undefined;
	/** Flags that matched nothing, with their globs. */
	readonly unused: readonly string[];
	/** Selects entries to retry if the set of the date exists; `undefined`: then nothing is done. */
	readonly selectRetry: SelectRetry | undefined;
	/** Whether it does so to add to it; else to try again what failed. */
	readonly isAddition?: boolean;
	/** Whether to copy also what has not changed since the newest set. */
	readonly full: boolean;
	/** Compression format. */
	readonly format: FormatName;
	/** `undefined` for the best there is. */
	readonly engine: EngineName | undefined;
	/** Whether to tell why it is not the best. */
	readonly isVerbose: boolean;
	/** One of the format's. */
	readonly level: number;
	/** Number of CPU cores to use. */
	readonly jobs: number;
	/** Whether each copy is read back before it counts. */
	readonly verify: boolean;
	/** Whether free space is checked before and watched during the run. */
	readonly checkSpace: boolean;
	/** Space that must stay free; `undefined` for the default. */
	readonly reserve: Reserve | undefined;
	/** Told of the run while it holds the lock. */
	readonly observer?: RunObserver;
	/** Which sets to keep after success; `undefined` keeps all. */
	readonly keep: KeepPolicy | undefined;
	/** Where sets are pushed (`REMOTE:PATH`), if they are: then old ones are removed only once they are there. */
	readonly pushTo?: string | undefined;
	/** Time to wait for another run to end, in milliseconds. */
	readonly lockWait: number;
};
