import {createHash} from 'node:crypto';
import type {Content} from '../compression/engine.ts';
import type {Unpacker} from '../compression/compression-format.ts';
import type {FormatName} from '../compression/format-names.ts';
import {formatOf} from '../formats/formats.ts';
import {blockAt, type OpenedCopy} from '../set/copy.ts';
import {isJournalDay} from '../origin/journal-facts.ts';
import type {SetFile} from '../set/open-set.ts';
import {type DayContent, sumDay} from './day-content.ts';

/** Content of a copy, summed up. */
export type CopyFacts = {
	readonly sha256: string;
	/** Only of what was compressed. */
	readonly content?: Content;
	/** Only of a day of the journal. */
	readonly day?: DayContent;
};

export type SumOptions = {
	readonly unpackerOf: (format: FormatName) => Promise<Unpacker>;
	readonly signal: AbortSignal;
	/** Told of bytes of copies that were read, or were known already; of each once, however often it is read. */
	readonly onBytes: (bytes: number) => void;
};

type ReadOptions = Pick<SumOptions, 'signal'> & {
	/** Told how far it is read. */
	readonly onPosition: (position: number) => void;
};

/** Reads a copy from its start, and sums up what it reads. */
class SummedFile {
	readonly hash = createHash('sha256');
	#position = 0;
	readonly #copy: OpenedCopy;
	readonly #options: ReadOptions;

	constructor(copy: OpenedCopy, options: ReadOptions) {
		this.#copy = copy;
		this.#options = options;
	}

	async read(into: Buffer): Promise<number> {
		this.#options.signal.throwIfAborted();
		const bytesRead = await this.#copy.read(into, this.#position);
		this.hash.update(into.subarray(0, bytesRead));
		this.#position += bytesRead;
		this.#options.onPosition(this.#position);
		return bytesRead;
	}

	/** Reads it to its end, for its sum alone. */
	async readAll(): Promise<void> {
		const block = blockAt(this.#copy, 0);

		while (await this.read(block) > 0) {
			// All there is to do is done.
		}
	}

	/** Blocks that are not changed afterwards. */
	async * blocks(): AsyncGenerator<Buffer> {
		for (;;) {
			const block = blockAt(this.#copy, this.#position);
			const length = await this.read(block);

			if (length === 0) {
				return;
			}

			yield block.subarray(0, length);
		}
	}
}

async function drain(chunks: AsyncIterable<Buffer>): Promise<void> {
	for await (const _ of chunks) {
		// Unpacking it is all there is to do.
	}
}

/**
Reads a copy to its end, and sums up its bytes; those of its content too, where a manifest says how many they must be.

@throws {DamagedError} If it cannot be unpacked.
@throws The signal's reason, once it is aborted.
*/
export async function sumCopy(copy: OpenedCopy, {stored, record, path}: SetFile, {onBytes, ...others}: SumOptions): Promise<CopyFacts> {
	let counted = 0;
	const options = {
		...others,
		// A second attempt begins at the start.
		onPosition(position: number) {
			onBytes(Math.max(0, position - counted));
			counted = Math.max(counted, position);
		},
	};

	let summed = new SummedFile(copy, options);

	const format = formatOf(stored);

	if (!format) {
		await summed.readAll();
		return {sha256: summed.hash.digest('hex')};
	}

	if (!record) {
		await drain(format.unpackChunks(summed.blocks()));
		return {sha256: summed.hash.digest('hex')};
	}

	if (isJournalDay({record, path})) {
		return {...await sumDay(format.unpackChunks(summed.blocks(), record.bytesIn), format), sha256: summed.hash.digest('hex')};
	}

	const unpacker = await options.unpackerOf(format.name);
	const content = await unpacker.unpack(() => {
		const begun = new SummedFile(copy, options);
		summed = begun;
		return async into => begun.read(into);
	}, record.bytesIn);
	return {sha256: summed.hash.digest('hex'), content};
}
