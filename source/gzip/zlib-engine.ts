import {once} from 'node:events';
import {constants, crc32, createDeflateRaw} from 'node:zlib';
import {type BlockPool, blockSize} from './block-pool.ts';
import type {Compression, CompressionTotals, Engine} from './engine.ts';
import {gzipHeader, gzipTrailer} from './frame.ts';

/** How far back deflate can refer (RFC 1951 §2): what a block must know of the one before it. */
const windowSize = 32 * 1024;

/** Room for a block that does not shrink at all: then deflate stores it, with a few bytes for each 16 KiB. One buffer, one round in the pool. */
const outputSize = blockSize + 1024;

type BlockOptions = {
	readonly level: number;
	readonly isLast: boolean;
	/** The end of the content before it; empty for the first block. */
	readonly dictionary: Buffer;
};

/** Deflates one block on a thread of the pool, ended by a byte boundary or, if it is the last, by the end of the stream. */
async function deflate(block: Buffer, {level, isLast, dictionary}: BlockOptions): Promise<readonly Buffer[]> {
	const stream = createDeflateRaw({
		level,
		finishFlush: isLast ? constants.Z_FINISH : constants.Z_SYNC_FLUSH,
		chunkSize: outputSize,
		...(dictionary.length > 0 && {dictionary}),
	});
	const chunks: Buffer[] = [];
	stream.on('data', (chunk: Buffer) => {
		chunks.push(chunk);
	});
	stream.end(block);
	await once(stream, 'end');
	return chunks;
}

/**
Gives the memory of what `deflate` returned back at once. Left to the garbage collector, which hardly sees memory outside its heap, some
hundred megabytes would gather first. Memory of another size is not what `deflate` asked for, and is left alone.
*/
function free(chunks: readonly Buffer[]): void {
	for (const memory of new Set(chunks.map(chunk => chunk.buffer))) {
		if (memory instanceof ArrayBuffer && memory.byteLength === outputSize) {
			memory.transfer(0);
		}
	}
}

/**
Node's zlib on all cores, the way pigz does it: blocks are deflated at the same time on libuv's thread pool, each with the 32 KiB before it
as dictionary and flushed to a byte boundary, so that put in order they are one deflate stream, in one gzip member.

@param pool
@param jobs How many blocks of one file may be under way at once, at least 1.
*/
export function createZlibEngine(pool: BlockPool, jobs: number): Engine {
	const depth = jobs + 1;

	const compress = async ({read, write, header}: Compression): Promise<CompressionTotals> => {
		const underWay: Array<Promise<readonly Buffer[]>> = [];
		const window = Buffer.allocUnsafeSlow(windowSize);
		let bytesIn = 0;
		let bytesOut = 0;
		let crc = 0;

		const put = async (chunk: Buffer) => {
			bytesOut += chunk.length;
			await write(chunk);
		};

		const putDeflated = async () => {
			const chunks = await underWay.shift()!;

			for (const chunk of chunks) {
				await put(chunk);
			}

			free(chunks);
		};

		const deflateBlock = async (block: Buffer, length: number, dictionary: Buffer) => {
			try {
				return await deflate(block.subarray(0, length), {level: header.level, isLast: length < blockSize, dictionary});
			} finally {
				pool.release(block);
			}
		};

		/** Reads a block and starts on it. Resolves with whether there may be another. */
		const takeBlock = async (): Promise<boolean> => {
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
			// Deflate copies its dictionary before this returns, so one window serves all blocks.
			underWay.push(deflateBlock(block, length, bytesIn > 0 ? window : window.subarray(0, 0)));
			content.copy(window, 0, Math.max(0, length - windowSize));
			bytesIn += length;
			return length === blockSize;
		};

		try {
			await put(gzipHeader(header));

			while (await takeBlock()) {
				if (underWay.length >= depth) {
					await putDeflated();
				}
			}

			while (underWay.length > 0) {
				await putDeflated();
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
