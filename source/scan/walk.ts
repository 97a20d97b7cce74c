import type {Directory} from '../files/directory.ts';
import {
	errorCode,
	errorReason,
	toDestinationError,
	toSourceError,
} from '../files/errors.ts';
import type {Entry} from './entry.ts';
import {scanDirectory} from './scan-directory.ts';

/** Each level keeps a directory open; what is nested deeper than this is no log any more. */
const deepest = 100;

export type WalkOptions = {
	/** Never walked into; `undefined` while it does not exist. */
	readonly destination: Directory | undefined;
	readonly crossFileSystems: boolean;
	readonly signal?: AbortSignal;
	/** Asked for each directory that could be walked into. */
	readonly isWanted?: (directory: Entry) => boolean;
};

/** Entries of one directory, paths relative to the source; or a directory (empty path: the source) that has been read to its end, or could not be. */
export type WalkStep =
	{readonly entries: readonly Entry[]}
	| {readonly finished: Buffer; readonly problem?: string};

type Place = {readonly device: number; readonly inode: number};

async function placeOf(directory: Directory): Promise<Place> {
	const {dev, ino} = await directory.stat();
	return {device: Number(dev), inode: Number(ino)};
}

/** Walks the tree below a directory, level by level opened, so that no link leads out of it. */
class Walk {
	readonly #options: WalkOptions;
	#home: Place | undefined;
	#forbidden: Place | undefined;

	constructor(options: WalkOptions) {
		this.#options = options;
	}

	async * from(source: Directory): AsyncGenerator<WalkStep> {
		const {destination} = this.#options;
		this.#home = await placeOf(source).catch((error: unknown) => {
			throw toSourceError(error);
		});
		this.#forbidden = destination && await placeOf(destination).catch((error: unknown) => {
			throw toDestinationError(error, 'look at the destination');
		});
		yield * this.#read(source, undefined, 1);
	}

	async * #read(directory: Directory, path: Buffer | undefined, depth: number): AsyncGenerator<WalkStep> {
		const finished = path ?? Buffer.alloc(0);
		const inner: Entry[] = [];

		try {
			for await (const batch of scanDirectory(directory, this.#options.signal, path)) {
				const entries = batch.map(entry => this.#fence(entry, depth));
				inner.push(...entries.filter(entry => this.#isEntered(entry)));
				yield {entries};
			}
		} catch (error) {
			if (!path || this.#options.signal?.aborted) {
				throw error;
			}

			yield {finished, problem: errorReason(error)};
			return;
		}

		yield {finished};

		for (const entry of inner) {
			this.#options.signal?.throwIfAborted();
			yield * this.#enter(directory, entry, depth);
		}
	}

	async * #enter(parent: Directory, {path}: Entry, depth: number): AsyncGenerator<WalkStep> {
		let directory: Directory;

		try {
			directory = await parent.openDirectory(path.subarray(path.lastIndexOf(0x2F) + 1));
		} catch (error) {
			// Gone meanwhile: nothing is missing from a set that could have been in it.
			yield errorCode(error) === 'ENOENT' ? {finished: path} : {finished: path, problem: errorReason(error)};
			return;
		}

		try {
			// What was opened may be another than what was looked at.
			const barrier = this.#barrier(await placeOf(directory), depth);
			yield * barrier ? [{finished: path}] : this.#read(directory, path, depth + 1);
		} finally {
			await directory.close();
		}
	}

	#barrier({device, inode}: Place, depth: number): Entry['barrier'] {
		if (device === this.#forbidden?.device && inode === this.#forbidden.inode) {
			return 'destination';
		}

		return device !== this.#home!.device && !this.#options.crossFileSystems ? 'file system' : (depth >= deepest ? 'depth' : undefined);
	}

	#fence(entry: Entry, depth: number): Entry {
		const barrier = entry.place && this.#barrier(entry.place, depth);
		return barrier ? {...entry, barrier} : entry;
	}

	#isEntered(entry: Entry): boolean {
		return entry.kind === 'directory' && entry.isReadable && !entry.barrier && (this.#options.isWanted?.(entry) ?? true);
	}
}

/**
Lists what stands below `source`: first what stands directly in it, then one directory after the other. Stays on its file system and out of the
destination, and follows no link.

@throws {SourceError} If `source` itself cannot be read.
*/
export const walkTree = (source: Directory, options: WalkOptions): AsyncGenerator<WalkStep> => new Walk(options).from(source);
