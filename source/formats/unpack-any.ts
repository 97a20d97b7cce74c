/*
Unpacks what log rotation has compressed, for a person to look into: in formats that copies are made in by these; in zstd by Node where it has that;
in others by the program of that name.
*/
import {type Duplex, Readable} from 'node:stream';
import * as zlib from 'node:zlib';
import {DamagedError} from '../compression/engine.ts';
import {RunningProgram} from '../files/program.ts';
import {type Compressed, isFormatName} from './detect.ts';
import {formatOf} from './formats.ts';

type Foreign = Exclude<Compressed, Parameters<typeof formatOf>[0]>;

/** Most memory that a program may take, so that a file made to use it up does not take all of it. */
const mostMemory = '256MiB';

/** Programs and their arguments: each reads its standard input and writes what comes of it. No shell is in between. */
const programs: Readonly<Record<Foreign, readonly [program: string, ...args: readonly string[]]>> = {
	xz: ['xz', '--decompress', '--stdout', `--memlimit-decompress=${mostMemory}`],
	zstd: ['zstd', '--decompress', '--stdout', '--quiet'],
	bzip2: ['bzip2', '--decompress', '--stdout'],
};

/** Chunks, and why they ended early. */
class Feed {
	failure: Error | undefined;
	readonly #chunks: AsyncIterable<Buffer>;

	constructor(chunks: AsyncIterable<Buffer>) {
		this.#chunks = chunks;
	}

	async * chunks(): AsyncGenerator<Buffer> {
		try {
			yield * this.#chunks;
		} catch (error) {
			this.failure = error instanceof Error ? error : new Error(String(error));
			throw this.failure;
		}
	}
}

/** Sends chunks into a stream for as long as it takes them. Never rejects: what is wrong shows in what comes out, or in the feed. */
function pour(feed: Feed, into: NodeJS.WritableStream): void {
	const source = Readable.from(feed.chunks());
	into.on('error', () => {
		source.destroy();
	});
	source.on('error', () => {
		into.end();
	});
	source.pipe(into);
}

async function * throughStream(stream: Duplex, input: AsyncIterable<Buffer>, format: string): AsyncGenerator<Buffer> {
	const feed = new Feed(input);
	pour(feed, stream);

	try {
		yield * stream as AsyncIterable<Buffer>;
	} catch (error) {
		throw feed.failure ?? new DamagedError(`damaged ${format} file`, {cause: error});
	} finally {
		stream.destroy();
	}

	if (feed.failure) {
		throw feed.failure;
	}
}

async function * throughProgram(format: Foreign, input: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
	const [program, ...args] = programs[format];
	const running = await RunningProgram.start(program, args, {hasInput: true});
	const fed = running.feed(input);
	// It may fail while nobody waits for it yet.
	fed.catch(() => undefined);

	try {
		yield * running.output;
		await fed;
		const {code} = await running.ended;

		if (code !== 0) {
			throw new DamagedError(`damaged ${format} file`);
		}
	} finally {
		await running.close();
	}
}

/**
Unpacks a file in any of the formats that are known by their first bytes, no faster than the chunks are taken. What has come out when it throws is the
beginning of the content.

@param input The bytes of the file, in chunks that are not changed afterwards.
@throws {DamagedError} If it is not a whole, sound file of the format.
@throws {ForeseenError} If the program that would unpack it is not installed.
@throws Whatever `input` throws.
*/
export function unpackAny(format: Compressed, input: AsyncIterable<Buffer>): AsyncIterable<Buffer> {
	if (isFormatName(format)) {
		return formatOf(format).unpackChunks(input);
	}

	// Node has it from 22.15 and 23.8 on.
	const {createZstdDecompress} = zlib as Partial<typeof zlib>;
	return format === 'zstd' && createZstdDecompress ? throughStream(createZstdDecompress(), input, format) : throughProgram(format, input);
}
