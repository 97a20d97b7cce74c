/*
Estimated size of copies, for the list, the question and the run alike. It reads no file and loads no engine (sample.ts does).
*/
import {type Entry, isHollow} from '../origin/entry.ts';
import {checksumLength} from '../set/checksums.ts';
import {leastLengthOf} from '../set/manifest/least-length.ts';
import type {Space} from '../set/space.ts';
import {formatBytes} from '../text/format.ts';

/** The most that so many bytes become in the format of the copies, where they do not shrink. */
export type MostBytes = (bytes: number) => number;

/** The facts about an entry that an estimate depends on. */
export type EstimatedEntry = Pick<Entry, 'path' | 'kind' | 'size' | 'allocated' | 'isReadable' | 'target'>;

/** A file that may be copied. */
export type Judged<Of extends EstimatedEntry = Entry> = {
	readonly entry: Of;
	/** How much of it compression leaves, 0–1, by samples or an earlier set; missing where nothing tells. */
	readonly ratio: number | undefined;
	/** Unchanged, and linked from an earlier set: it takes no space but where it is told of, in manifest and checksums. */
	readonly isLinked: boolean;
};

/** The estimated size of copies, in bytes. */
export type Estimate = {
	/** Missing while there is nothing to tell it by. */
	readonly likely: number | undefined;
	/** The free space that a backup needs to be started. */
	readonly most: number;
};

export const sampleSize = 64 * 1024;
export const sampleCount = 4;

/** Safety factor: samples may be from a quiet, repetitive part of a log that is busy elsewhere. */
const caution = 1.5;

/** A file system block for the rest of the last one, and as much for the directory entry and the line in the manifest. */
const overhead = 8192;

/** Bytes of what is copied; a link stands for what it leads to. */
const lengthOf = ({kind, size, target}: EstimatedEntry): number => kind === 'symlink' ? target?.size ?? size : size;

/** How many of those are no hole. */
export const contentOf = (entry: EstimatedEntry): number => entry.kind === 'symlink' ? lengthOf(entry) : Math.min(entry.size, entry.allocated);

/** The most a copy can take, which is nothing where there will be none. A hole costs nothing. */
function worstCase(entry: EstimatedEntry, mostBytes: MostBytes): number {
	const size = lengthOf(entry);

	if (size > Number.MAX_SAFE_INTEGER || !entry.isReadable) {
		return 0;
	}

	const content = contentOf(entry);
	const holes = isHollow({size, allocated: content}) ? 0 : size - content;
	return mostBytes(content) + Math.ceil(holes / 1000) + overhead;
}

/** The most that a copy can be expected to take, in bytes: more than samples tell, but no more than all of it. */
function mostOf({entry, ratio, isLinked}: Judged<EstimatedEntry>, mostBytes: MostBytes): number {
	if (isLinked) {
		return leastLengthOf([entry.path]) + checksumLength + entry.path.length;
	}

	const worst = worstCase(entry, mostBytes);
	const size = lengthOf(entry);

	// Samples of a file with large holes would see only the holes.
	const isUntold = ratio === undefined || ratio >= 1 || size <= sampleSize * sampleCount || isHollow({size, allocated: contentOf(entry)});
	return isUntold ? worst : Math.min(worst, Math.ceil(Math.min(1, ratio * caution) * size) + overhead);
}

/** What files add to an estimate, in bytes. */
export type Weight = {
	/** The most that their copies take. */
	readonly most: number;
	/** Content of those that something tells of, and their likely copies. */
	readonly known: number;
	readonly copied: number;
	/** Content of those that nothing tells of. */
	readonly rest: number;
};

/** What one file adds. One that cannot be read will not be copied. */
export function weigh(file: Judged<EstimatedEntry>, mostBytes: MostBytes): Weight {
	const {entry, ratio, isLinked} = file;
	const most = mostOf(file, mostBytes);
	const content = isLinked || !entry.isReadable ? 0 : contentOf(entry);
	return ratio === undefined
		? {
			most, known: 0, copied: 0, rest: content,
		}
		: {
			most, known: content, copied: content * ratio, rest: 0,
		};
}

/** The estimate from the sums over all files: those nothing is known of are taken to be like the others, and for the most of it to shrink not at all. */
export function settle({most, known, copied, rest}: Weight): Estimate {
	const likely = known === 0 && rest > 0 ? undefined : Math.round(copied + (known > 0 ? rest * copied / known : 0));
	return {likely, most: Math.max(most, likely ?? 0)};
}

/** Estimates the size of the copies of some files. */
export function estimate(files: Iterable<Judged<EstimatedEntry>>, mostBytes: MostBytes): Estimate {
	let [most, known, copied, rest] = [0, 0, 0, 0];

	for (const file of files) {
		const weight = weigh(file, mostBytes);
		most += weight.most;
		known += weight.known;
		copied += weight.copied;
		rest += weight.rest;
	}

	return settle({
		most, known, copied, rest,
	});
}

/** By how many bytes the copies may be more than there is room for; 0 where they fit. */
export const lackOf = ({most}: Estimate, {free, reserve}: Pick<Space, 'free' | 'reserve'>): number => Math.max(0, most - (free - reserve));

/** Less than a block of a file system is nothing to count. */
const countable = 4096;

/** The size of copies for a person: without the margin, where there is room for only that. */
export const likelyText = (bytes: number): string => bytes < countable ? 'next to nothing' : `about ${formatBytes(bytes)}`;

/** The same with its margin, where that is wide enough to be seen. */
export function estimateText({likely, most}: Estimate): string {
	if (likely === undefined) {
		return `at most ${formatBytes(most)}`;
	}

	const isWide = most >= countable && formatBytes(most) !== formatBytes(likely);
	return isWide ? `${likelyText(likely)}, at most ${formatBytes(most)}` : likelyText(likely);
}

/** More samples than this would not change the sum by what a person can see; fewer than the least tell too little. */
const mostSamples = 400;
const leastSamples = 16;

/** So small a part of all the bytes is not worth a sample of its own. */
const negligible = 0.001;

/**
From how many bytes of content on the next file is worth a sample; nothing is, if `Infinity`.

@param sampled How many of the files have been sampled.
@param total Bytes that all the files take.
*/
export const worthSampling = (sampled: number, total: number): number =>
	sampled >= mostSamples ? Infinity : (sampled < leastSamples ? 0 : Math.max(0, total * negligible));
