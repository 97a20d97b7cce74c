import {open} from 'node:fs/promises';
import {closeRead} from '../files/close.ts';
import {type Directory, inParent} from '../files/directory.ts';
import {followingFlags, readingFlags} from '../files/open-flags.ts';
import type {FormatName} from '../compression/format.ts';
import {compressedFormat} from '../formats/detect.ts';
import {formatOf} from '../formats/formats.ts';
import {type Entry, isHollow} from '../origin/entry.ts';

/** Format and level of a run. */
type Compressing = {
	readonly format: FormatName;
	/** One of the format's. */
	readonly level: number;
};

const sampleSize = 64 * 1024;
const sampleCount = 4;

/** Safety factor: samples may be from a quiet, repetitive part of a log that is busy elsewhere. */
const caution = 1.5;

/** A file system block for the rest of the last one, and as much for the directory entry and the line in the manifest. */
const overhead = 8192;

/** The most a copy can take, which is nothing where there will be none. A hole costs nothing. */
function worstCase({size, allocated}: Entry, format: FormatName): number {
	if (size > Number.MAX_SAFE_INTEGER) {
		return 0;
	}

	const content = Math.min(size, allocated);
	const holes = isHollow({size, allocated}) ? 0 : size - content;
	return formatOf(format).mostBytes(content) + Math.ceil(holes / 1000) + overhead;
}

/**
How much of its size is left of a file by compression, estimated from samples from all over it: 0–1. Of one that is compressed already, 1. Of a stream, what its source says.

@throws The system's error if it cannot be looked into.
*/
export async function sampleRatio(source: Directory, entry: Entry, {format, level}: Compressing): Promise<number> {
	if (entry.kind === 'stream') {
		return entry.ratio ?? 1;
	}

	const flags = entry.kind === 'symlink' ? followingFlags : readingFlags;
	const handle = await inParent(source, entry.path, async (parent, name) => open(parent.at(name), flags));

	try {
		const stats = await handle.stat({bigint: true});

		// Put there after listing: reading from it might take for ever.
		if (!stats.isFile()) {
			return 1;
		}

		// No position beyond is a number that Node reads at.
		const size = Math.min(entry.target?.size ?? entry.size, Number.MAX_SAFE_INTEGER);
		const count = size <= sampleSize ? 1 : sampleCount;
		let read = 0;
		let compressed = 0;

		for (let index = 0; index < count; index++) {
			const position = count === 1 ? 0 : Math.floor((size - sampleSize) / (count - 1) * index);
			const {buffer, bytesRead} = await handle.read(Buffer.allocUnsafe(sampleSize), 0, sampleSize, position);
			const sample = buffer.subarray(0, bytesRead);

			if (index === 0 && compressedFormat(sample)) {
				return 1;
			}

			read += bytesRead;
			compressed += await formatOf(format).measure(sample, level);
		}

		return read === 0 ? 1 : Math.min(1, compressed / read);
	} finally {
		await closeRead(handle);
	}
}

/** Probable size of its copy in bytes, on the safe side. */
async function predict(source: Directory, entry: Entry, {format, level}: Compressing): Promise<number> {
	// Samples of a file with large holes would be of the holes.
	if (entry.size <= sampleSize * sampleCount || isHollow(entry)) {
		return worstCase(entry, format);
	}

	const ratio = await sampleRatio(source, entry, {format, level});
	return ratio === 1 ? worstCase(entry, format) : Math.min(worstCase(entry, format), Math.ceil(Math.min(1, ratio * caution) * entry.size) + overhead);
}

/** The most that the copies of these entries can take, in bytes. */
export const worstCaseOf = (entries: readonly Entry[], format: FormatName): number => entries.reduce((sum, entry) => sum + worstCase(entry, format), 0);

/** Probable size of their copies in bytes; the worst case for files that cannot be read. */
export async function predictAll(source: Directory, entries: readonly Entry[], compressing: Compressing): Promise<number> {
	let total = 0;

	for (const entry of entries) {
		total += await predict(source, entry, compressing).catch(() => worstCase(entry, compressing.format));
	}

	return total;
}
