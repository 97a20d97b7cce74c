import {createHash} from 'node:crypto';
import type {FileHandle} from 'node:fs/promises';
import {type Content, DamagedError, type Engine} from '../gzip/engine.ts';
import {gunzipChunks} from '../gzip/gunzip-chunks.ts';
import type {SetFile} from '../set/open-set.ts';

const blockSize = 256 * 1024;

/** From this many bytes of content on, libdeflate can only unpack what it made itself: it works on whole members. */
const memberLimit = 1024 * 1024;

/** What is in a copy. */
export type CopyFacts = {
	readonly sha256: string;
	/** Only of what went through gzip. */
	readonly content?: Content;
};

export type Engines = {
	/** The fastest there is. */
	readonly best: Engine;
	/** Unpacks gzip files of any origin. */
	readonly general: Engine;
};

export type SumOptions = {
	readonly engines: Engines;
	readonly signal: AbortSignal;
	/** Told of bytes of copies that were read, or were known already. */
	readonly onBytes: (bytes: number) => void;
};

/** Reads a copy from its start, and sums up what it reads. */
class SummedFile {
	readonly hash = createHash('sha256');
	#position = 0;
	readonly #handle: FileHandle;
	readonly #options: SumOptions;

	constructor(handle: FileHandle, options: SumOptions) {
		this.#handle = handle;
		this.#options = options;
	}

	async read(into: Buffer): Promise<number> {
		this.#options.signal.throwIfAborted();
		const {bytesRead} = await this.#handle.read(into, 0, into.length, this.#position);
		this.hash.update(into.subarray(0, bytesRead));
		this.#position += bytesRead;
		this.#options.onBytes(bytesRead);
		return bytesRead;
	}

	/** Reads it to its end, for its sum alone. */
	async readAll(): Promise<void> {
		const block = Buffer.allocUnsafeSlow(blockSize);

		while (await this.read(block) > 0) {
			// All there is to do is done.
		}
	}

	/** Blocks that are not changed afterwards. */
	async * blocks(): AsyncGenerator<Buffer> {
		for (;;) {
			const block = Buffer.allocUnsafeSlow(blockSize);
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
export async function sumCopy(handle: FileHandle, {stored, record}: SetFile, options: SumOptions): Promise<CopyFacts> {
	const {best, general} = options.engines;

	if (stored === 'as-is' || !record) {
		const summed = new SummedFile(handle, options);
		await (stored === 'as-is' ? summed.readAll() : drain(gunzipChunks(summed.blocks())));
		return {sha256: summed.hash.digest('hex')};
	}

	const unpack = async (engine: Engine): Promise<CopyFacts> => {
		const summed = new SummedFile(handle, options);
		const content = await engine.unpack(async into => summed.read(into), record.bytesIn);
		return {sha256: summed.hash.digest('hex'), content};
	};

	if (best === general) {
		return unpack(general);
	}

	try {
		return await unpack(best);
	} catch (error) {
		// What another engine made in one piece is too large for it.
		if (error instanceof DamagedError && record.bytesIn > memberLimit) {
			return unpack(general);
		}

		throw error;
	}
}
