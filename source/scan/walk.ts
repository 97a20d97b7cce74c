import type {Directory} from '../files/directory.ts';
import {
	errorCode,
	errorReason,
	toDestinationError,
	toSourceError,
} from '../files/errors.ts';
import {type FileIdentity, isSameFile} from '../files/identity.ts';
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

/** Walks the tree below a directory, level by level opened, so that no link leads out of it. */
class Walk {
	readonly #options: WalkOptions;
	#home: FileIdentity | undefined;
	#forbidden: FileIdentity | undefined;

	constructor(options: WalkOptions) {
		this.#options = options;
	}

	async * from(source: Directory): AsyncGenerator<WalkStep> {
		const {destination} = this.#options;
		this.#home = await source.identity().catch((error: unknown) => {
			throw toSourceError(error);
		});
		this.#forbidden = destination && await destination.identity().catch((error: unknown) => {
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
			const barrier = this.#barrier(await directory.identity(), depth);
			yield * barrier ? [{finished: path}] : this.#read(directory, path, depth + 1);
		} finally {
			await directory.close();
		}
	}

	#barrier(identity: FileIdentity, depth: number): Entry['barrier'] {
		if (this.#forbidden && isSameFile(identity, this.#forbidden)) {
			return 'destination';
		}

		return identity.device !== this.#home!.device && !this.#options.crossFileSystems ? 'file system' : (depth >= deepest ? 'depth' : undefined);
	}

	#fence(entry: Entry, depth: number): Entry {
		const barrier = entry.kind === 'directory' && entry.identity ? this.#barrier(entry.identity, depth) : undefined;
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
