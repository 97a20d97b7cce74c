import {pathKey} from '../files/path-key.ts';
import {
	type Directory,
	inParent,
	longestPath,
	splitPath,
} from '../files/directory.ts';
import {
	DestinationError,
	errorCode,
	type Reason,
	SourceError,
	toDestinationError,
	remedyForDenied,
	toReason,
} from '../files/errors.ts';
import {isSameFile} from '../files/identity.ts';
import {displayName} from '../text/display-name.ts';
import {type Entry, hasContent} from './entry.ts';
import {readEntry} from './scan-directory.ts';
import {isListed, type ListedFile, Whereabouts} from './whereabouts.ts';

/** A path of the list that is not to be had. */
export type Unavailable = Reason & {
	readonly path: Buffer;
	readonly isMissing: boolean;
	/** Another file of the list has its path now. */
	readonly isSuperseded?: boolean;
	/** It is a directory that cannot be listed: what is in it is missing, and not known. */
	readonly isDirectory?: true;
	/** It is a symbolic link that was to be followed. */
	readonly isSymlink?: true;
	/** It is a stream, or the name of a source of streams, of which is not known what it has. */
	readonly from?: string;
};

/** Of a directory that this process may not list. */
export const unlisted = {message: 'cannot be listed: permission denied (EACCES)', code: 'EACCES', isDirectory: true} as const;

export type ListedEntries = {
	readonly entries: readonly Entry[];
	readonly unavailable: readonly Unavailable[];
};

const slash = 0x2F;

/**
The records of a list, each ended by a NUL; empty ones are none.

@throws {RangeError} If the last one is not ended.
*/
export function * splitList(list: Buffer): Generator<Buffer> {
	if (list.length > 0 && list.at(-1) !== 0) {
		const last = list.subarray(list.lastIndexOf(0) + 1);
		throw new RangeError(`--files-from takes paths that are each ended by a NUL, and ${displayName(last)} is not: the list was cut short, or made with another character between its paths`);
	}

	for (let start = 0; start < list.length;) {
		const end = list.indexOf(0, start);

		if (end > start) {
			yield list.subarray(start, end);
		}

		start = end + 1;
	}
}

/**
A path of a list in plain form: `./a//b` is `a/b`.

@throws {RangeError} If it is absolute or leads out of the source; the message names it.
*/
export function plainPath(path: Buffer): Buffer {
	const parts = splitPath(path).map(part => pathKey(part)).filter(part => part !== '.');

	if (path[0] === slash || parts.includes('..') || parts.length === 0) {
		throw new RangeError(`--files-from takes paths relative to the source, which stay below it; not ${displayName(path)}`);
	}

	return Buffer.from(parts.join('/'), 'latin1');
}

/**
Splits a NUL-separated list (as `find -print0` makes it) into relative paths, each once, in plain form.

@throws {RangeError} If a path is absolute or leads out of the source, or the last one is not ended.
*/
export const parseFilesList = (list: Buffer): Buffer[] =>
	[...new Map(Array.from(splitList(list), record => plainPath(record)).map(path => [pathKey(path), path])).values()];

/** Why an entry of a list is not copied; `undefined` if it is. */
function judge(entry: Entry, followSymlinks: boolean): Reason | undefined {
	if (hasContent(entry)) {
		return undefined;
	}

	if (entry.kind !== 'symlink') {
		return {message: `not a regular file but a ${entry.kind}`};
	}

	if (!followSymlinks) {
		return {message: 'a symbolic link', remedy: 'Copy what it leads to with --follow-symlinks'};
	}

	return entry.target?.kind === 'file' ? undefined : {message: 'a symbolic link that does not lead to a regular file'};
}

/** Whether one of the directories on the way to a path is the given one. */
async function isBelow(source: Directory, path: Buffer, directory: Directory): Promise<boolean> {
	const identity = await directory.identity().catch((error: unknown) => {
		throw toDestinationError(error, 'look at the destination');
	});

	let isInside = false;
	await inParent(source, path, async () => undefined, async passed => {
		isInside ||= isSameFile(await passed.identity(), identity);
	});
	return isInside;
}

/** Which files a list means, where it tells. */
export type Meant = {
	readonly files: readonly ListedFile[];
	/** When they were listed, in milliseconds since the epoch. */
	readonly since: number;
};

