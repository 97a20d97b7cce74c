import {type Directory, longestPath} from '../files/directory.ts';
import {
	errorCode,
	errorReason,
	toDestinationError,
	toSourceError,
} from '../files/errors.ts';
import {type FileIdentity, isSameFile} from '../files/identity.ts';
import {DistantPlaces} from './distant-places.ts';
import type {Entry} from './entry.ts';
import {mountAt, mountOf} from './mounts.ts';
import {scanDirectory} from './scan-directory.ts';
import {type TrailDirectory, Trail} from './trail.ts';

export type WalkOptions = {
	/** Never walked into; `undefined` while it does not exist. */
	readonly destination: Directory | undefined;
	readonly crossFileSystems: boolean;
	readonly signal?: AbortSignal;
	/** Asked for each directory that could be walked into. */
	readonly isWanted?: (directory: Entry) => boolean;
};

/**
Entries of one directory, paths relative to the source; or a directory (empty path: the source) that has been read to its end, or could not be, or
turned out to be one that is not walked into.
*/
export type WalkStep =
	{readonly entries: readonly Entry[]}
	| {readonly finished: Buffer; readonly problem?: string; readonly barrier?: NonNullable<Entry['barrier']>};

/** Levels of directories: twice as many as one call of the system can name. Each file costs as many calls as it is deep. */
const deepest = 4096;

const lastName = (path: Buffer) => path.subarray(path.lastIndexOf(0x2F) + 1);

/** Walks the tree below a directory, level by level opened, so that no link leads out of it, and none is too deep. */
class Walk {
	readonly #options: WalkOptions;
	readonly #source: Directory;
	readonly #home: FileIdentity;
	readonly #forbidden: FileIdentity | undefined;
	readonly #trail: Trail;
	readonly #distant = new DistantPlaces();

	constructor(source: Directory, options: WalkOptions, {home, forbidden}: {readonly home: FileIdentity; readonly forbidden: FileIdentity | undefined}) {
		this.#options = options;
		this.#source = source;
		this.#home = home;
		this.#forbidden = forbidden;
		this.#trail = new Trail(source, home);
	}

	async * steps(): AsyncGenerator<WalkStep> {
		try {
			yield * this.#read(this.#source);

			for (let step = this.#trail.last; step; step = this.#trail.last) {
				this.#options.signal?.throwIfAborted();
				const entry = step.ahead.pop();

				if (entry) {
					yield * this.#enter(step, entry);
				} else {
					await this.#trail.leave();
				}
			}
		} finally {
			await this.#trail.close();
		}
	}

	/** Lists the directory at the end of the trail. */
	async * #read(directory: Directory): AsyncGenerator<WalkStep> {
		const step = this.#trail.last!;
		const finished = step.path ?? Buffer.alloc(0);

		try {
			for await (const batch of scanDirectory(directory, {signal: this.#options.signal, below: step.path, distant: this.#distant})) {
				const entries = batch.map(entry => this.#fence(entry, step, directory));
				yield {entries};

				for (const entry of entries) {
					if (this.#isEntered(entry)) {
						step.ahead.push(entry);
					}
				}
			}
		} catch (error) {
			if (!step.path || this.#options.signal?.aborted) {
				throw error;
			}

			step.ahead.length = 0;
			yield {finished, problem: errorReason(error)};
			return;
		}

		step.ahead.reverse();
		yield {finished};
	}

	async * #enter(step: TrailDirectory, {path, identity: seen}: Entry): AsyncGenerator<WalkStep> {
		let directory: Directory | undefined;

		try {
			const parent = await this.#trail.directory();
			directory = await parent.openDirectory(lastName(path));
			const identity = await directory.identity();
			// Another directory may have taken the name between the check and the opening.
			const barrier = seen && isSameFile(seen, identity) ? undefined : this.#barrier(path, identity, {step, parent});

			if (barrier) {
				await directory.close();
				yield {finished: path, barrier};
				return;
			}

			await this.#trail.enter(directory, path, identity);
		} catch (error) {
			await directory?.close().catch(() => undefined);
			// Gone meanwhile: nothing is missing from a set that could have been in it.
			yield errorCode(error) === 'ENOENT' ? {finished: path} : {finished: path, problem: errorReason(error)};
			return;
		}

		yield * this.#read(directory);
	}

	/** Why a directory in another one, which is at the end of the trail, is not walked into. */
	#barrier(path: Buffer, identity: FileIdentity, {step, parent}: {readonly step: TrailDirectory; readonly parent: Directory}): Entry['barrier'] {
		if (this.#forbidden && isSameFile(identity, this.#forbidden)) {
			return 'destination';
		}

		if (this.#trail.has(identity)) {
			return 'loop';
		}

		if (!this.#options.crossFileSystems && this.#isElsewhere(path, identity, {step, parent})) {
			return 'file system';
		}

		// Less what the name of a file in it takes.
		return path.length > longestPath - 256 || this.#trail.depth > deepest ? 'depth' : undefined;
	}

	/** Whether a directory is on another file system. Another device number alone is not: a subvolume of btrfs has one of its own, on the same mount. */
	#isElsewhere(path: Buffer, {device}: FileIdentity, {step, parent}: {readonly step: TrailDirectory; readonly parent: Directory}): boolean {
		if (device === this.#home.device || device === step.identity.device) {
			return false;
		}

		const mount = mountAt(parent.at(lastName(path)));
		return mount === undefined || mount !== mountOf(parent.fd);
	}

	#fence(entry: Entry, step: TrailDirectory, parent: Directory): Entry {
		const barrier = entry.kind === 'directory' && entry.identity && !entry.barrier ? this.#barrier(entry.path, entry.identity, {step, parent}) : undefined;
		return barrier ? {...entry, barrier} : entry;
	}

	#isEntered(entry: Entry): boolean {
		return entry.kind === 'directory' && entry.isReadable && !entry.barrier && (this.#options.isWanted?.(entry) ?? true);
	}
}

/**
Lists what stands below `source`: first what stands directly in it, then one directory after the other. Stays on its file system and out of the
destination, follows no link, and goes into no directory that it is in already.

@throws {SourceError} If `source` itself cannot be read.
*/
export async function * walkTree(source: Directory, options: WalkOptions): AsyncGenerator<WalkStep> {
	const home = await source.identity().catch((error: unknown) => {
		throw toSourceError(error);
	});
	const forbidden = await options.destination?.identity().catch((error: unknown) => {
		throw toDestinationError(error, 'look at the destination');
	});
	yield * new Walk(source, options, {home, forbidden}).steps();
}
