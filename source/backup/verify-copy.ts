import {createHash} from 'node:crypto';
import {DestinationError, toDestinationError} from '../files/errors.ts';
import type {BlockPool} from '../gzip/block-pool.ts';
import {DamagedError, type Engine} from '../gzip/engine.ts';
import {displayName} from '../text/display-name.ts';
import type {FreshCopy} from './copy-file.ts';

/** What to say of a copy that is not what was written. */
export const readsBackDifferently = (path: Buffer) => new DestinationError(`the copy of ${displayName(path)} reads back differently from what was written: the disk, its controller or the memory may be failing (see dmesg)`);

/**
Reads a copy back and checks that it gives what was read from the source: unpacked, by CRC-32 and length; a copy as it is, by SHA-256.

@throws {DestinationError} If it cannot be read, or is not what was written.
@throws The signal's reason, once it is aborted.
*/
export async function verifyCopy({draft, record}: FreshCopy, engine: Engine, signal: AbortSignal): Promise<void> {
	const name = displayName(record.path);
	let position = 0;

	const read = async (into: Buffer) => {
		signal.throwIfAborted();

		try {
			const {bytesRead} = await draft.handle.read(into, 0, into.length, position);
			position += bytesRead;
			return bytesRead;
		} catch (error) {
			throw toDestinationError(error, `read back the copy of ${name}`);
		}
	};

	const isSame = record.stored === 'gzip'
		? await engine.unpack(read).then(({crc, bytes}) => crc === record.crc32 && bytes === record.bytesIn, (error: unknown) => {
			if (error instanceof DamagedError) {
				return false;
			}

			throw error;
		})
		: await digest(read, engine.pool) === record.sha256;

	if (!isSame || position !== record.bytesOut) {
		throw readsBackDifferently(record.path);
	}
}

async function digest(read: (into: Buffer) => Promise<number>, pool: BlockPool): Promise<string> {
	const hash = createHash('sha256');
	const block = await pool.acquire();

	try {
		for (let length = await read(block); length > 0; length = await read(block)) {
			hash.update(block.subarray(0, length));
		}

		return hash.digest('hex');
	} finally {
		pool.release(block);
	}
}
