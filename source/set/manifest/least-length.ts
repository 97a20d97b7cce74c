import type {CopyRecord} from './manifest.ts';

/** Of an entry but its path, which stands there as that of the source and as that of the copy: what any has. */
const leastEntry = 450;

/** Least length of a manifest with such entries, in bytes. */
export const leastLength = (copies: ReadonlyArray<Pick<CopyRecord, 'path' | 'file'>>): number =>
	copies.reduce((bytes, {path, file}) => bytes + leastEntry + path.length + file.length, 0);

/** The same before any is copied, when their names are not known yet. */
export function leastLengthOf(paths: Iterable<Buffer>): number {
	let bytes = 0;

	for (const path of paths) {
		bytes += leastEntry + (2 * path.length);
	}

	return bytes;
}
