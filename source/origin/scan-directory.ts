import {
	accessSync,
	type BigIntStats,
	constants,
	fstatSync,
	lstatSync,
	statSync,
} from 'node:fs';
import {
	access,
	lstat,
	open,
	readdir,
	stat,
} from 'node:fs/promises';
import {setImmediate} from 'node:timers/promises';
import type {Directory} from '../files/directory.ts';
import {errorCode, toSourceError} from '../files/errors.ts';
import {birthOf, fileIdentity} from '../files/identity.ts';
import {beginsWithData} from '../files/holes.ts';
import {readingFlags} from '../files/open-flags.ts';
import {pathKey, pathOfKey} from '../files/path-key.ts';
import {withOpened} from '../files/with-opened.ts';
import {type DistantPlaces, near} from './distant-places.ts';
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

const brokenTarget: LinkTarget = {kind: 'broken', size: 0};

const targetOf = (stats: BigIntStats): LinkTarget => ({kind: kindOf(stats), size: Number(stats.size)});

/** How an entry must be readable: a directory is walked through, too. `undefined`: of that kind all are taken to be. */
const accessOf = (kind: FileKind): number | undefined => kind === 'file' ? constants.R_OK : (kind === 'directory' ? constants.R_OK | constants.X_OK : undefined);

const allocatedOf = (stats: BigIntStats): number => Number(stats.blocks) * blockSize;

/** Some file systems (FUSE, network) report no blocks for any file: one that begins with data has no holes for that. */
const isAllocationDoubtful = (stats: BigIntStats): boolean => stats.blocks === 0n && stats.size > 0n && stats.isFile();

const isFullFile = (descriptor: number): boolean => fstatSync(descriptor, {bigint: true}).isFile() && beginsWithData(descriptor) === true;

/** What more than one call tells of an entry. `isFull`: it takes all of its size on disk, whatever is said of blocks. */
type Looked = {readonly stats: BigIntStats; readonly isReadable: boolean; readonly isFull: boolean; readonly target: LinkTarget | undefined};

function toEntry(path: Buffer, {stats, isReadable, isFull, target}: Looked): Entry {
	const kind = kindOf(stats);
	const born = birthOf(stats);
	return {
		path,
		kind,
		size: Number(stats.size),
		allocated: isFull ? Number(stats.size) : allocatedOf(stats),
		modified: Number(stats.mtimeMs),
		identity: fileIdentity(stats),
		...(kind === 'file' && stats.nlink > 1n && {hasOtherNames: true}),
		...(born !== undefined && {born}),
		isReadable,
		...(target && {target}),
	};
}

/** Whether a call succeeds. */
function succeeds(call: () => void): boolean {
	try {
		call();
		return true;
	} catch {
		return false;
	}
}

function readTarget(location: Buffer): LinkTarget {
	try {
		return targetOf(statSync(location, {bigint: true}));
	} catch {
		return brokenTarget;
	}
}

function isFullAt(location: Buffer): boolean {
	try {
		return withOpened(location, readingFlags, descriptor => isFullFile(descriptor));
	} catch {
		return false;
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
		const mode = accessOf(kindOf(stats));
		return toEntry(path, {
			stats,
			isReadable: mode === undefined || succeeds(() => {
				accessSync(location, mode);
			}),
			isFull: isAllocationDoubtful(stats) && isFullAt(location),
			target: stats.isSymbolicLink() ? readTarget(location) : undefined,
		});
	} catch (error) {
		if (errorCode(error) === 'ENOENT') {
			return undefined;
		}

		throw toSourceError(error);
	}
}

async function isFullDistant(location: Buffer): Promise<boolean> {
	try {
		await using handle = await open(location, readingFlags);
		return isFullFile(handle.fd);
	} catch {
		return false;
	}
}

/** The same without waiting on this thread, for what may not answer. What cannot be looked at is doubtful, too. */
async function readDistantEntry(directory: Directory, name: Buffer, path: Buffer): Promise<Entry | undefined> {
	const location = directory.at(name);

	try {
		const stats = await lstat(location, {bigint: true});
		const mode = accessOf(kindOf(stats));
		return toEntry(path, {
			stats,
			isReadable: mode === undefined || await access(location, mode).then(() => true).catch(() => false),
			isFull: isAllocationDoubtful(stats) && await isFullDistant(location),
			target: stats.isSymbolicLink() ? await stat(location, {bigint: true}).then(found => targetOf(found)).catch(() => brokenTarget) : undefined,
		});
	} catch (error) {
		return errorCode(error) === 'ENOENT' ? undefined : doubtful(path);
	}
}

/**
An entry that cannot even be looked at is taken for a file that cannot be read: it will be tried, and fail (or not) in its own name, and no other
entry is lost for it.
*/
const doubtful = (path: Buffer): Entry => ({
	path, kind: 'file', size: 0, allocated: 0, modified: 0, isReadable: false,
});

function readEntryOrDoubt(directory: Directory, name: Buffer, path: Buffer): Entry | undefined {
	try {
		return readEntry(directory, name, path);
	} catch {
		return doubtful(path);
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

const silentDirectory = (path: Buffer): Entry => ({
	path, kind: 'directory', size: 0, allocated: 0, modified: 0, isReadable: false, barrier: 'no answer',
});

type Listing = {
	readonly signal?: AbortSignal | undefined;
	/** What the paths of the entries begin with: that of the directory, relative to the source. */
	readonly below?: Buffer | undefined;
	/** What must not be waited for. If it is not told, the caller may wait for ever. */
	readonly distant?: DistantPlaces | undefined;
};

/**
Lists what stands directly in `directory`, in batches, names as bytes and in the order the file system gives them; file systems that may not answer come
last. Entries that vanish while it looks are left out.

@throws {SourceError} If the directory cannot be read.
*/
export async function * scanDirectory(directory: Directory, {signal, below, distant}: Listing = {}): AsyncGenerator<readonly Entry[]> {
	let names: string[];

	try {
		// One character a byte, as of `pathKey`.
		names = await readdir(directory.self, {encoding: 'latin1'});
	} catch (error) {
		throw toSourceError(error);
	}

	const prefix = below ? `${pathKey(below)}/` : '';
	const {isDistant, mountPoints} = distant?.lookAt(directory) ?? near;
	const nearNames = mountPoints.size === 0 ? names : names.filter(name => !mountPoints.has(name));
	const nameOf = (path: Buffer) => path.subarray(prefix.length);

	for (let start = 0; start < nearNames.length; start += batchSize) {
		signal?.throwIfAborted();
		const paths = toPaths(nearNames.slice(start, start + batchSize), prefix);
		const entries = isDistant
			? await Promise.all(paths.map(async path => readDistantEntry(directory, nameOf(path), path)))
			: paths.map(path => readEntryOrDoubt(directory, nameOf(path), path));
		yield entries.filter(entry => entry !== undefined);
		// The pause that keeps the screen alive.
		await setImmediate();
	}

	if (distant && mountPoints.size > 0) {
		const paths = toPaths(names.filter(name => mountPoints.has(name)), prefix);
		const entries = await Promise.all(paths.map(async path => await distant.answers(directory, nameOf(path)) ? readEntryOrDoubt(directory, nameOf(path), path) : silentDirectory(path)));
		yield entries.filter(entry => entry !== undefined);
	}
}
