import type {BlockPool} from './block-pool.ts';
import type {FormatName} from './format-names.ts';

/** Fills a buffer with the next bytes; resolves with how many, fewer than the buffer holds only at the end. */
export type Read = (into: Buffer) => Promise<number>;

/** Header of a compressed file: facts about the original, as far as the format has fields for them. */
export type FileHeader = {
	/** The name without its directory, as bytes: what `gunzip -N` restores. */
	readonly name: Buffer;
	/** Last modification, milliseconds since the epoch. */
	readonly modified: number;
	/** Compression level: one of those of the format. */
	readonly level: number;
};

export type Compression = {
	/** Gives the content. */
	readonly read: Read;
	/** Takes the next bytes of the file. The next call comes only once it has resolved. */
	readonly write: (chunk: Buffer) => Promise<void>;
	readonly header: FileHeader;
};

export type CompressionTotals = {
	/** Checksum of the content, as the format has it. */
	readonly checksum: string;
	/** Length of the content in bytes. */
	readonly bytesIn: number;
	/** Length of the compressed file in bytes. */
	readonly bytesOut: number;
};

/** Checksum and length of the content of a compressed file. */
export type Content = {
	/** As the format has it. */
	readonly checksum: string;
	/** Length in bytes. */
	readonly bytes: number;
};

/** A compressed file is cut short, or damaged. */
export class DamagedError extends Error {
	/** It ends too early; what is there may be sound. */
	readonly isCutShort: boolean;

	constructor(message: string, {cause, isCutShort = false}: {readonly cause?: unknown; readonly isCutShort?: boolean} = {}) {
		super(message, {cause});
		this.name = 'DamagedError';
		this.isCutShort = isCutShort;
	}
}

/** Stops what would unpack to more than it should. */
export function refuseBeyond(limit: number, bytes: number): void {
	if (bytes > limit) {
		throw new DamagedError('unpacks to more than it should');
	}
}

/** Something that compresses to a format, and checks what it made. All engines' files of a format read the same with any tool for it; they differ in speed and size. */
export type Engine = {
	readonly format: FormatName;
	/** As it stands in the manifest. */
	readonly name: string;
	/** The memory it works in; lent for other work on the same files too. */
	readonly pool: BlockPool;
	/** Compresses one file. Rejects with whatever `read` or `write` reject with. */
	readonly compress: (compression: Compression) => Promise<CompressionTotals>;
	/**
	Unpacks a file that this engine made and tells what is in it, checking what the file says of itself on the way.

	@param limit How many bytes may come out; what would unpack to more is not unpacked to its end.
	@throws {DamagedError} If it is not a whole, sound file of its format, or goes beyond the limit.
	@throws Whatever `read` rejects with.
	*/
	readonly unpack: (read: Read, limit?: number) => Promise<Content>;
};
