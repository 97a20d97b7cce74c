import {
	type Directory,
	inParent,
	parentPaths,
	splitPath,
} from '../files/directory.ts';
import {
	DestinationError,
	errorCode,
	errorReason,
	SourceError,
	toDestinationError,
} from '../files/errors.ts';
import {fileIdentity, isSameFile} from '../files/identity.ts';
import {displayName} from '../text/display-name.ts';
import type {Entry} from './entry.ts';
import {readEntry} from './scan-directory.ts';
import {isListed, type ListedFile, Whereabouts} from './whereabouts.ts';

/** A path of the list that is not to be had. */
export type Unavailable = {
	readonly path: Buffer;
	readonly isMissing: boolean;
	/** Another file of the list has its path now. */
	readonly isSuperseded?: boolean;
	readonly message: string;
	readonly code?: string;
};

export type ListedEntries = {
	readonly entries: readonly Entry[];
	readonly unavailable: readonly Unavailable[];
};

const slash = 0x2F;

/**
Splits a NUL-separated list (as `find -print0` makes it) into relative paths, each once, in plain form (`./a//b` is `a/b`).

@throws {RangeError} If a path is absolute or leads out of the source; the message names it.
*/
export function parseFilesList(list: Buffer): Buffer[] {
	const paths = new Map<string, Buffer>();

	for (let start = 0; start < list.length;) {
		const nul = list.indexOf(0, start);
		const end = nul === -1 ? list.length : nul;
		const path = list.subarray(start, end);
		start = end + 1;

		if (path.length === 0) {
			continue;
		}

		const parts = splitPath(path).map(part => part.toString('latin1')).filter(part => part !== '.');

		if (path[0] === slash || parts.includes('..') || parts.length === 0) {
			throw new RangeError(`--files-from takes paths relative to the source, which stay below it; not ${displayName(path)}`);
		}

		const plain = parts.join('/');
		paths.set(plain, Buffer.from(plain, 'latin1'));
	}

	return [...paths.values()];
}

function judge(entry: Entry, followSymlinks: boolean): string | undefined {
	if (entry.kind === 'file') {
		return undefined;
	}

	if (entry.kind === 'directory' && !entry.isReadable) {
		return 'it is a directory that cannot be listed: permission denied (EACCES)';
	}

	if (entry.kind !== 'symlink') {
		return `it is no regular file but a ${entry.kind}`;
	}

	if (!followSymlinks) {
		return 'it is a symbolic link; --follow-symlinks copies what it leads to';
	}

	return entry.target?.kind === 'file' ? undefined : 'it is a symbolic link that does not lead to a regular file';
}

/** Whether one of the directories on the way to a path is the given one. */
async function isBelow(source: Directory, path: Buffer, directory: Directory): Promise<boolean> {
	const identity = await directory.identity().catch((error: unknown) => {
		throw toDestinationError(error, 'look at the destination');
	});

	for (const parent of parentPaths(path)) {
		if (isSameFile(fileIdentity(await source.lstat(parent)), identity)) {
			return true;
		}
	}

	return false;
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
	/** Missing if the list means whatever has its paths. */
	readonly meant?: Meant | undefined;
};

const key = (path: Buffer) => path.toString('latin1');

const gone = {isMissing: true, message: 'no such file or directory (ENOENT)', code: 'ENOENT'} as const;

/** Reads the entries that a list names. */
class ListReader {
	readonly entries = new Map<string, Entry>();
	readonly unavailable: Unavailable[] = [];
	readonly #source: Directory;
	readonly #options: ListReading;
	readonly #files: ReadonlyMap<string, ListedFile>;
	readonly #whereabouts: Whereabouts | undefined;

	constructor(source: Directory, options: ListReading) {
		const {meant} = options;
		this.#source = source;
		this.#options = options;
		this.#files = new Map(meant?.files.map(file => [key(file.path), file]));
		this.#whereabouts = meant && new Whereabouts(source, meant.files, meant.since);
	}

	async read(path: Buffer): Promise<void> {
		try {
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

			const code = errorCode(error);
			this.unavailable.push({
				path, isMissing: code === 'ENOENT', message: errorReason(error), ...(code !== undefined && {code}),
			});
		}
	}

	/** What has a path; or, of a file that is known, that file wherever it is now, and what took its place since. */
	async #find(path: Buffer): Promise<readonly Entry[]> {
		const entry = await inParent(this.#source, path, async (parent, name) => readEntry(parent, name, path));
		const known = this.#files.get(key(path));

		if (!known || !this.#whereabouts || (entry?.kind === 'file' && isListed(known, entry))) {
			return entry ? [entry] : [];
		}

		const {file, successor} = await this.#whereabouts.find(known);
		const found = [file, successor].filter(each => each !== undefined);
		// What is no file now says by itself why it is not copied.
		return found.length === 0 && entry && entry.kind !== 'file' ? [entry] : found;
	}

	async #take(entry: Entry): Promise<void> {
		const {destination, followSymlinks} = this.#options;
		const objection = destination && await isBelow(this.#source, entry.path, destination)
			? 'it is in the destination'
			: judge(entry, followSymlinks);

		if (objection) {
			throw new SourceError(objection);
		}

		this.entries.set(key(entry.path), entry);
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
	return {entries: [...entries.values()], unavailable: unavailable.map(each => entries.has(key(each.path)) ? {...each, isSuperseded: true} : each)};
}
