import {errorReason, SourceError, toReason} from '../files/errors.ts';
import {type LeftOut, LeftOutTally} from '../files/left-out.ts';
import {pathKey} from '../files/path-key.ts';
import type {CopyRecord} from '../set/manifest/manifest.ts';
import type {ListedEntries} from './files-list.ts';
import type {OpenSource} from './open-source.ts';
import {OpenStream} from './open-stream.ts';
import type {Stream, StreamEntry, StreamSource} from './stream-source.ts';

/** What a source has. */
export type StreamGroup = ListedEntries & {
	/** Paths of parts that this user may not read. */
	readonly hidden: readonly Buffer[];
	/** Path of the directory of the source whose whole content the entries have, too. */
	readonly covers?: Buffer | undefined;
	readonly source: Pick<StreamSource, 'name' | 'group'>;
};

/** All that the sources have. */
export type ListedStreams = ListedEntries & {
	/** Everything there that is not among the entries. */
	readonly leftOut: LeftOut;
	/** The same by source, of those that have anything. */
	readonly groups: readonly StreamGroup[];
};

async function listGroup(source: StreamSource): Promise<StreamGroup> {
	try {
		const {entries, unavailable = [], hidden = [], covers} = await source.list();
		return {
			source, entries, unavailable, hidden, covers,
		};
	} catch (error) {
		const reason = toReason(error, `cannot be listed: ${errorReason(error)}`);
		return {
			source,
			entries: [],
			unavailable: [{
				path: Buffer.from(source.name), from: source.name, isMissing: false, ...reason,
			}],
			hidden: [],
		};
	}
}

/** The streams of a run, wherever they come from. */
export class Streams {
	readonly #sources: ReadonlyMap<string, StreamSource>;

	constructor(sources: readonly StreamSource[]) {
		this.#sources = new Map(sources.map(source => [source.name, source]));
	}

	/** All that there is. A source that fails is told of under its name, as what is in it is not known. Never rejects. */
	async list(): Promise<ListedStreams> {
		const all = await Promise.all(Array.from(this.#sources.values(), async source => listGroup(source)));
		const groups = all.filter(({entries, unavailable, hidden}) => entries.length + unavailable.length + hidden.length > 0);
		const leftOut = new LeftOutTally();

		for (const path of groups.flatMap(({hidden}) => hidden)) {
			leftOut.add('no_permission', path);
		}

		return {
			entries: groups.flatMap(({entries}) => entries), unavailable: groups.flatMap(({unavailable}) => unavailable), leftOut: leftOut.sum, groups,
		};
	}

	/**
	Opens a stream, to be copied.

	@throws {SourceError} If it cannot be opened.
	@throws The signal's reason, once it is aborted.
	*/
	async open(entry: StreamEntry, signal: AbortSignal): Promise<OpenSource> {
		return OpenStream.open(entry, async () => this.#openAtSource(entry, signal), signal);
	}

	/**
	Opens a stream, to be shown. To be closed in any case.

	@throws Whatever prevents it; the message says why, for a person.
	*/
	async openToShow(entry: StreamEntry): Promise<Stream> {
		return this.#openAtSource(entry, new AbortController().signal);
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

	async #openAtSource(entry: StreamEntry, signal: AbortSignal): Promise<Stream> {
		const source = this.#sources.get(entry.from);

		if (!source) {
			throw new SourceError(`nothing gives what is from "${entry.from}"`);
		}

		return source.open(entry, signal);
	}
}

export const noStreams = new Streams([]);
