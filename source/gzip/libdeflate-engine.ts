import {crc32} from 'node:zlib';
import {BlockPool} from '../compression/block-pool.ts';
import {combineCrc, crc32Checksum, formatCrc} from '../compression/crc32.ts';
import {
	type Content,
	DamagedError,
	type Engine,
	type Read,
	refuseBeyond,
} from '../compression/engine.ts';
import {FreeList} from '../compression/free-list.ts';
import {compressInBlocks} from '../compression/pipeline.ts';
import {cpuSlotsFor} from '../compression/cpu-slots.ts';
import {
	gzipHeader,
	gzipTrailer,
	readTrailer,
	trailerLength,
} from './frame.ts';
import type {Libdeflate} from './libdeflate.ts';
import {refuseGarbage} from './padding.ts';

/** Libdeflate works on whole buffers and knows no dictionary: only large blocks lose nothing by not knowing what came before them. */
const blockSize = 1024 * 1024;

/** Room for a member that does not shrink: libdeflate stores it then, with 5 bytes for each 5,000 or more, header and trailer. */
const memberSize = blockSize + 4096;

/** The CRC-32 of its content that a member tells in its trailer. */
const crcOf = (member: Buffer) => readTrailer(member.subarray(member.length - trailerLength)).crc;

/** Fills `buffer` from `start` on, as far as there is more to read. Resolves with where the data end. */
async function fill(read: Read, buffer: Buffer, start: number): Promise<number> {
	let end = start;

	while (end < buffer.length) {
		const length = await read(buffer.subarray(end));

		if (length === 0) {
			break;
		}

		end += length;
	}

	return end;
}

/** Reads what follows the last member to its end, into `buffer`, of which `first` is there already. */
async function skipPadding(read: Read, buffer: Buffer, first: Buffer): Promise<void> {
	let rest = first;

	while (rest.length > 0) {
		refuseGarbage(rest);
		rest = buffer.subarray(0, await fill(read, buffer, 0));
	}
}

/**
Libdeflate on all cores: each block becomes a gzip member of its own (RFC 1952 §2.2: a gzip file is one member after the other), the first with
name and time.

@param level 1–9.
@param jobs How many cores may be taken, at least 1.
*/
export function createLibdeflateEngine(libdeflate: Libdeflate, level: number, jobs: number): Engine {
	const pool = new BlockPool((2 * jobs) + 2, blockSize);
	const contents = new BlockPool(jobs + 1, blockSize);
	const compressors = new FreeList(() => libdeflate.allocateCompressor(level));
	const decompressors = new FreeList(() => libdeflate.allocateDecompressor());
	const slots = cpuSlotsFor(jobs);
	const outputs = new FreeList(() => Buffer.allocUnsafeSlow(memberSize));
	const inputs = new FreeList(() => Buffer.allocUnsafeSlow(2 * memberSize));

	/** Deflates a block into `output`. Resolves with how many bytes of it are the block's part of the file. */
	const deflate = async (content: Buffer, output: Buffer, isFirst: boolean) => {
		const compressor = await compressors.take();

		try {
			if (!isFirst) {
				return await slots.run(async () => libdeflate.gzip(compressor, content, output));
			}

			// The first member's header is there already: it has the name.
			const length = await slots.run(async () => libdeflate.deflate(compressor, content, output.subarray(0, memberSize - trailerLength)));
			gzipTrailer(crc32(content), content.length).copy(output, length);
			return length + trailerLength;
		} finally {
			compressors.giveBack(compressor);
		}
	};

	const unpack = async (read: Read, limit: number, {file, content}: {readonly file: Buffer; readonly content: Buffer}): Promise<Content> => {
		let end = await fill(read, file, 0);

		if (end === 0) {
			throw new DamagedError('empty file');
		}

		const decompressor = await decompressors.take();
		let crc = 0;
		let bytes = 0;
		let start = 0;
		let isBegun = false;

		try {
			while (start < end) {
				const rest = file.subarray(start, end);

				// After the first, no member begins so.
				if (isBegun && rest[0] === 0) {
					await skipPadding(read, file, rest);
					break;
				}

				const member = await slots.run(async () => libdeflate.gunzip(decompressor, rest, content), true);

				if (!member) {
					throw new DamagedError('damaged gzip file');
				}

				// Libdeflate has compared it with the content already.
				crc = combineCrc(crc, crcOf(file.subarray(start, start + member.bytesIn)), member.bytesOut);
				bytes += member.bytesOut;
				isBegun = true;
				refuseBeyond(limit, bytes);
				start += member.bytesIn;

				// A whole member must always be there, unless the file ends.
				if (!(end - start < memberSize)) {
					continue;
				}

				file.copyWithin(0, start, end);
				end = await fill(read, file, end - start);
				start = 0;
			}

			return {checksum: formatCrc(crc), bytes};
		} finally {
			decompressors.giveBack(decompressor);
		}
	};

	return {
		format: 'gzip',
		name: 'libdeflate',
		pool,
		compress: async ({read, write, header}) => compressInBlocks({
			pool,
			depth: jobs + 1,
			checksum: crc32Checksum,
			async encode({content, position}) {
				// Content that ends with a block leaves an empty one behind, which needs no member unless it is all there is.
				if (content.length === 0 && position > 0) {
					return {chunks: [], sum: crc32Checksum.none, release: () => undefined};
				}

				const output = await outputs.take();
				const length = await deflate(content, output, position === 0);
				const member = output.subarray(0, length);
				return {
					chunks: [member],
					sum: crcOf(member),
					release() {
						outputs.giveBack(output);
					},
				};
			},
		}, {read, write}, {header: gzipHeader(header), trailer: () => Buffer.alloc(0)}),
		async unpack(read, limit = Infinity) {
			// Bounds how many files are unpacked at once.
			const content = await contents.acquire();
			const file = await inputs.take();

			try {
				return await unpack(read, limit, {file, content});
			} finally {
				inputs.giveBack(file);
				contents.release(content);
			}
		},
	};
}
