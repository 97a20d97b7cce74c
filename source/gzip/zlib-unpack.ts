import {once} from 'node:events';
import {constants, crc32, createGunzip} from 'node:zlib';
import type {BlockPool} from '../compression/block-pool.ts';
import {formatCrc} from '../compression/crc32.ts';
import {type Content, DamagedError, type Read} from '../compression/engine.ts';
import {giveBack} from '../compression/give-back.ts';
import type {CpuSlots} from '../compression/cpu-slots.ts';
import {toDamage} from './gzip-damage.ts';
import {refuseGarbage} from './padding.ts';

/** Limits of what comes out at once, in bytes. */
const mostAtOnce = 128 * 1024;
const leastAtOnce = 4096;

/**
Unpacks a gzip file with Node's zlib; see `Engine.unpack`.

@param resources.inputs Where the buffer for reading is borrowed; bounds how many files are unpacked at once.
@param resources.slots When there is a thread for it: before what compresses, or reading back would fall behind, and end long after it.
@param limit How many bytes may come out.
*/
export async function unpackWithZlib(read: Read, {inputs, slots}: {readonly inputs: BlockPool; readonly slots: CpuSlots}, limit = Infinity): Promise<Content> {
	const block = await inputs.acquire();

	try {
		return await unpack(read, {block, slots}, limit);
	} finally {
		inputs.release(block);
	}
}

async function unpack(read: Read, {block, slots}: {readonly block: Buffer; readonly slots: CpuSlots}, limit: number): Promise<Content> {
	const chunkSize = Math.min(mostAtOnce, Math.max(leastAtOnce, limit + 1));
	const stream = createGunzip({chunkSize, finishFlush: constants.Z_FINISH});
	let crc = 0;
	let bytes = 0;

	stream.on('data', (chunk: Buffer) => {
		crc = crc32(chunk, crc);
		bytes += chunk.length;

		if (bytes > limit) {
			stream.destroy(new DamagedError('unpacks to more than it should'));
		}

		// Once zlib has filled its buffer it takes a new one; the memory goes back at once, not at some garbage collection.
		if (chunk.byteOffset + chunk.length === chunkSize) {
			giveBack(chunk, chunkSize);
		}
	});

	const ended = once(stream, 'end').catch((error: unknown) => {
		throw toDamage(error);
	});
	// The failure is told by an await below; until then it must not count as unheard.
	ended.catch(() => undefined);

	try {
		let bytesRead = 0;
		let isAtEnd = false;

		for (let length = await read(block); length > 0; length = await read(block)) {
			bytesRead += length;

			if (isAtEnd) {
				refuseGarbage(block.subarray(0, length));
				continue;
			}

			await slots.run(async () => {
				const taken = new Promise<void>(resolve => {
					stream.write(block.subarray(0, length), () => {
						resolve();
					});
				});
				// A zlib stream that finds damage fails as a whole, and never says that it took what it was given.
				await Promise.race([taken, ended]);
			}, true);

			// It leaves the bytes after the end of the last member.
			isAtEnd = !stream.destroyed && stream.bytesWritten < bytesRead;
			refuseGarbage(block.subarray(isAtEnd ? length - (bytesRead - stream.bytesWritten) : length, length));
		}

		stream.end();
		await ended;
		return {checksum: formatCrc(crc), bytes};
	} finally {
		stream.destroy();
	}
}
