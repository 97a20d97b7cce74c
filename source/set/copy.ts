import type {BigIntStats} from 'node:fs';
import {type FileHandle, open} from 'node:fs/promises';
import {closeRead} from '../files/close.ts';
import {type Directory, inParent} from '../files/directory.ts';
import {DestinationError, errorCode, errorReason} from '../files/errors.ts';
import {readingFlags} from '../files/open-flags.ts';
import {PassingReads} from '../files/page-cache.ts';
import {displayName} from '../text/display-name.ts';

/** Limits of what is read at once, in bytes: memory for more than there is in a small copy would take longer to clear up than the copy to read. */
const mostAtOnce = 256 * 1024;
const leastAtOnce = 4096;

/** One file of a set cannot be opened or read: that costs this file, and no other. */
export class UnreadableCopyError extends DestinationError {
	constructor(message: string, cause: unknown) {
		super(message, {code: errorCode(cause), cause});
		this.name = 'UnreadableCopyError';
	}
}

/** An open file of a set. All that its methods throw are `UnreadableCopyError`s. */
export class OpenedCopy {
	/**
	Opens a regular file, reached without following a link.

	@param file Relative to the set.
	@throws {UnreadableCopyError} If it is anything else, or cannot be opened; with the system's error code.
	*/
	static async open(set: Directory, file: Buffer): Promise<OpenedCopy> {
		let handle: FileHandle | undefined;

		try {
			handle = await inParent(set, file, async (parent, name) => open(parent.at(name), readingFlags));
			const stats = await handle.stat({bigint: true});

			if (!stats.isFile()) {
				throw new DestinationError('not a regular file');
			}

			return new OpenedCopy(handle, stats);
		} catch (error) {
			if (handle) {
				await closeRead(handle);
			}

			throw new UnreadableCopyError(`cannot open ${displayName(file)}: ${errorReason(error)}`, error);
		}
	}

	/** As it was when it was opened. */
	readonly stats: BigIntStats;
	readonly #handle: FileHandle;
	readonly #passing: PassingReads;

	private constructor(handle: FileHandle, stats: BigIntStats) {
		this.#handle = handle;
		this.stats = stats;
		this.#passing = new PassingReads(handle.fd, Number(stats.size));
	}

	/** Resolves with how many bytes there were; 0 at the end. */
	async read(into: Buffer, position: number): Promise<number> {
		try {
			return await this.#passing.read(position, async () => {
				const {bytesRead} = await this.#handle.read(into, 0, into.length, position);
				return bytesRead;
			});
		} catch (error) {
			throw new UnreadableCopyError(`cannot be read: ${errorReason(error)}`, error);
		}
	}

	/** Never rejects. */
	async close(): Promise<void> {
		await closeRead(this.#handle);
	}

	async [Symbol.asyncDispose](): Promise<void> {
		await this.close();
	}
}

/** New memory to read into from a position of a copy on: for what is left there, up to what is read at once. */
export function blockAt({stats: {size}}: OpenedCopy, position: number): Buffer {
	// One more, so that a read that comes to the end is a short one.
	return Buffer.allocUnsafeSlow(Math.min(mostAtOnce, Math.max(leastAtOnce, Number(size) - position + 1)));
}

/**
All there is in a copy from its start on, in blocks that are not changed afterwards.

@param signal Aborted, it ends the reading with its reason.
@throws {UnreadableCopyError} If it cannot be read.
*/
export async function * readBlocks(copy: OpenedCopy, signal?: AbortSignal): AsyncGenerator<Buffer> {
	for (let position = 0; ;) {
		signal?.throwIfAborted();
		const block = blockAt(copy, position);
		const length = await copy.read(block, position);

		if (length === 0) {
			return;
		}

		position += length;
		yield block.subarray(0, length);
	}
}
