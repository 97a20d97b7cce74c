import {createHash} from 'node:crypto';
import {constants} from 'node:fs';
import {type FileHandle, open} from 'node:fs/promises';
import {type Directory, inParent} from '../files/directory.ts';
import type {CopyRecord} from './manifest/manifest.ts';

/** How much of a copy is read at once, in bytes: with few large reads, hashing is nearly all of the time. */
const readSize = 1024 * 1024;

/** Opens what has a copy's name, to see whether it is that copy: without following a link, or waiting for whatever it is instead. */
export const openRecorded = async (root: Directory, {file}: CopyRecord): Promise<FileHandle> => inParent(root, file, async (parent, name) =>
	open(parent.at(name), constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK));

/** Whether an open file has the length and the SHA-256 of a copy. */
export async function isCopyIntact(handle: FileHandle, {bytesOut, sha256}: CopyRecord): Promise<boolean> {
	const stats = await handle.stat({bigint: true});

	if (!stats.isFile() || Number(stats.size) !== bytesOut) {
		return false;
	}

	const hash = createHash('sha256');
	// One for all reads: a stream takes new memory for each, and V8 collected garbage for a fifth of the second day's time.
	const block = Buffer.allocUnsafeSlow(Math.min(readSize, bytesOut));

	for (let position = 0; position < bytesOut;) {
		const {bytesRead} = await handle.read(block, 0, block.length, position);

		if (bytesRead === 0) {
			return false;
		}

		hash.update(block.subarray(0, bytesRead));
		position += bytesRead;
	}

	return hash.digest('hex') === sha256;
}
