import {once} from 'node:events';
import {constants, crc32, createGunzip} from 'node:zlib';
import type {BlockPool} from './block-pool.ts';

export type Content = {
	/** CRC-32. */
	readonly crc: number;
	/** Length in bytes. */
	readonly bytes: number;
};

const chunkSize = 256 * 1024;

/**
Unpacks a gzip file and tells what is in it. zlib checks the file's own checksum and length on the way.

@param read Fills a buffer with the next bytes of the file; resolves with how many, 0 at the end.
@throws {Error} If it is no whole, sound gzip file; or whatever `read` rejects with.
*/
export async function unpack(read: (into: Buffer) => Promise<number>, pool: BlockPool): Promise<Content> {
	const stream = createGunzip({chunkSize, finishFlush: constants.Z_FINISH});
	let crc = 0;
	let bytes = 0;

	stream.on('data', (chunk: Buffer) => {
		crc = crc32(chunk, crc);
		bytes += chunk.length;

		// Once zlib has filled its buffer it takes a new one; the memory goes back at once, not at some garbage collection.
		if (chunk.buffer instanceof ArrayBuffer && chunk.buffer.byteLength === chunkSize && chunk.byteOffset + chunk.length === chunkSize) {
			chunk.buffer.transfer(0);
		}
	});

	const ended = once(stream, 'end');
	// The failure is told by the await below; until then it must not count as unheard.
	ended.catch(() => undefined);
	const block = await pool.acquire();

	try {
		for (let length = await read(block); length > 0; length = await read(block)) {
			const taken = new Promise<void>(resolve => {
				stream.write(block.subarray(0, length), () => {
					resolve();
				});
			});
			// A zlib stream that finds damage fails as a whole, and never says that it took what it was given.
			await Promise.race([taken, ended]);
		}

		stream.end();
		await ended;
		return {crc, bytes};
	} finally {
		stream.destroy();
		pool.release(block);
	}
}
