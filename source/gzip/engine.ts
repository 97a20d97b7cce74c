import type {GzipHeader} from './frame.ts';

export type Compression = {
	/**
	Fills a buffer with the next bytes of the content. Resolves with how many, fewer than the buffer holds only at the end.
	*/
	readonly read: (into: Buffer) => Promise<number>;
	/** Takes the next bytes of the gzip file. The next call comes only once it has resolved. */
	readonly write: (chunk: Buffer) => Promise<void>;
	readonly header: GzipHeader;
};

export type CompressionTotals = {
	/** CRC-32 of the content. */
	readonly crc: number;
	/** Length of the content in bytes. */
	readonly bytesIn: number;
	/** Length of the gzip file in bytes. */
	readonly bytesOut: number;
};

/** Something that turns bytes into gzip bytes. All engines' output reads the same; they differ in speed and size. */
export type Engine = {
	/** As it stands in the manifest. */
	readonly name: string;
	/** Compresses one file. Rejects with whatever `read` or `write` reject with. */
	readonly compress: (compression: Compression) => Promise<CompressionTotals>;
};
