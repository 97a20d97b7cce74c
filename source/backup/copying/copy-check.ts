import {createHash} from 'node:crypto';
import {DestinationError, toDestinationError} from '../../files/errors.ts';
import type {BlockPool} from '../../compression/block-pool.ts';
import {type Content, DamagedError, type Engine} from '../../compression/engine.ts';
import type {CopyRecord} from '../../set/manifest/manifest.ts';
import type {Draft} from '../../set/staging/staging.ts';
import {displayName} from '../../text/display-name.ts';

/** Result of reading a copy back. */
type ReadBack = {
	readonly content?: Content;
	/** Of a copy as it is. */
	readonly sha256?: string;
	/** It could not be unpacked. */
	readonly isDamaged?: boolean;
	/** Length of the copy in bytes. */
	readonly length: number;
};

/** For a copy that differs from what was written. */
export const readsBackDifferently = (path: Buffer) => new DestinationError(
	`the copy of ${displayName(path)} reads back differently from what was written: the disk, its controller or the memory may be failing`,
	{remedy: 'See dmesg'},
);

export type CopyCheckOptions = {
	readonly draft: Draft;
	/** Name of the source, for messages. */
	readonly path: Buffer;
	readonly stored: CopyRecord['stored'];
	readonly engine: Engine;
	readonly signal: AbortSignal;
};

/**
Reads a copy back while it is being written, following close behind, so that when the last byte is written little is left to check; and tells
whether it gives what was read from the source: unpacked, by checksum and length; a copy as it is, by SHA-256.
*/
export class CopyCheck {
	readonly #options: CopyCheckOptions;
	readonly #readBack: Promise<ReadBack>;
	#written = 0;
	#position = 0;
	#isWhole = false;
	#isAbandoned = false;
	#wake: () => void = () => undefined;

	/** Starts to read. Every one must be ended by `finish` or `abandon`, before the draft is closed. */
	constructor(options: CopyCheckOptions) {
		this.#options = options;
		this.#readBack = this.#follow();
		// Told by `finish`; until then it must not count as unheard.
		this.#readBack.catch(() => undefined);
	}

	/** So many more bytes are there to be read back. */
	advance(bytes: number): void {
		this.#written += bytes;
		this.#wake();
	}

	/**
	All is written: reads the rest, and compares.

	@throws {DestinationError} If it cannot be read, or is not what was written.
	@throws The signal's reason, once it is aborted.
	*/
	async finish({bytesIn, bytesOut, contentChecksum, sha256}: CopyRecord): Promise<void> {
		this.#isWhole = true;
		this.#wake();
		const {content, isDamaged, ...copy} = await this.#readBack;
		const isSame = content ? content.checksum === contentChecksum && content.bytes === bytesIn : copy.sha256 === sha256;

		if (isDamaged === true || !isSame || copy.length !== bytesOut) {
			throw readsBackDifferently(this.#options.path);
		}
	}

	/** Gives the copy up. Resolves once it is not being read any more. */
	async abandon(): Promise<void> {
		this.#isAbandoned = true;
		this.#isWhole = true;
		this.#wake();
		await Promise.allSettled([this.#readBack]);
	}

	async #follow(): Promise<ReadBack> {
		const {stored, engine} = this.#options;
		const read = async (into: Buffer) => this.#read(into);

		if (stored === 'as-is') {
			return {sha256: await digest(read, engine.pool), length: this.#position};
		}

		try {
			return {content: await engine.unpack(read), length: this.#position};
		} catch (error) {
			if (error instanceof DamagedError) {
				return {isDamaged: true, length: this.#position};
			}

			throw error;
		}
	}

	/** Reads what is written already. Resolves with the number of bytes, at least 1; 0 at the end. */
	async #read(into: Buffer): Promise<number> {
		const {draft, path, signal} = this.#options;

		while (this.#position >= this.#written && !this.#isWhole) {
			await new Promise<void>(resolve => {
				this.#wake = resolve;
			});
		}

		if (this.#isAbandoned) {
			throw new Error('the copy came to nothing');
		}

		signal.throwIfAborted();

		try {
			const {bytesRead} = await draft.handle.read(into, 0, into.length, this.#position);
			this.#position += bytesRead;
			return bytesRead;
		} catch (error) {
			throw toDestinationError(error, `read back the copy of ${displayName(path)}`);
		}
	}
}

async function digest(read: (into: Buffer) => Promise<number>, pool: BlockPool): Promise<string> {
	const hash = createHash('sha256');
	const block = await pool.acquire();

	try {
		for (let length = await read(block); length > 0; length = await read(block)) {
			hash.update(block.subarray(0, length));
		}

		return hash.digest('hex');
	} finally {
		pool.release(block);
	}
}
