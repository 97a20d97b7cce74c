import {
	accessSync,
	type BigIntStats,
	constants,
	fstatSync,
	lstatSync,
	statSync,
} from 'node:fs';
import {readdir} from 'node:fs/promises';
import {setImmediate} from 'node:timers/promises';
import type {Directory} from '../files/directory.ts';
import {errorCode, toSourceError} from '../files/errors.ts';
import {birthOf, fileIdentity} from '../files/identity.ts';
import {beginsWithData} from '../files/holes.ts';
import {readingFlags} from '../files/open-flags.ts';
import {pathKey, pathOfKey} from '../files/path-key.ts';
import {withOpened} from '../files/with-opened.ts';
import type {Entry, FileKind, LinkTarget} from './entry.ts';

/*
A synchronous lstat of a local file takes 3 µs, through the thread pool 30; between batches the event loop gets its turn, so that keys
are answered while 50,000 entries come in.
*/
const batchSize = 500;

const blockSize = 512;

function kindOf(stats: BigIntStats): FileKind {
	if (stats.isFile()) {
		return 'file';
	}

	if (stats.isDirectory()) {
		return 'directory';
	}

	if (stats.isSymbolicLink()) {
		return 'symlink';
	}

	if (stats.isFIFO()) {
		return 'fifo';
	}

	return stats.isSocket() ? 'socket' : 'device';
}

function canRead(path: Buffer, mode = constants.R_OK): boolean {
	try {
		accessSync(path, mode);
		return true;
	} catch {
		return false;
	}
}

function readTarget(path: Buffer): LinkTarget {
	try {
		const stats = statSync(path, {bigint: true});
		return {kind: kindOf(stats), size: Number(stats.size)};
	} catch {
		return {kind: 'broken', size: 0};
	}
}

/**
Bytes that a regular file takes on disk. Some file systems (FUSE, network) report no blocks for any: such a file has no holes for that.
*/
function allocatedOf(location: Buffer, stats: BigIntStats): number {
	const allocated = Number(stats.blocks) * blockSize;

	if (allocated > 0 || stats.size === 0n || !stats.isFile()) {
		return allocated;
	}

	try {
		return withOpened(location, readingFlags, descriptor => fstatSync(descriptor, {bigint: true}).isFile() && beginsWithData(descriptor) === true) ? Number(stats.size) : allocated;
	} catch {
		return allocated;
	}
}

/**
Looks at one entry, by its name in an opened directory.

@returns `undefined` if nothing of that name is there.
@throws {SourceError} If it cannot be looked at.
*/
export function readEntry(directory: Directory, name: Buffer, path = name): Entry | undefined {
	const location = directory.at(name);

	try {
		const stats = lstatSync(location, {bigint: true});
		const kind = kindOf(stats);
		const born = birthOf(stats);
		return {
			path,
			kind,
			size: Number(stats.size),
			allocated: allocatedOf(location, stats),
			modified: Number(stats.mtimeMs),
			identity: fileIdentity(stats),
			...(kind === 'file' && stats.nlink > 1n && {hasOtherNames: true}),
			...(born !== undefined && {born}),
			isReadable: kind === 'file' ? canRead(location) : (kind !== 'directory' || canRead(location, constants.R_OK | constants.X_OK)),
			...(kind === 'symlink' && {target: readTarget(location)}),
		};
	} catch (error) {
		if (errorCode(error) === 'ENOENT') {
			return undefined;
		}

		throw toSourceError(error);
	}
}

/**
An entry that cannot even be looked at is taken for a file that cannot be read: it will be tried, and fail (or not) in its own name, and no other
entry is lost for it.
*/
function readEntryOrDoubt(directory: Directory, name: Buffer, path: Buffer): Entry | undefined {
	try {
		return readEntry(directory, name, path);
	} catch {
		return {
			path, kind: 'file', size: 0, allocated: 0, modified: 0, isReadable: false,
		};
	}
}

/** Paths made of names (one character a byte), together in one piece of memory: by itself, each would take ten times as much. */
function toPaths(names: readonly string[], prefix: string): Buffer[] {
	const bytes = pathOfKey(names.map(name => prefix + name).join(''));
	let end = 0;
	return names.map(name => {
		const start = end;
		end += prefix.length + name.length;
		return bytes.subarray(start, end);
	});
}

/**
Lists what stands directly in `directory`, in batches, names as bytes and in the order the file system gives them.
Entries that vanish while it looks are left out.

@param below What the paths of the entries begin with: that of the directory, relative to the source.
@throws {SourceError} If the directory cannot be read.
*/
export async function * scanDirectory(directory: Directory, signal?: AbortSignal, below?: Buffer): AsyncGenerator<readonly Entry[]> {
	let names: string[];

	try {
		// One character a byte, as of `pathKey`.
		names = await readdir(directory.self, {encoding: 'latin1'});
	} catch (error) {
		throw toSourceError(error);
	}

	const prefix = below ? `${pathKey(below)}/` : '';

	for (let start = 0; start < names.length; start += batchSize) {
		signal?.throwIfAborted();
		yield toPaths(names.slice(start, start + batchSize), prefix)
			.map(path => readEntryOrDoubt(directory, path.subarray(prefix.length), path))
			.filter(entry => entry !== undefined);
		// The pause that keeps the screen alive.
		await setImmediate();
	}
}