type ListReading = {
	readonly destination: Directory | undefined;
	readonly followSymlinks: boolean;
	/** Paths whose symbolic links are followed in any case: somebody chose them before. */
	readonly followed?: readonly Buffer[];
	/** Missing if the list means whatever has its paths. */
	readonly meant?: Meant | undefined;
	/** Streams that the list can name by their paths. */
	readonly streams?: readonly Entry[];
};

/** A file as it is now, with what it has lost since it was listed. */
const sinceListed = (now: Entry, {size}: ListedFile): Entry => now.size < size ? {...now, listedSize: size} : now;

const gone = {isMissing: true, message: 'no such file or directory (ENOENT)', code: 'ENOENT'} as const;

/** Reads the entries that a list names. */
class ListReader {
	readonly entries = new Map<string, Entry>();
	readonly unavailable: Unavailable[] = [];
	readonly #source: Directory;
	readonly #options: ListReading;
	readonly #files: ReadonlyMap<string, ListedFile>;
	readonly #whereabouts: Whereabouts | undefined;
	readonly #followed: ReadonlySet<string>;
	readonly #streams: ReadonlyMap<string, Entry>;

	constructor(source: Directory, options: ListReading) {
		const {meant} = options;
		this.#source = source;
		this.#options = options;
		this.#files = new Map(meant?.files.map(file => [pathKey(file.path), file]));
		this.#whereabouts = meant && new Whereabouts(source, meant.files, meant.since);
		this.#followed = new Set(options.followed?.map(path => pathKey(path)));
		this.#streams = new Map(options.streams?.map(entry => [pathKey(entry.path), entry]));
	}

	async read(path: Buffer): Promise<void> {
		const stream = this.#streams.get(pathKey(path));

		if (stream) {
			this.entries.set(pathKey(path), stream);
			return;
		}

		try {
			if (path.length > longestPath) {
				throw new SourceError(`its path is longer than ${longestPath} bytes`);
			}

			const found = await this.#find(path);

			if (found.length === 0) {
				this.unavailable.push({path, ...gone});
			}

			for (const entry of found) {
				await this.#take(entry);
			}
		} catch (error) {
			if (error instanceof DestinationError) {
				throw error;
			}

			this.unavailable.push({path, isMissing: errorCode(error) === 'ENOENT', ...toReason(error)});
		}
	}

	/** The entry at a path; of a file listed before, that file wherever it is now, and any newer file under its old name. */
	async #find(path: Buffer): Promise<readonly Entry[]> {
		const entry = await inParent(this.#source, path, async (parent, name) => readEntry(parent, name, path));
		const known = this.#files.get(pathKey(path));

		if (known && entry?.kind === 'file' && isListed(known, entry)) {
			return [sinceListed(entry, known)];
		}

		if (!known || !this.#whereabouts) {
			return entry ? [entry] : [];
		}

		const {file, successor} = await this.#whereabouts.find(known);
		const found = [file && sinceListed(file, known), successor].filter(each => each !== undefined);
		// An entry that is not a file (any more) is returned, as it carries the reason why it is not copied.
		return found.length === 0 && entry && entry.kind !== 'file' ? [entry] : found;
	}

	async #take(entry: Entry): Promise<void> {
		const {destination} = this.#options;
		const isForbidden = destination && await isBelow(this.#source, entry.path, destination);

		if (!isForbidden && entry.kind === 'directory' && !entry.isReadable) {
			this.unavailable.push({
				path: entry.path, isMissing: false, ...unlisted, ...remedyForDenied(unlisted.code),
			});
			return;
		}

		const followSymlinks = this.#options.followSymlinks || this.#followed.has(pathKey(entry.path));
		const objection = isForbidden ? {message: 'it is in the destination'} : judge(entry, followSymlinks);

		if (objection && !isForbidden && entry.kind === 'symlink' && followSymlinks) {
			this.unavailable.push({
				path: entry.path, isMissing: false, ...objection, isSymlink: true,
			});
			return;
		}

		if (objection) {
			throw new SourceError(objection.message, {remedy: objection.remedy});
		}

		this.entries.set(pathKey(entry.path), entry);
	}
}

/**
Looks at the entries that a list names. Nothing in `destination`, which is `undefined` while it does not exist, is ever copied.
*/
export async function readListedEntries(source: Directory, paths: readonly Buffer[], options: ListReading): Promise<ListedEntries> {
	const reader = new ListReader(source, options);

	for (const path of paths) {
		await reader.read(path);
	}

	const {entries, unavailable} = reader;
	return {entries: [...entries.values()], unavailable: unavailable.map(each => entries.has(pathKey(each.path)) ? {...each, isSuperseded: true} : each)};
}
