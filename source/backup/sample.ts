/*
Looking into files for how well they compress.
*/
import {open} from 'node:fs/promises';
import type {FormatName} from '../compression/format-names.ts';
import {closeRead} from '../files/close.ts';
import {type Directory, inParent} from '../files/directory.ts';
import {followingFlags, readingFlags} from '../files/open-flags.ts';
import {compressedFormat} from '../formats/detect.ts';
import {formatOf} from '../formats/formats.ts';
import type {Entry} from '../origin/entry.ts';
import {
	contentOf,
	type Estimate,
	estimate,
	type Judged,
	sampleCount,
	sampleSize,
	worthSampling,
} from './estimate.ts';

/** How a run compresses. */
type Compressing = {
	readonly format: FormatName;
	/** One of the format's. */
	readonly level: number;
};

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

/**
Looks into files as far as that is worth it, the largest first, and estimates what a set of them takes.

@param files Each with what an earlier set tells of it.
*/
export async function sampleAndEstimate(source: Directory, files: readonly Judged[], compressing: Compressing): Promise<Estimate> {
	const total = files.reduce((sum, {entry}) => sum + contentOf(entry), 0);
	const unknown = files.filter(({entry, ratio, isLinked}) => ratio === undefined && !isLinked && entry.isReadable)
		.toSorted((one, other) => contentOf(other.entry) - contentOf(one.entry));
	const sampled = new Map<Judged, number>();

	for (const file of unknown) {
		if (!(contentOf(file.entry) > worthSampling(sampled.size, total))) {
			break;
		}

		// Of one that cannot be looked into nothing is known, so all of it counts.
		sampled.set(file, await sampleRatio(source, file.entry, compressing).catch(() => 1));
	}

	return estimate(files.map(file => ({...file, ratio: file.ratio ?? sampled.get(file)})), formatOf(compressing.format).mostBytes);
}
