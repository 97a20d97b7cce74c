import type {Transform} from 'node:stream';
import {setImmediate} from 'node:timers/promises';
import {giveBack} from '../compression/give-back.ts';
import {frameSettings, nodeZstd} from './node-zstd.ts';

/** How much comes out at once, in bytes: most frames need one round in the pool of threads, or two. */
const chunkSize = 1024 * 1024;

/**
Compresses blocks to frames, one at a time. A new stream for each block would take no longer; but V8, which is told of the memory of each, collects all
its garbage after some of them.
*/
export class FrameCompressor {
	readonly #stream: Transform;
	#output: Buffer = Buffer.alloc(0);
	#length = 0;
	#failure: Error | undefined;

	/** @param windowLog See `frameSettings`. */
	constructor(level: number, windowLog: number) {
		const zlib = nodeZstd();
		// Each write is a frame of its own; its size is known by the time its header is written, as it comes in one piece.
		this.#stream = zlib.createZstdCompress({chunkSize, flush: zlib.constants.ZSTD_e_end, params: frameSettings(level, windowLog)});
		this.#stream.on('data', (chunk: Buffer) => {
			this.#length += chunk.copy(this.#output, this.#length);

			// Then zstd takes a new buffer, and nobody has a part of this one any more.
			if (chunk.byteOffset + chunk.length === chunkSize) {
				giveBack(chunk, chunkSize);
			}
		});
		this.#stream.on('error', (error: Error) => {
			this.#failure = error;
		});
	}

	/**
	@param output Takes the frame: at least `mostOfFrame` bytes.
	@returns The length of the frame.
	*/
	async compress(content: Buffer, output: Buffer): Promise<number> {
		this.#output = output;
		this.#length = 0;
		await new Promise<void>((resolve, reject) => {
			this.#stream.write(content, error => {
				if (error) {
					reject(this.#failure ?? error);
				} else {
					resolve();
				}
			});
		});

		// What has come out is taken at once; unless the stream is asked to hold it back.
		while (this.#stream.readableLength > 0) {
			await setImmediate();
		}

		return this.#length;
	}
}
