import {createHash} from 'node:crypto';
import {isUtf8} from 'node:buffer';
import {parentPaths, splitPath} from '../files/directory.ts';

export const checksumsName = 'SHA256SUMS';
export const manifestName = 'manifest.json';
/** Where a set that grows keeps its unfinished files and its journal; gone before the set is published. */
export const workName = '.logbackup';

const reserved: ReadonlySet<string> = new Set([checksumsName, manifestName, workName]);

/** Whether a path in a set (one character a byte) is, or leads into, one of the set's own files. */
export const isReserved = (path: string): boolean => reserved.has(path.split('/', 1)[0]!);

/** Longest file name in bytes, on every Linux file system (`NAME_MAX`). */
const nameMax = 255;

const suffix = Buffer.from('.gz');

/** As a name in `SHA256SUMS`, to `sha256sum -c` it means standard input. */
const standardInput = Buffer.from('-');

/** Names in the set that an entry's copy may get, relative to the set. */
export type CopyNames = {
	/** For a copy through gzip. */
	readonly compressed: Buffer;
	/** For a copy of what is compressed already; missing if that name is needed for something else. */
	readonly asIs?: Buffer;
};

/** A key for maps and sets: one character for each byte. */
const key = (path: Buffer) => path.toString('latin1');

/** The longest beginning of `name` of at most `length` bytes that does not cut a character in two. */
function truncateName(name: Buffer, length: number): Buffer {
	let end = Math.min(length, name.length);

	if (isUtf8(name)) {
		while (end > 0 && end < name.length && (name[end]! & 0xC0) === 0x80) {
			end--;
		}
	}

	return name.subarray(0, end);
}

/** A name of its own for a path whose plain one cannot be had: its beginning, and 16 digits of the SHA-256 of the whole path. */
function uniqueName(path: Buffer, attempt: number): Buffer {
	const digest = createHash('sha256').update(path).update(String(attempt)).digest('hex').slice(0, 16);
	const tail = Buffer.from(`~${digest}.gz`);
	return Buffer.concat([truncateName(splitPath(path).at(-1)!, nameMax - tail.length), tail]);
}

/** What stands in a set already, relative to it. */
export type Occupied = {
	/** Files, and whatever else is no directory. */
	readonly files: readonly Buffer[];
	readonly directories: readonly Buffer[];
};

/**
Decides under which name each path of a run is copied, so that no two copies meet: `<path>.gz`, and the path itself for what turns out to
be compressed already, except where another entry's `<path>.gz` is called so. Where `<path>.gz` cannot be (too long, or the name of
a directory or of the set's own files), it is a shortened name with a checksum, at the top of the set; the manifest knows the true one.

@param paths
@param occupied For a set that stands: its names are left alone.
*/
export function planNames(paths: readonly Buffer[], occupied?: Occupied): Map<string, CopyNames> {
	const files = new Set(occupied?.files.map(file => key(file)));
	const directories = new Set(occupied?.directories.map(directory => key(directory)));
	const taken = new Set(files);

	for (const path of paths) {
		for (const parent of parentPaths(path)) {
			directories.add(key(parent));
		}
	}

	const isFree = (path: string) => !isReserved(path) && !directories.has(path) && !taken.has(path)
		// A file cannot be the directory of another.
		&& (files.size === 0 || parentPaths(Buffer.from(path, 'latin1')).every(parent => !files.has(key(parent))));
	const compressedNames = new Map<string, Buffer>();

	for (const path of paths) {
		let name: Buffer = Buffer.concat([path, suffix]);

		for (let attempt = 0; name.length - name.lastIndexOf(0x2F) - 1 > nameMax || !isFree(key(name)); attempt++) {
			name = uniqueName(path, attempt);
		}

		taken.add(key(name));
		compressedNames.set(key(path), name);
	}

	const plan = new Map<string, CopyNames>();

	for (const path of paths) {
		const name = key(path);
		const compressed = compressedNames.get(name)!;
		plan.set(name, isFree(name) && !path.equals(standardInput) ? {compressed, asIs: path} : {compressed});
	}

	return plan;
}

export const namesOf = (plan: ReadonlyMap<string, CopyNames>, path: Buffer): CopyNames => plan.get(key(path))!;
