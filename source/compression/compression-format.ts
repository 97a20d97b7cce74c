import type {
	Content,
	Engine,
	FileHeader,
	Read,
} from './engine.ts';
import type {FormatName} from './format-names.ts';

/** Sums up content as it passes. */
export type Summing = {
	readonly update: (chunk: Buffer) => void;
	/** The checksum of what has passed, as text. */
	readonly digest: () => string;
};

/** By what checksum a format tells the content of a copy from another. */
export type ContentChecksum = {
	/** The field of a manifest entry that holds it. */
	readonly field: string;
	/** For messages. */
	readonly label: string;
	/** All that it can be, as text. */
	readonly pattern: RegExp;
	readonly start: () => Summing;
};

/** A checksum of content that is put together from those of its blocks, without looking at the content again. */
export type BlockChecksum<Sum> = ContentChecksum & {
	/** That of no content. */
	readonly none: Sum;
	/** That of two pieces of content, one after the other. `bytes`: length of the second. */
	readonly join: (first: Sum, second: Sum, bytes: number) => Sum;
	readonly text: (sum: Sum) => string;
};

export type EngineOptions = {
	/** One of the format's engines; `undefined` for the best that can be had. */
	readonly engine: string | undefined;
	/** One of the format's levels. */
	readonly level: number;
	/** Number of threads that compress. */
	readonly jobs: number;
};

/** An engine, and why it is not the one that was wanted or would have been better. */
export type ChosenEngine = {
	readonly engine: Engine;
	readonly fallback?: string;
};

/** Unpacks files of a format, of any origin, on threads of their own. */
export type Unpacker = {
	/**
	Tells what is in a file.

	@param open Begins to read it, at its start; may be called a second time.
	@param limit How many bytes may come out.
	@throws {DamagedError} If it is not a whole, sound file of the format, or goes beyond the limit.
	@throws Whatever reading it rejects with.
	*/
	readonly unpack: (open: () => Read, limit: number) => Promise<Content>;
};

/** A whole file in memory, and the checksum of what is in it. */
export type WholeFile = {
	readonly file: Buffer;
	readonly checksum: string;
};

/** A format of copies: all that the program knows of it. */
export type Format = {
	readonly name: FormatName;
	/** Ending of a copy's name, in ASCII. */
	readonly suffix: string;
	/** The first bytes of a file, one character each; at most `signatureLength` of them. */
	readonly signature: RegExp;
	/** Name in manifests of a copy that leaves out large holes: an older reader must not take it for the whole file. */
	readonly sparseName: string;
	/** Version of manifests from which on readers know it. */
	readonly manifestVersion: number;
	/** Why it can be neither made nor read here; missing if it can. */
	readonly obstacle?: string;
	readonly checksum: ContentChecksum;
	/** Compression levels. `usual` costs what users of the format's own tool expect. */
	readonly levels: {readonly minimum: number; readonly maximum: number; readonly usual: number};
	/** The engines that `--engine` can name. */
	readonly engines: readonly string[];
	/** Trailer of a compressed file, with checksum and length of the content: all that is known without unpacking it. `length` in bytes. Missing if the format has none. */
	readonly end?: {readonly length: number; readonly read: (bytes: Buffer) => Content | undefined};
	/** The most bytes that content can take, compressed. */
	readonly mostBytes: (bytes: number) => number;
	/** Bytes of a sample, compressed, without header and trailer. */
	readonly measure: (sample: Buffer, level: number) => Promise<number>;
	/** Compresses small content at once. */
	readonly compressWhole: (content: Buffer, header: FileHeader) => WholeFile;
	/**
	Unpacks a file at once.

	@param options.expected How many bytes will probably come out.
	@param options.limit How many may.
	@throws {DamagedError} If it is not a whole, sound file of the format.
	@throws {RangeError} If it goes beyond the limit.
	*/
	readonly unpackWhole: (file: Buffer, options: {readonly expected?: number; readonly limit?: number}) => Buffer;
	/**
	Unpacks a file of any origin, chunk by chunk, no faster than the chunks are taken. What has come out when it throws is a prefix of the content.

	@param input The bytes of the file, in chunks that are not changed afterwards.
	@param limit How many bytes may come out.
	@throws {DamagedError} As `Unpacker.unpack`.
	@throws Whatever `input` throws.
	*/
	readonly unpackChunks: (input: AsyncIterable<Buffer>, limit?: number) => AsyncIterable<Buffer>;
	/** Loads the engine for a run. Never rejects: where a better one cannot be had, another does the work. */
	readonly chooseEngine: (options: EngineOptions) => Promise<ChosenEngine>;
	readonly openUnpacker: (options: Omit<EngineOptions, 'level'>) => Promise<Unpacker>;
};

/** Length in bytes of the longest signature at the start of a file. */
export const signatureLength = 6;
