import {promisify} from 'node:util';
import {deflateRaw} from 'node:zlib';
import {constants} from 'node:fs';
import {open} from 'node:fs/promises';
import {type Directory, inParent, sourceFlags} from '../files/directory.ts';
import {compressedFormat} from '../gzip/detect.ts';
import type {Entry} from '../scan/entry.ts';

const deflate = promisify<Buffer, {level: number}, Buffer>(deflateRaw);

const sampleSize = 64 * 1024;
const sampleCount = 4;

/** What a sample cannot see: the dull hour of a log that was busy elsewhere. */
const caution = 1.5;

/** A file system block for the rest of the last one, and as much for the directory entry and the line in the manifest. */
const overhead = 8192;

/** The most a copy can take: deflate stores what does not shrink (5 bytes a 16 KiB, and our block boundaries). A hole costs nothing. */
export function worstCase({size, allocated}: Entry): number {
	const content = Math.min(size, allocated);
	return Math.ceil(content * 1.001) + Math.ceil((size - content) / 1000) + overhead;
}

/** What its copy will probably take, in bytes, judged by samples from all over the file. */
async function predict(source: Directory, entry: Entry, level: number): Promise<number> {
	if (entry.size <= sampleSize * sampleCount) {
		return worstCase(entry);
	}

	const flags = sourceFlags | (entry.kind === 'symlink' ? 0 : constants.O_NOFOLLOW);
	const handle = await inParent(source, entry.path, async (parent, name) => open(parent.at(name), flags));

	try {
		let read = 0;
		let deflated = 0;

		for (let index = 0; index < sampleCount; index++) {
			const position = Math.floor((entry.size - sampleSize) / (sampleCount - 1) * index);
			const {buffer, bytesRead} = await handle.read(Buffer.allocUnsafe(sampleSize), 0, sampleSize, position);
			const sample = buffer.subarray(0, bytesRead);

			if (index === 0 && compressedFormat(sample)) {
				return worstCase(entry);
			}

			read += bytesRead;
			deflated += (await deflate(sample, {level})).length;
		}

		return Math.min(worstCase(entry), Math.ceil(Math.min(1, deflated / read * caution) * entry.size) + overhead);
	} finally {
		await handle.close();
	}
}

/** The most that the copies of these entries can take, in bytes. */
export const worstCaseOf = (entries: readonly Entry[]): number => entries.reduce((sum, entry) => sum + worstCase(entry), 0);

/** What they will probably take, in bytes; the worst case for those that cannot be looked into. */
export async function predictAll(source: Directory, entries: readonly Entry[], level: number): Promise<number> {
	let total = 0;

	for (const entry of entries) {
		total += await predict(source, entry, level).catch(() => worstCase(entry));
	}

	return total;
}
