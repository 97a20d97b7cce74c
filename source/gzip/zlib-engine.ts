import {promisify} from 'node:util';
import {constants, crc32, deflateRaw} from 'node:zlib';
import {type BlockPool, blockSize} from './block-pool.ts';
import type {Compression, CompressionTotals, Engine} from './engine.ts';
import {gzipHeader, gzipTrailer} from './frame.ts';

const deflate = promisify<Buffer, {
	level: number;
	finishFlush: number;
	chunkSize: number;
	dictionary?: Buffer;
}, Buffer>(deflateRaw);

/** How far back deflate can refer (RFC 1951 §2): what a block must know of the one before it. */
const windowSize = 32 * 1024;

/** Log text shrinks to less than this; where a block does not, zlib takes a second round. */
const outputChunk = blockSize / 2;

/**
Node's zlib on all cores, the way pigz does it: blocks are deflated at the same time on libuv's thread pool, each with the 32 KiB before it
as dictionary and flushed to a byte boundary, so that put in order they are one deflate stream, in one gzip member.

@param pool
@param jobs How many blocks of one file may be under way at once, at least 1.
*/
export function createZlibEngine(pool: BlockPool, jobs: number): Engine {
	const depth = jobs + 1;

	const compress = async ({read, write, header}: Compression): Promise<CompressionTotals> => {
		const underWay: Array<Promise<Buffer>> = [];
		let bytesIn = 0;
		let bytesOut = 0;
		let crc = 0;

		const put = async (chunk: Buffer) => {
			bytesOut += chunk.length;
			await write(chunk);
		};

		const deflateBlock = async (block: Buffer, length: number, dictionary: Buffer | undefined) => {
			try {
				return await deflate(block.subarray(0, length), {
					level: header.level,
					finishFlush: length < blockSize ? constants.Z_FINISH : constants.Z_SYNC_FLUSH,
					chunkSize: outputChunk,
					...(dictionary && {dictionary}),
				});
			} finally {
				pool.release(block);
			}
		};

		/** Reads a block and starts on it. Resolves with what the next block must know of it, or `undefined` if it was the last. */
		const takeBlock = async (dictionary: Buffer | undefined): Promise<Buffer | undefined> => {
			const block = await pool.acquire();
			let length: number;

			try {
				length = await read(block);
			} catch (error) {
				pool.release(block);
				throw error;
			}

			const content = block.subarray(0, length);
			crc = crc32(content, crc);
			bytesIn += length;
			const isLast = length < blockSize;
			const window = isLast ? undefined : Buffer.from(content.subarray(-windowSize));
			underWay.push(deflateBlock(block, length, dictionary));
			return window;
		};

		try {
			await put(gzipHeader(header));

			for (let window = await takeBlock(undefined); window; window = await takeBlock(window)) {
				if (underWay.length >= depth) {
					await put(await underWay.shift()!);
				}
			}

			for (const deflated of underWay) {
				await put(await deflated);
			}

			await put(gzipTrailer(crc, bytesIn));
			return {crc, bytesIn, bytesOut};
		} finally {
			// After a failed read or write the blocks under way must still come home, and none may fail unheard.
			await Promise.allSettled(underWay);
		}
	};

	return {name: 'zlib', compress};
}
