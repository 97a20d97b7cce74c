import type {CopyTotals} from './manifest.ts';

/** Of an entry but its path, which stands there as that of the source and as that of the copy: what any has. */
const leastEntry = 450;

/** Least length of a manifest with such entries, in bytes. */
export const leastLength = ({count, pathBytes, fileBytes}: CopyTotals): number => (leastEntry * count) + pathBytes + fileBytes;

/** The same before any is copied, when their names are not known yet. */
export function leastLengthOf(paths: Iterable<Buffer>): number {
	let bytes = 0;

	for (const path of paths) {
		bytes += leastEntry + (2 * path.length);
	}

	return bytes;
}
