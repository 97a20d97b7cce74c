import type {Directory} from '../../files/directory.ts';
import type {Entry} from '../../origin/entry.ts';
import type {Streams} from '../../origin/streams.ts';
import {isStream, type StreamEntry} from '../../origin/stream-source.ts';
import type {CopyRecord} from '../../set/manifest/manifest.ts';
import {PreviousSet} from '../../set/previous.ts';
import {localDate} from '../../text/format.ts';

/** So many sets before the newest are looked into: a set lacks streams where a run left them out, or failed. */
const mostSets = 5;

/** The copy of a stream in a set that is not the newest. */
export type OlderCopy = {
	readonly record: CopyRecord;
	readonly set: PreviousSet;
};

type Searched = {
	/** The newest set. */
	readonly newest: PreviousSet;
	readonly streams: Streams;
	/** As for `PreviousSet.openNewest`. */
	readonly run: Pick<Parameters<typeof PreviousSet.openNewest>[1], 'date' | 'own' | 'today'>;
};

/** Copies of streams that the newest set does not have all of, in sets before it. */
export class OlderStreams {
	/**
	Looks for them. A set of a day before that of a stream's last record cannot have all of it, so that a run which finds what it should in the newest set looks into no other.

	@param entries Those that are not linked from the newest set.
	@throws {DestinationError} If the destination cannot be listed.
	*/
	static async find(destination: Directory, entries: readonly Entry[], {newest, streams, run}: Searched): Promise<OlderStreams> {
		const found = new this();
		const isOlderThan = (date: string) => (entry: StreamEntry) => localDate(new Date(entry.modified)) < date && !found.#copies.has(entry);
		let rest = entries.filter(entry => isStream(entry));
		let before = newest.date;

		for (let looks = 0; looks < mostSets; looks++) {
			rest = rest.filter(isOlderThan(before));
			const set = rest.length > 0 ? await PreviousSet.openNewest(destination, {...run, before}) : undefined;

			if (!set) {
				break;
			}

			found.#sets.push(set);
			before = set.date;
			await found.#take(rest, set, streams);
		}

		return found;
	}

	readonly #copies = new Map<Entry, OlderCopy>();
	readonly #sets: PreviousSet[] = [];

	of(entry: Entry): OlderCopy | undefined {
		return this.#copies.get(entry);
	}

	async [Symbol.asyncDispose](): Promise<void> {
		for (const set of this.#sets) {
			await set.close();
		}
	}

	async #take(entries: readonly StreamEntry[], set: PreviousSet, streams: Streams): Promise<void> {
		for (const entry of entries) {
			const record = await streams.reuse(entry, set.at(entry.path));

			if (record) {
				this.#copies.set(entry, {record, set});
			}
		}
	}
}
