import type {Directory} from '../files/directory.ts';
import type {Extras} from '../files/extras/extras.ts';
import type {ExtrasStore} from '../files/extras/extras-store.ts';
import type {Entry} from './entry.ts';
import {recordFile} from './file-record.ts';
import {notesOf} from './source-notes.ts';
import type {OpenSource, Reading, ReadSource} from './open-source.ts';
import {isOpenJournal} from './selection.ts';
import {restrictedMetadata} from './source-access.ts';
import {SourceFile, wasRotated} from './source-file.ts';
import {SourceReader} from './source-reader.ts';
import {
	cutTo,
	type Layout,
	layOut,
	lengthOf,
} from './sparse.ts';

/** Everything needed to read files of the source directory. */
export type FileContext = {
	readonly source: Directory;
	readonly extras: ExtrasStore;
	readonly signal: AbortSignal;
};

type ReadFacts = {
	readonly entry: Entry;
	readonly file: SourceFile;
	readonly extras: Extras;
	readonly layout: Layout;
	/** It is a file of a journal that is being written to, or was never closed. */
	readonly isOnline: boolean;
};

/** A file that is being read. */
class ReadingFile implements Reading {
	readonly expected: number;
	readonly modified: number;
	readonly #source: Directory;
	readonly #entry: Entry;
	readonly #file: SourceFile;
	readonly #extras: Extras;
	readonly #layout: Layout;
	readonly #isOnline: boolean;
	readonly #reader: SourceReader;

	constructor({source, signal}: FileContext, facts: ReadFacts, advance: (bytes: number) => void) {
		const {entry, file, extras, layout, isOnline} = facts;
		this.#source = source;
		this.#entry = entry;
		this.#file = file;
		this.#extras = extras;
		this.#layout = layout;
		this.#isOnline = isOnline;
		this.#reader = new SourceReader(file, layout, signal, advance);
		// Without a size, bytes are counted as they come.
		this.expected = file.stats.size === 0n ? 0 : lengthOf(layout.extents);
		this.modified = Number(file.stats.mtimeMs);
	}

	async isCompressed(): Promise<boolean> {
		return !this.#layout.isSparse && this.#file.isCompressed();
	}

	async read(into: Buffer): Promise<number> {
		return this.#reader.read(into);
	}

	async finish(path: Buffer): Promise<ReadSource> {
		const {stats, description} = this.#file;
		const {bytesRead} = this.#reader;
		const end = await this.#file.stat();
		const isRotated = await wasRotated(this.#source, this.#entry, stats);
		const notes = notesOf({
			before: stats, after: end, bytesRead, expected: this.expected, isRotated, isOnline: this.#isOnline,
		});
		return {
			metadata: restrictedMetadata(stats, end, this.#extras),
			isMixed: notes.includes('changed'),
			record: recordFile(this.#entry, path, this.#extras, {
				source: description, bytesIn: bytesRead, notes, ...(this.#layout.isSparse && {extents: cutTo(this.#layout.extents, bytesRead)}),
			}),
		};
	}
}

/** A file of the source directory, open. */
class OpenFile implements OpenSource {
	readonly #context: FileContext;
	readonly #entry: Entry;
	readonly #file: SourceFile;
	#isKnown = true;

	constructor(context: FileContext, entry: Entry, file: SourceFile) {
		this.#context = context;
		this.#entry = entry;
		this.#file = file;
	}

	async begin(advance: (bytes: number) => void): Promise<Reading> {
		if (!this.#isKnown) {
			await this.#file.lookAgain();
		}

		this.#isKnown = false;
		const extras = await this.#context.extras.read(this.#file);
		const layout = await layOut(this.#file, await this.#file.bytesToRead());
		const isOnline = isOpenJournal(this.#entry.path) && await this.#file.isOnlineJournal();
		return new ReadingFile(this.#context, {
			entry: this.#entry, file: this.#file, extras, layout, isOnline,
		}, advance);
	}

	async [Symbol.asyncDispose](): Promise<void> {
		await this.#file.close();
	}
}

/**
Opens a file of the source directory, as `SourceFile.open` does.

@throws {LeasedError} If it can be opened only later.
@throws {OtherFileError} If another file has its name.
@throws {SourceError} If it cannot be opened; a `VanishedError` if it is gone.
*/
export const openFile = async (context: FileContext, entry: Entry): Promise<OpenSource> => new OpenFile(context, entry, await SourceFile.open(context.source, entry));
