/*
What is backed up beside the files of the source directory: streams, each read once from its beginning to its end, such as what a program puts out. A
stream is an entry like any other, under a path that no file of the source should have.
*/
import {errorReason, SourceError, toReason} from '../files/errors.ts';
import {pathKey} from '../files/path-key.ts';
import type {CopyRecord} from '../set/manifest/manifest.ts';
import type {Note} from '../set/notes.ts';
import type {Entry} from './entry.ts';
import type {ListedEntries, Unavailable} from './files-list.ts';
import type {OpenSource} from './open-source.ts';
import {OpenStream} from './open-stream.ts';

/** An entry that is read from a stream. Its size is an estimate, in bytes. */
export type StreamEntry = Entry & {readonly kind: 'stream'; readonly from: string};

/** Facts about a stream's copy that go into the manifest. */
export type StreamFacts = {
	readonly notes?: readonly Note[];
	/** Plain JSON, as its source likes it. */
	readonly facts?: Readonly<Record<string, unknown>>;
};

/** A stream that was opened. */
export type Stream = {
	/** Its bytes, in pieces of any length. Where they end early, it throws, or `finish` does. */
	readonly content: AsyncIterable<Buffer>;
	/**
	Asked once the content has ended.

	@throws If that was not all, or not what it should be: then nothing of it is kept. The message says why, for a person.
	*/
	readonly finish: () => Promise<StreamFacts>;
	/** Ends it, wherever it is, and gives back all that it holds; also if it has ended by itself. Never rejects. */
	readonly close: () => Promise<void>;
};

/** Sources of streams. */
export type StreamSource = {
	/** In lower-case letters; names it in entries and manifests. */
	readonly name: string;
	/**
	All that there is, under paths that begin with its name and a slash.

	@throws If that cannot be told: then this source has failed, and nothing else. The message says why, for a person.
	*/
	readonly list: () => Promise<readonly StreamEntry[]>;
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

/** The streams of a run, wherever they come from. */
export class Streams {
	readonly #sources: ReadonlyMap<string, StreamSource>;

	constructor(sources: readonly StreamSource[]) {
		this.#sources = new Map(sources.map(source => [source.name, source]));
	}

	/** All that there is. A source that fails is told of under its name, as what is in it is not known. Never rejects. */
	async list(): Promise<ListedEntries> {
		const entries: Entry[] = [];
		const unavailable: Unavailable[] = [];

		for (const source of this.#sources.values()) {
			try {
				for (const entry of await source.list()) {
					entries.push(entry);
				}
			} catch (error) {
				unavailable.push({
					path: Buffer.from(source.name), from: source.name, isMissing: false, ...toReason(error, `cannot be listed: ${errorReason(error)}`),
				});
			}
		}

		return {entries, unavailable};
	}

	/**
	Opens a stream, to be copied.

	@throws {SourceError} If it cannot be opened.
	@throws The signal's reason, once it is aborted.
	*/
	async open(entry: StreamEntry, signal: AbortSignal): Promise<OpenSource> {
		const source = this.#sources.get(entry.from);

		if (!source) {
			throw new SourceError(`nothing gives what is from "${entry.from}"`);
		}

		return OpenStream.open(entry, async () => source.open(entry, signal), signal);
	}

	/**
	Whether an earlier copy has all that a stream would give now.

	@returns The record of the copy with what is to be said of it now; `undefined` if the stream is to be read. Never rejects: reading it tells what is wrong.
	*/
	async reuse(entry: StreamEntry, copy: CopyRecord | undefined): Promise<CopyRecord | undefined> {
		if (copy?.from !== entry.from || pathKey(copy.path) !== pathKey(entry.path)) {
			return undefined;
		}

		const {facts: _, ...record} = copy;
		const said = await this.#sources.get(entry.from)?.reuse(entry, copy).catch(() => undefined);
		return said && {...record, notes: said.notes ?? [], ...(said.facts && {facts: said.facts})};
	}
}

export const noStreams = new Streams([]);
