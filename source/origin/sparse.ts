import {dataBetween, type Extent, findHoles} from '../files/holes.ts';
import {SourceError} from '../files/errors.ts';
import {formatBytes} from '../text/format.ts';
import {isHollow, skippedFrom} from './entry.ts';
import type {SourceFile} from './source-file.ts';

/** Most holes recorded of a file, the largest: a line of the manifest stays within some 30 KB. */
const mostHoles = 1000;

/** Most bytes of zeros, from holes that are not left out, read of one file: this takes a minute or two. */
export const mostZeros = 64 * (2 ** 30);

const blockSize = 512n;

/** The parts of a file that are read. */
export type Layout = {
	/** In order. */
	readonly extents: readonly Extent[];
	/** Whether holes lie between them, or after them. */
	readonly isSparse: boolean;
	/** Bytes of zeros after which reading is given up; finite only if holes cannot be told from data. */
	readonly mostZeros: number;
};

export const refuseZeros = (): SourceError => new SourceError(`it has more than ${formatBytes(mostZeros)} in holes that cannot be left out`);

/** Total length in bytes. */
export const lengthOf = (extents: readonly Extent[]) => extents.reduce((sum, [, length]) => sum + length, 0);

/** The first so many bytes of extents. */
export function cutTo(extents: readonly Extent[], bytes: number): Extent[] {
	const cut: Extent[] = [];
	let left = bytes;

	for (const [offset, length] of extents) {
		if (left > 0) {
			cut.push([offset, Math.min(length, left)]);
		}

		left -= length;
	}

	return cut;
}

/**
Decides what of a source is read: all, unless it has large holes.

@param size How much of it is to be read, holes included, in bytes.
@throws {SourceError} If it has too many holes.
*/
export async function layOut(file: SourceFile, size: number): Promise<Layout> {
	const whole = {extents: [[0, size] as const], isSparse: false, mostZeros: Infinity};

	// For all but hollow files that is all there is to do. A file system that compresses has hollow files without holes.
	if (!isHollow({size, allocated: Number(file.stats.blocks * blockSize)})) {
		return whole;
	}

	const holes = await findHoles(file.fd, size, mostHoles);

	if (!holes) {
		return {...whole, mostZeros};
	}

	const skipped = lengthOf(holes.largest);

	if (holes.total - skipped > mostZeros) {
		throw refuseZeros();
	}

	return skipped > skippedFrom ? {extents: dataBetween(holes.largest, size), isSparse: true, mostZeros: Infinity} : whole;
}
