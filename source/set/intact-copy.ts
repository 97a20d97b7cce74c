import {createHash} from 'node:crypto';
import type {BigIntStats} from 'node:fs';
import {type FileHandle, open} from 'node:fs/promises';
import {type Directory, inParent} from '../files/directory.ts';
import {allowedMode, isLooser, type Limits} from '../files/metadata.ts';
import {readingFlags} from '../files/open-flags.ts';
import type {CopyRecord} from './manifest/manifest.ts';

/** Bytes of a copy read at once: with few large reads, nearly all of the time goes into hashing. */
const readSize = 1024 * 1024;

/** Opens what has a copy's name, to see whether it is that copy: without following a link, or waiting for whatever it is instead. */
export const openRecorded = async (root: Directory, {file}: CopyRecord): Promise<FileHandle> => inParent(root, file, async (parent, name) =>
	open(parent.at(name), readingFlags));

/** Most that a copy may allow others: permission bits, and the group that those of the group are for. */
export const limitsOf = ({source: {mode, gid}, isRestricted}: CopyRecord): Limits => ({mode: allowedMode({mode: Number.parseInt(mode, 8), isRestricted}), gid});

/** Whether a copy lets others in whom its source keeps out; where the file system keeps no modes, the directory of the set keeps them out. */
const isTooOpen = (stats: BigIntStats, record: CopyRecord) => !record.unkept?.includes('mode') && isLooser(stats, limitsOf(record));

/**
Whether an open file has the length and the SHA-256 of a copy, and lets in no more than the source does.

@param signal Aborted, it ends the reading: a large copy takes minutes.
@throws The signal's reason, once it is aborted.
@throws The system's error.
*/
export async function isCopyIntact(handle: FileHandle, record: CopyRecord, signal?: AbortSignal): Promise<boolean> {
	const {bytesOut, sha256} = record;
	const stats = await handle.stat({bigint: true});

	if (!stats.isFile() || Number(stats.size) !== bytesOut || isTooOpen(stats, record)) {
		return false;
	}

	const hash = createHash('sha256');
	// One for all reads: a stream takes new memory for each, and V8 collected garbage for a fifth of the second day's time.
	const block = Buffer.allocUnsafeSlow(Math.min(readSize, bytesOut));

	for (let position = 0; position < bytesOut;) {
		signal?.throwIfAborted();
		const {bytesRead} = await handle.read(block, 0, block.length, position);

		if (bytesRead === 0) {
			return false;
		}

		hash.update(block.subarray(0, bytesRead));
		position += bytesRead;
	}

	return hash.digest('hex') === sha256;
}
