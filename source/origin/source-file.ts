import type {BigIntStats} from 'node:fs';
import {type FileHandle, open, stat} from 'node:fs/promises';
import {closeRead} from '../files/close.ts';
import {type Directory, inParent} from '../files/directory.ts';
import {errorCode, SourceError, toSourceError} from '../files/errors.ts';
import {fileIdentity, isSameFile} from '../files/identity.ts';
import {followingFlags, readingFlags} from '../files/open-flags.ts';
import {PassingReads} from '../files/page-cache.ts';
import {signatureLength} from '../compression/compression-format.ts';
import {compressedFormat} from '../formats/detect.ts';
import {headerLength, isOnlineJournal} from '../journal/header.ts';
import type {SourceStats} from '../set/manifest/manifest.ts';
import type {PresentSource} from '../set/unchanged.ts';
import {formatBytes} from '../text/format.ts';
import {isStillListed} from './whereabouts.ts';
import type {Entry} from './entry.ts';
import {unsizedLimit} from './source-notes.ts';
import {withRetries} from './retry.ts';
import {isRacy} from './source-access.ts';

/** The source was there when the directory was listed and is gone now. */
export class VanishedError extends SourceError {
	constructor(cause: unknown) {
		super('gone since it was listed', {code: 'ENOENT', cause});
		this.name = 'VanishedError';
	}
}

/** Another file has the name than the one that was listed. */
export class OtherFileError extends SourceError {
	constructor() {
		super('gone since it was listed; another file has its name');
		this.name = 'OtherFileError';
	}
}

/**
A source as a manifest tells of it.

@param readAt When it was looked at, before it was read, in milliseconds since the epoch.
*/
export function describeStats(stats: BigIntStats, readAt: number): SourceStats {
	const {device, inode} = fileIdentity(stats);
	return {
		dev: String(device),
		ino: String(inode),
		size: Number(stats.size),
		mtime_ns: String(stats.mtimeNs),
		ctime_ns: String(stats.ctimeNs),
		mode: (Number(stats.mode) & 0o7777).toString(8).padStart(4, '0'),
		uid: Number(stats.uid),
		gid: Number(stats.gid),
		...(isRacy(stats, readAt) && {racy: true}),
	};
}

/** Its owner, or whoever may, holds a lease on it: it opens once that is given back, or the kernel has broken it (fcntl(2), `F_SETLEASE`). */
export class LeasedError extends SourceError {
	constructor(cause: unknown) {
		super('another process holds a lease on it, and did not give it back (EAGAIN)', {code: 'EAGAIN', cause});
		this.name = 'LeasedError';
	}
}

async function openEntry(source: Directory, entry: Entry): Promise<FileHandle> {
	const isLink = entry.kind === 'symlink';

	try {
		return await withRetries(async () => inParent(source, entry.path, async (parent, name) => open(parent.at(name), isLink ? followingFlags : readingFlags)), new Set(['EAGAIN']));
	} catch (error) {
		const code = errorCode(error);

		if (code === 'ENOENT') {
			throw new VanishedError(error);
		}

		if (code === 'EAGAIN') {
			throw new LeasedError(error);
		}

		throw code === 'ELOOP' && !isLink ? new SourceError('it is a symbolic link now (ELOOP)', {code, cause: error}) : toSourceError(error);
	}
}

/** An open source. All that its methods throw are `SourceError`s: whatever goes wrong with a source costs that one file. */
export class SourceFile {
	/**
	Opens what was listed, and only that: a link that took its place since is not followed (unless it was a link that was chosen), and what is no
	regular file any more is refused. Neither a FIFO nor a device can make it wait, nor a lease.

	@throws {OtherFileError} If it is another regular file than the one that was listed.
	@throws {LeasedError} If it can be opened only later.
	@throws {SourceError} If it cannot be opened; a `VanishedError` if it is gone.
	*/
	static async open(source: Directory, entry: Entry): Promise<SourceFile> {
		const handle = await openEntry(source, entry);

		try {
			const lookedAt = Date.now();
			const stats = await handle.stat({bigint: true});

			if (!stats.isFile()) {
				throw new SourceError('not a regular file');
			}

			if (stats.size > BigInt(Number.MAX_SAFE_INTEGER)) {
				throw new SourceError(`it is ${formatBytes(Number(stats.size))} long, and more than ${formatBytes(Number.MAX_SAFE_INTEGER)} cannot be counted`);
			}

			// A link is followed to whatever it leads to now.
			if (entry.kind === 'file' && !isStillListed(entry, stats)) {
				throw new OtherFileError();
			}

			return new SourceFile(handle, stats, lookedAt);
		} catch (error) {
			await closeRead(handle);
			throw toSourceError(error);
		}
	}

