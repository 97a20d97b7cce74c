/*
Sources beside the files of the source directory: streams, each read once from its beginning to its end, such as the output of a program. A
stream is an entry like any other, under a path that no file of the source should have.
*/
import type {CopyRecord} from '../set/manifest/manifest.ts';
import type {Note} from '../set/notes.ts';
import type {Entry} from './entry.ts';
import type {ListedEntries} from './files-list.ts';
import type {Reached} from './open-source.ts';

/** An entry that is read from a stream. Its size is an estimate, in bytes. */
export type StreamEntry = Entry & {readonly kind: 'stream'; readonly from: string};

/** Facts about a stream's copy that go into the manifest. */
export type StreamFacts = {
	readonly notes?: readonly Note[];
	/** Plain JSON, as its source likes it. */
	readonly facts?: Readonly<Record<string, unknown>>;
	/** Its source was moved meanwhile: it is worth reading once more. */
	readonly isMixed?: boolean;
};

/** A stream that was opened. */
export type Stream = {
	/** Its bytes, in pieces of any length. Where they end early, it throws, or `finish` does. */
	readonly content: AsyncIterable<Buffer>;
	/** Only where it is made of records: how far it has been read; `undefined` before the first one. */
	readonly reached?: () => Reached | undefined;
	/**
	Asked once the content has ended.

	@throws If that was not all, or not what it should be: then nothing of it is kept. The message says why, for a person.
	*/
	readonly finish: () => Promise<StreamFacts>;
	/** Ends it, wherever it is, and gives back all that it holds; also if it has ended by itself. Never rejects. */
	readonly close: () => Promise<void>;
};

/** Contents of a source. */
export type StreamListing = {
	/** Under paths that begin with its name and a slash. */
	readonly entries: readonly StreamEntry[];
	/** Parts of it that cannot be had, of which each has failed; under such paths, and with its name. */
	readonly unavailable?: ListedEntries['unavailable'];
	/** Paths of parts that this user may not read. */
	readonly hidden?: readonly Buffer[];
	/** Path of the directory of the source whose whole content the entries have, too. */
	readonly covers?: Buffer;
};

/** Sources of streams. */
export type StreamSource = {
	/** In lower-case letters; names it in entries and manifests. */
	readonly name: string;
	/** What lists call the group of its streams. */
	readonly group: string;
	/**
	All that there is.

	@throws If that cannot be told: then this source has failed, and nothing else. The message says why, for a person.
	*/
	readonly list: () => Promise<StreamListing>;
	/**
	Opens one that it has listed, maybe in another process.

	@param signal Aborted when the run is stopped; the stream is closed then in any case.
	@throws If it cannot be opened: that costs this entry.
	*/
	readonly open: (entry: StreamEntry, signal: AbortSignal) => Promise<Stream>;
	/**
	Whether an earlier copy has all that a stream would give now, so that the copy is taken instead.

	@param copy Of the same path, from this source.
	@returns What is to be said of the copy then, in place of what was said; `undefined` if the stream is to be read.
	*/
	readonly reuse: (entry: StreamEntry, copy: CopyRecord) => Promise<StreamFacts | undefined>;
};

export const isStream = (entry: Entry): entry is StreamEntry => entry.kind === 'stream' && entry.from !== undefined;
