import {refuseBeyond} from '../compression/engine.ts';
import {chunkSizeFor, writeUnlessClosed} from '../compression/unpacker-stream.ts';
import {toDamage} from './zstd-damage.ts';
import {FrameCutter} from './frame-cutter.ts';
import {nodeZstd} from './node-zstd.ts';

const toError = (error: unknown): Error => error instanceof Error ? error : new Error(String(error));

export type Unpacking = {
	/** How many bytes may come out: what would unpack to more is stopped there. */
	readonly limit?: number;
	/** Most bytes of a chunk that comes out. */
	readonly chunkSize?: number;
	/** Has a piece unpacked, when it is its turn. */
	readonly inTurn?: (work: () => Promise<void>) => Promise<void>;
};

/**
Unpacks a zstd file of any origin, chunk by chunk, no faster than the chunks are taken. What has come out when it throws is a prefix of the content.

@param input The bytes of the file, in chunks. A chunk may be changed once the next one is asked for; none is asked for after the end of this.
@throws {DamagedError} If it is not a complete, intact zstd file, is followed by anything else, or goes beyond the limit.
@throws Whatever `input` throws.
*/
export async function * unpackFrames(input: AsyncIterable<Buffer>, {limit = Infinity, chunkSize, inTurn = async work => work()}: Unpacking): AsyncGenerator<Buffer> {
	const stream = nodeZstd().createZstdDecompress({chunkSize: chunkSizeFor(limit, chunkSize)});
	const frames = new FrameCutter();
	let bytesOut = 0;
	let failure: Error | undefined;

	const feed = async () => {
		try {
			for await (const chunk of input) {
				for (const piece of frames.cut(chunk)) {
					await inTurn(async () => writeUnlessClosed(stream, piece));

					if (stream.destroyed) {
						return;
					}
				}
			}

			frames.end();
			stream.end();
		} catch (error) {
			failure = toError(error);
			stream.destroy();
		}
	};

	const fed = feed();

	try {
		for await (const chunk of stream as AsyncIterable<Buffer>) {
			bytesOut += chunk.length;
			refuseBeyond(limit, bytesOut);
			yield chunk;
		}
	} catch (error) {
		throw failure ?? toDamage(error);
	} finally {
		stream.destroy();
		await fed;
	}

	if (failure) {
		throw failure;
	}
}

/** The same, as a format has it. */
export const unpackChunks = (input: AsyncIterable<Buffer>, limit = Infinity): AsyncIterable<Buffer> => unpackFrames(input, {limit});
