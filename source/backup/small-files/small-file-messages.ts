import type {FormatName} from '../../compression/format-names.ts';
import type {Reason} from '../../files/errors.ts';
import type {Limits} from '../../files/metadata.ts';
import type {FileReading} from '../../origin/file-record.ts';
import type {SmallSource} from '../../origin/small-source.ts';
import type {CopyRecord} from '../../set/manifest/manifest.ts';

/*
Messages between the main thread and the threads for small files. Names are bytes, one character each: cheaper to hand on than buffers, which
take the memory along that they share with others.
*/

/** The largest file that is copied in one piece, in bytes: up to here the calls cost more than the compression. */
export const smallFileLimit = 64 * 1024;

/** The largest copy of such a file, in bytes: with what is around it, and of content that does not shrink. */
export const smallCopyLimit = smallFileLimit + 4096;

/** Data that a thread starts with. */
export type ThreadData = {
	/** Open directories, as descriptors. */
	readonly source: number;
	readonly staging: number;
	/** The set to link unchanged files from. */
	readonly previous: number | undefined;
	/** Name of the staging directory in messages. */
	readonly stagingLabel: string;
	readonly format: FormatName;
	/** One of the format's. */
	readonly level: number;
	readonly verify: boolean;
	/** Shared `ThreadState`. */
	readonly state: SharedArrayBuffer;
};

/** Where in the shared state is what. */
export const threadState = {
	/** Not 0: begin no further file. */
	stop: 0,
	/** The number of the file that is being copied. */
	current: 1,
	/** Number of slots. */
	length: 2,
} as const;

/** A file to copy; if anything about it is unusual, it is handed back. */
export type SmallFile = SmallSource & {
	/** Unique in the run. */
	readonly number: number;
	/** Whether it may be copied as it is if it is compressed already. */
	readonly mayBeAsIs: boolean;
	/** Relative to the staging directory: what to create. */
	readonly draft: string;
	/** It has not changed since the previous set: link its copy there, by its path in that set, if it is still as it should be; `limits` are missing where the file system keeps no modes. */
	readonly reuse?: {readonly copy: string; readonly bytes: number; readonly sha256: string; readonly limits?: Limits};
};

export type ThreadRequest =
	| {readonly kind: 'copy'; readonly files: readonly SmallFile[]}
	/** From draft to final name, both relative to the staging directory. */
	| {readonly kind: 'name'; readonly names: ReadonlyArray<readonly [draft: string, file: string]>};

/** A complete copy. */
export type SmallCopy = {
	readonly number: number;
	readonly outcome: 'copied';
	/** The draft, open. */
	readonly fd: number;
	/** Result of reading the source. */
	readonly reading: FileReading;
	readonly written: Pick<CopyRecord, 'stored' | 'bytesOut' | 'contentChecksum' | 'sha256' | 'unkept'>;
};

/** Result for a file: a copy, a link to one; or `handed back`, for the main thread to try, and to report any error. */
export type SmallFileResult = SmallCopy | {readonly number: number; readonly outcome: 'linked' | 'handed back'};

export type ThreadReply =
	| {readonly kind: 'ready'}
	/** As they come. */
	| {readonly kind: 'results'; readonly results: readonly SmallFileResult[]}
	/** The request is dealt with. `refused`: which drafts have no final name, by index, as something about the name is in the way. `failure`: of the destination, what its `DestinationError` is made of. */
	| {readonly kind: 'end'; readonly refused?: readonly number[]; readonly failure?: Reason};
