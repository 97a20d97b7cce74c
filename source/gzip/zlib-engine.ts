import {once} from 'node:events';
import {constants, crc32, createDeflateRaw} from 'node:zlib';
import {BlockPool} from '../compression/block-pool.ts';
import {crc32Checksum} from '../compression/crc32.ts';
import type {Engine} from '../compression/engine.ts';
import {giveBack} from '../compression/give-back.ts';
import {compressInBlocks} from '../compression/pipeline.ts';
import {type CpuSlots, cpuSlotsFor} from '../compression/cpu-slots.ts';
import {gzipHeader, gzipTrailer} from './frame.ts';
import {unpackWithZlib} from './zlib-unpack.ts';

/*
Big enough that a block's fixed cost (a stream of Node's, a deflate state, two turns through the thread pool) is lost in the noise: with 256 KiB
the cores stood still for a fifth of the time. Small enough that all blocks in flight together stay a few megabytes.
*/
const blockSize = 1024 * 1024;

/** Bytes read at once of a file that is unpacked: enough that it rarely waits for a CPU slot among the blocks that are compressed. */
const inputSize = 512 * 1024;

/** Window of deflate in bytes (RFC 1951 §2): the part of the previous block that a block can refer to. */
const windowSize = 32 * 1024;

/** Room for a block that does not shrink at all: then deflate stores it, with a few bytes for each 16 KiB. One buffer, one round in the pool. */
const outputSize = blockSize + 4096;

type BlockOptions = {
	readonly level: number;
	readonly isLast: boolean;
	/** The end of the content before it; empty for the first block. */
	readonly dictionary: Buffer;
	readonly slots: CpuSlots;
};

/** Deflates one block on a thread of the pool, ended by a byte boundary or, if it is the last, by the end of the stream. */
async function deflate(block: Buffer, {level, isLast, dictionary, slots}: BlockOptions): Promise<readonly Buffer[]> {
	// Deflate copies its dictionary before this returns.
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
	await slots.run(async () => {
		stream.end(block);
		await once(stream, 'end');
	});
	return chunks;
}

/**
Node's zlib on all cores, the way pigz does it: blocks are deflated at the same time on libuv's thread pool, each with the 32 KiB before it
as dictionary and flushed to a byte boundary, so that put in order they are one deflate stream, in one gzip member.

@param jobs How many cores may be taken, at least 1.
*/
export function createZlibEngine(jobs: number): Engine {
	const pool = new BlockPool((2 * jobs) + 2, blockSize);
	const slots = cpuSlotsFor(jobs);
	const inputs = new BlockPool(jobs + 1, inputSize);

	return {
		format: 'gzip',
		name: 'zlib',
		pool,
		async compress({read, write, header}) {
			// One window serves all blocks: each block's is copied before the next block is read.
			const window = Buffer.allocUnsafeSlow(windowSize);
			const {level} = header;
			return compressInBlocks({
				pool,
				depth: jobs + 1,
				checksum: crc32Checksum,
				async encode({content, position, isLast}) {
					const deflated = deflate(content, {
						level, isLast, dictionary: position > 0 ? window : window.subarray(0, 0), slots,
					});
					content.copy(window, 0, Math.max(0, content.length - windowSize));
					const sum = crc32(content);
					const chunks = await deflated;
					return {
						chunks,
						sum,
						release() {
							for (const chunk of chunks) {
								giveBack(chunk, outputSize);
							}
						},
					};
				},
			}, {read, write}, {header: gzipHeader(header), trailer: gzipTrailer});
		},
		unpack: async (read, limit) => unpackWithZlib(read, {inputs, slots}, limit),
	};
}
