import {crc32} from 'node:zlib';
import {BlockPool} from '../compression/block-pool.ts';
import type {Format} from '../compression/compression-format.ts';
import {crc32Checksum, formatCrc} from '../compression/crc32.ts';
import {cpuSlotsFor} from '../compression/cpu-slots.ts';
import type {Engine, Read} from '../compression/engine.ts';
import {FreeList} from '../compression/free-list.ts';
import {giveBack} from '../compression/give-back.ts';
import {compressInBlocks} from '../compression/pipeline.ts';
import {FrameCompressor} from './frame-compressor.ts';
import {mostOfFrame} from './node-zstd.ts';
import {unpackFrames} from './unpack-chunks.ts';

/**
A frame knows nothing of those before it, so that what repeats itself over longer distances is not seen: of real logs, frames of 1 MiB take some
percent more. Of larger ones, each core has several in memory.
*/
const windowLog = 22;
const blockSize = 2 ** windowLog;

/** Room for a frame that does not shrink. */
const frameSize = mostOfFrame(blockSize);

/** Size of the blocks that are lent for other work, in bytes. */
const lentSize = 1024 * 1024;

/** How much is read at once where a file is unpacked, in bytes; and comes out at once, which is a block of zstd's own. */
const inputSize = 512 * 1024;
const chunkSize = 128 * 1024;

/** More cores than these wait for the disk; and each takes some 12 MB. */
const mostCores = 16;

async function * blocksOf(read: Read, block: Buffer): AsyncGenerator<Buffer> {
	for (let length = await read(block); length > 0; length = await read(block)) {
		yield block.subarray(0, length);
	}
}

/**
Node's zstd on all cores, up to 16: blocks of a file are compressed at the same time on libuv's thread pool, each to a frame of its own (RFC 8878 §3: a file is
one frame after the other) with size and checksum of its content.

@param level 1–19.
@param jobs How many cores may be taken, at least 1.
*/
export function createZstdEngine(level: number, jobs: number): Engine {
	const cores = Math.min(jobs, mostCores);
	// One for each core, and some to be read into meanwhile.
	const blocks = new BlockPool(cores + 2, blockSize);
	const inputs = new BlockPool(cores + 1, inputSize);
	const slots = cpuSlotsFor(jobs);
	const compressors = new FreeList(() => new FrameCompressor(level, windowLog));
	const outputs = new FreeList(() => Buffer.allocUnsafeSlow(frameSize));

	return {
		format: 'zstd',
		name: 'zstd',
		pool: new BlockPool((2 * jobs) + 2, lentSize),
		compress: async ({read, write}) => compressInBlocks({
			pool: blocks,
			depth: cores + 1,
			checksum: crc32Checksum,
			async encode({content, position}) {
				// Content that ends with a block leaves an empty one behind, which needs no frame unless it is all there is.
				if (content.length === 0 && position > 0) {
					return {chunks: [], sum: crc32Checksum.none, release: () => undefined};
				}

				const output = await outputs.take();
				const compressor = await compressors.take();
				const compressing = slots.run(async () => compressor.compress(content, output));
				const sum = crc32(content);
				const length = await compressing;
				compressors.giveBack(compressor);
				return {
					chunks: [output.subarray(0, length)],
					sum,
					release() {
						outputs.giveBack(output);
					},
				};
			},
		}, {read, write}, {header: Buffer.alloc(0), trailer: () => Buffer.alloc(0)}),
		async unpack(read, limit = Infinity) {
			// Bounds how many files are unpacked at once.
			const block = await inputs.acquire();

			try {
				let crc = 0;
				let bytes = 0;

				// Before what compresses, or reading back would fall behind, and end long after it.
				for await (const chunk of unpackFrames(blocksOf(read, block), {limit, chunkSize, inTurn: async work => slots.run(work, true)})) {
					crc = crc32(chunk, crc);
					bytes += chunk.length;

					// Once zstd has filled its buffer it takes a new one.
					if (chunk.byteOffset + chunk.length === chunkSize) {
						giveBack(chunk, chunkSize);
					}
				}

				return {checksum: formatCrc(crc), bytes};
			} finally {
				inputs.release(block);
			}
		},
	};
}

export const chooseEngine: Format['chooseEngine'] = async ({level, jobs}) => ({engine: createZstdEngine(level, jobs)});

export const openUnpacker: Format['openUnpacker'] = async ({jobs}) => {
	const engine = createZstdEngine(1, jobs);
	return {
		unpack: async (open, limit) => engine.unpack(open(), limit),
	};
};
