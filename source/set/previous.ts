import {setImmediate} from 'node:timers/promises';
import type {Directory} from '../files/directory.ts';
import {listSetNames} from './catalog.ts';
import {coverageProblems, readCheckedManifest} from './checked-manifest.ts';
import {isCopyIntact, openRecorded} from './intact-copy.ts';
import type {CopyRecord} from './manifest/manifest.ts';
import {describeCurrent} from './latest.ts';
import {decodeCopies} from './manifest/manifest-text.ts';
import {isOf, type Whose} from './names/provenance.ts';
import {isUnreliable, type PresentSource, UnchangedSources} from './unchanged.ts';

/** Decoding 50,000 entries takes a quarter of a second; between so many of them whoever else waits has a turn, such as a screen. */
const decodedAtOnce = 1000;

/** The copies that a manifest tells of, of whole sources. */
async function readCopies(text: string): Promise<readonly CopyRecord[]> {
	const copies: CopyRecord[] = [];

	for (const copy of decodeCopies(text)) {
		if (isUnreliable(copy)) {
			continue;
		}

		copies.push(copy);

		if (copies.length % decodedAtOnce === 0) {
			await setImmediate();
		}
	}

	return copies;
}

/** Rot does not spread: what a manifest says that nothing vouches for goes into no further set. */
const unsoundMessage = (date: string, problem: string) => `nothing is linked from the set of ${date}, as what it says cannot be relied on: ${problem}. logbackup-tui verify ${date} tells more`;

/** The newest finished set of the same host and source but that of a date, as a source of copies of files that have not changed since. */
export class PreviousSet {
	/**
	@param run.date The set that is left out.
	@param run.before Only sets of days before this one; missing: any.
	@param run.own Whose sets there are to choose from: another host's inode numbers mean other files.
	@param run.today The local date. A set of a day to come is not chosen, for it would be for ever.
	@param run.onUnsound Told, for a person, of a set that would have been chosen, but for its manifest, which cannot be relied on.
	@returns `undefined` if there is none with a manifest that can be read.
	@throws {DestinationError} If the destination cannot be listed.
	*/
	static async openNewest(destination: Directory, {date, before, own, today, onUnsound}: {
		readonly date: string;
		readonly before?: string;
		readonly own: Whose;
		readonly today: string;
		readonly onUnsound?: (message: string) => void;
	}): Promise<PreviousSet | undefined> {
		const all = await listSetNames(destination);
		const names = all.filter(name => name.date !== date && (before === undefined || name.date < before));

		for (const {date: other, head, origin, state, problem} of describeCurrent(destination, names, today)) {
			if (state === 'damaged' && problem !== undefined) {
				onUnsound?.(unsoundMessage(other, problem));
			}

			if (!head || !isOf(origin, own)) {
				continue;
			}

			const set = await destination.openDirectory(other).catch(() => undefined);
			const manifest = set && await readCheckedManifest(set);
			const {text, coverage} = manifest && 'text' in manifest ? manifest : {text: '', coverage: 'covered' as const};

			if (coverage !== 'covered') {
				onUnsound?.(unsoundMessage(other, coverageProblems[coverage]));
			}

			const copies = coverage === 'covered' ? await readCopies(text) : [];

			if (set && copies.length > 0) {
				return new PreviousSet(set, other, copies);
			}

			await set?.close();
		}

		return undefined;
	}

	readonly date: string;
	readonly copies: readonly CopyRecord[];
	readonly #set: Directory;
	readonly #sources = new UnchangedSources<CopyRecord>();

	private constructor(set: Directory, date: string, copies: readonly CopyRecord[]) {
		this.#set = set;
		this.date = date;
		this.copies = copies;

		for (const copy of copies) {
			this.#sources.add(copy, copy);
		}
	}

	/** The descriptor of its directory, for other threads. */
	get fd(): number {
		return this.#set.fd;
	}

	/** The copy of a source that is still what it was, as far as the system tells; under whatever name, as log rotation renames. */
	find(source: PresentSource): CopyRecord | undefined {
		return this.#sources.find(source);
	}

	/** The copy of what had a path. */
	at(path: Buffer): CopyRecord | undefined {
		return this.copies.find(copy => copy.path.equals(path));
	}

	/** A path that reaches a copy, in this very set. */
	locate(record: CopyRecord): Buffer {
		return this.#set.at(record.file);
	}

	/**
	Whether a copy is there just as its manifest says: by its SHA-256, for a link to a rotten copy would spread the rot.

	@throws The signal's reason, once it is aborted.
	*/
	async isIntact(record: CopyRecord, signal: AbortSignal): Promise<boolean> {
		try {
			await using handle = await openRecorded(this.#set, record);
			return await isCopyIntact(handle, record, signal);
		} catch {
			signal.throwIfAborted();
			return false;
		}
	}

	async close(): Promise<void> {
		await this.#set.close();
	}

	async [Symbol.asyncDispose](): Promise<void> {
		await this.close();
	}
}
