import {errorReason, SourceError, toReason} from '../files/errors.ts';
import {type LeftOut, LeftOutTally} from '../files/left-out.ts';
import {pathKey} from '../files/path-key.ts';
import type {CopyRecord} from '../set/manifest/manifest.ts';
import {appendAll} from '../text/lists.ts';
import type {Entry} from './entry.ts';
import type {ListedEntries, Unavailable} from './files-list.ts';
import type {OpenSource} from './open-source.ts';
import {OpenStream} from './open-stream.ts';
import type {StreamEntry, StreamSource} from './stream-source.ts';

/** All that the sources have. */
export type ListedStreams = ListedEntries & {
	/** Everything there that is not among the entries. */
	readonly leftOut: LeftOut;
};

/** The streams of a run, wherever they come from. */
export class Streams {
	readonly #sources: ReadonlyMap<string, StreamSource>;

	constructor(sources: readonly StreamSource[]) {
		this.#sources = new Map(sources.map(source => [source.name, source]));
	}

	/** All that there is. A source that fails is told of under its name, as what is in it is not known. Never rejects. */
	async list(): Promise<ListedStreams> {
		const entries: Entry[] = [];
		const unavailable: Unavailable[] = [];
		const leftOut = new LeftOutTally();

		for (const source of this.#sources.values()) {
			try {
				const listing = await source.list();
				appendAll(entries, listing.entries);
				appendAll(unavailable, listing.unavailable ?? []);
				leftOut.addAll(listing.leftOut ?? new Map());
			} catch (error) {
				unavailable.push({
					path: Buffer.from(source.name), from: source.name, isMissing: false, ...toReason(error, `cannot be listed: ${errorReason(error)}`),
				});
			}
		}

		return {entries, unavailable, leftOut: leftOut.sum};
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