	readonly #handle: FileHandle;
	#stats: BigIntStats;
	#lookedAt: number;
	readonly #passing: PassingReads;

	private constructor(handle: FileHandle, stats: BigIntStats, lookedAt: number) {
		this.#handle = handle;
		this.#stats = stats;
		this.#lookedAt = lookedAt;
		this.#passing = new PassingReads(handle.fd, Number(stats.size));
	}

	/** As it was when it was opened, or last looked at. */
	get stats(): BigIntStats {
		return this.#stats;
	}

	/** The same, as a manifest tells of it. */
	get description(): SourceStats {
		return describeStats(this.#stats, this.#lookedAt);
	}

	/** Looks at it anew, to read it from the beginning once more. */
	async lookAgain(): Promise<void> {
		this.#lookedAt = Date.now();
		this.#stats = await this.stat();
	}

	/** Its descriptor, for calls that Node has none of. */
	get fd(): number {
		return this.#handle.fd;
	}

	/** As it is now. */
	async stat(): Promise<BigIntStats> {
		return withRetries(async () => this.#handle.stat({bigint: true}));
	}

	/** Resolves with how many bytes there were; 0 at the end of the file. */
	async read(into: Buffer, position: number): Promise<number> {
		return this.#passing.read(position, async () => {
			const {bytesRead} = await withRetries(async () => this.#handle.read(into, 0, into.length, position));
			return bytesRead;
		});
	}

	/**
	How much of it is to be read: what its size says. Where that is nothing, and there is something all the same (procfs), as much as is ever read of
	such a file.
	*/
	async bytesToRead(): Promise<number> {
		if (this.stats.size > 0n || await this.read(Buffer.alloc(1), 0) === 0) {
			return Number(this.stats.size);
		}

		// A log that has begun to grow just now is copied as it was.
		const {size} = await this.stat();
		return size > 0n ? 0 : unsizedLimit;
	}

	/** Whether the first bytes are those of a file that is compressed already. */
	async isCompressed(): Promise<boolean> {
		const buffer = Buffer.alloc(signatureLength);
		return compressedFormat(buffer.subarray(0, await this.read(buffer, 0))) !== undefined;
	}

	/** Whether it is a file of a journal that is being written to, or was never closed. */
	async isOnlineJournal(): Promise<boolean> {
		const beginning = Buffer.alloc(headerLength);
		return isOnlineJournal(beginning.subarray(0, await this.read(beginning, 0)));
	}

	/** Never rejects. */
	async close(): Promise<void> {
		await closeRead(this.#handle);
	}

	async [Symbol.asyncDispose](): Promise<void> {
		await this.close();
	}
}

/** A source that was looked at by its name, to be held against what was copied. */
export const presentSource = (path: Buffer, stats: BigIntStats): PresentSource => ({path, stats: describeStats(stats, Date.now()), hasOtherNames: stats.nlink > 1n});

/** Error codes which show that a name leads to no file any more; other errors do not tell. */
const gone: ReadonlySet<string> = new Set(['ENOENT', 'ENOTDIR', 'ELOOP']);

/** Whether a call failed because its path leads to no file any more. */
export const isGone = (error: unknown): boolean => gone.has(errorCode(error) ?? '');

/** Whether another file, or none, has the name by now. */
export async function wasRotated(source: Directory, entry: Entry, opened: BigIntStats): Promise<boolean> {
	try {
		const now = await inParent(source, entry.path, async (parent, name) =>
			entry.kind === 'symlink' ? stat(parent.at(name), {bigint: true}) : parent.lstat(name));
		return !isSameFile(fileIdentity(now), fileIdentity(opened));
	} catch (error) {
		return isGone(error);
	}
}
