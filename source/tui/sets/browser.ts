import type {ManifestHead} from '../../set/manifest/manifest-head.ts';
import type {Change} from '../../set/set-differences.ts';
import type {SetState} from '../../set/catalog.ts';
import type {FileFacts} from '../../set/file-facts.ts';
import type {MissingRecord} from '../../set/manifest/manifest.ts';
import type {SetFile} from '../../set/open-set.ts';
import type {SetName} from '../../set/names/set-names.ts';
import type {RestoreEvent} from '../../recovery/restore-events.ts';
import type {FetchEvent} from '../../remote/fetch-events.ts';
import type {PushEvent} from '../../remote/push-events.ts';
import type {VerifyEvent} from '../../recovery/verify-events.ts';

/** A set in the list, with what is known of it by now. Texts are safe to print. */
export type SetRow = {
	readonly name: SetName;
	/** Missing until its manifest has been looked at. */
	readonly state?: SetState;
	/** Texts in it are raw. */
	readonly head?: ManifestHead;
	/** Why it is damaged or foreign. */
	readonly problem?: string;
	/** Copies in it, where no manifest tells, and their bytes. */
	readonly found?: {readonly files: number; readonly bytes: number};
	/** Bytes it takes beside the older sets; missing until counted, or where that cannot be told. */
	readonly bytesNew?: number;
	/** Whether it is off the host as it is here, by the last look there; missing where sets are not pushed. */
	readonly isPushed?: boolean;
	/** It is only at the remote: how long ago it was finished. */
	readonly away?: {readonly age: string};
};

/** One result of listing sets. */
export type ListStep = {readonly names: readonly SetName[]} | {readonly rows: readonly SetRow[]};

/** An entry of a set: a copy, or what there is none of. */
export type SetItem =
	{readonly kind: 'copy'; readonly file: SetFile; readonly facts: FileFacts; readonly owner?: string}
	| {readonly kind: 'missing'; readonly missing: MissingRecord};

/** The content of an opened set. */
export type SetContent = {
	readonly items: readonly SetItem[];
	/** Damage found in its manifest. */
	readonly problems: readonly string[];
};

/** The differences between an older set and a newer one. */
export type SetComparison = {
	readonly older: string;
	readonly newer: string;
	readonly changes: readonly Change[];
};

/** The files to restore, and where: paths as bytes. */
export type RestoreOrder = {
	readonly name: SetName;
	readonly paths: readonly Buffer[];
	/** The directory to restore to, as it was typed. */
	readonly to: string;
	readonly overwrite: boolean;
};

/** The outcome to expect of a restoration. */
export type RestorePreview = {
	/** The number of files that are wanted, those that cannot be restored among them. */
	readonly files: number;
	/** Bytes of those that can be restored, as far as is known. */
	readonly bytes: number;
	/** The directory as a whole path. */
	readonly to: string;
	readonly isNew: boolean;
	/** Files there that others take the place of. */
	readonly replaced: readonly string[];
	/** Files that cannot be restored, and what is in the way. */
	readonly blocked: ReadonlyArray<{readonly path: string; readonly reason: string}>;
	readonly notices: readonly string[];
};

/** Events of long work. */
export type WorkEvent = VerifyEvent | RestoreEvent | PushEvent | FetchEvent;

export type Work = {
	readonly report: (event: WorkEvent) => void;
	readonly signal: AbortSignal;
};

/** Shows content under a title, as much of it as is wanted. Resolves with why nothing could be shown, or with nothing; rejects with what the content throws. */
export type ShowContent = (chunks: AsyncIterable<Buffer>, title: string) => Promise<string | undefined>;

/** The finished sets of this host that are at a remote. */
export type AwaySets = {
	readonly host: string;
	/** Newest first; those that are here, too. */
	readonly rows: readonly SetRow[];
	/** Dates of those that are there as they are here. */
	readonly pushed: ReadonlySet<string>;
};

/** Where sets are pushed. */
export type AwayPlace = {
	/** `REMOTE:PATH`. */
	readonly name: string;
	/** Rejects within half a minute, where the remote does not answer. */
	readonly list: (signal: AbortSignal) => Promise<AwaySets>;
	/** Pushes what is not there. */
	readonly push: (work: Work) => Promise<void>;
	readonly fetch: (name: SetName, work: Work) => Promise<void>;
};

/**
The sets at a destination, and what can be done with them. Every text that comes out is safe to print; errors have messages for a person. All of it
is asynchronous or done in slices of a few milliseconds.
*/
export type SetBrowser = {
	/** First all sets by name, newest first; then, in batches, what is found out about them. */
	readonly list: (signal: AbortSignal) => AsyncIterable<ListStep>;
	/** When the next run is due and how the last one ended: ways to say it, the fullest first. */
	readonly schedule?: () => Promise<readonly string[]>;
	readonly open: (name: SetName) => Promise<SetContent>;
	readonly compare: (one: SetName, other: SetName) => Promise<SetComparison>;
	/**
	Shows the content of a copy: in the operator's pager, on the terminal, unless `show` does it otherwise.

	@returns What is to be told of it, such as damage; nothing if all went well.
	*/
	readonly page: (name: SetName, file: SetFile, show?: ShowContent) => Promise<string | undefined>;
	/** The directory in which files are restored, if nobody says otherwise. */
	readonly home: string;
	readonly preview: (order: RestoreOrder) => Promise<RestorePreview>;
	readonly verify: (names: readonly SetName[], work: Work) => Promise<void>;
	readonly restore: (order: RestoreOrder, work: Work) => Promise<void>;
	/** Bytes that removing a set would free; nothing if that cannot be told. */
	readonly weigh?: (name: SetName) => Promise<number | undefined>;
	/** Removes a finished set. */
	readonly remove: (name: SetName) => Promise<void>;
	readonly away?: AwayPlace;
};
