import {type BigIntStats, constants} from 'node:fs';
import {type FileHandle, open, stat} from 'node:fs/promises';
import {type Directory, inParent, sourceFlags} from '../files/directory.ts';
import {errorCode, SourceError, toSourceError} from '../files/errors.ts';
import {fileIdentity, isSameFile} from '../files/identity.ts';
import {compressedFormat, signatureLength} from '../gzip/detect.ts';
import type {Entry} from '../scan/entry.ts';
import type {SourceStats} from '../set/manifest/manifest.ts';
import {retry} from './retry.ts';

/** The source was there when the directory was listed and is gone now. */
export class VanishedError extends SourceError {
	constructor(cause: unknown) {
		super('gone since it was listed', {code: 'ENOENT', cause});
		this.name = 'VanishedError';
	}
}

export function describeStats(stats: BigIntStats): SourceStats {
	const {device, inode} = fileIdentity(stats);
	return {
		dev: String(device),
		ino: String(inode),
		size: Number(stats.size),
		mtime_ns: String(stats.mtimeNs),
		mode: (Number(stats.mode) & 0o7777).toString(8).padStart(4, '0'),
		uid: Number(stats.uid),
		gid: Number(stats.gid),
	};
}

/**
Opens what was listed, and only that: a link that took its place since is not followed (unless it was a link that was chosen), and what is no
regular file any more is refused. Neither a FIFO nor a device can make it wait.
*/
export async function openSource(source: Directory, entry: Entry): Promise<{readonly handle: FileHandle; readonly stats: BigIntStats}> {
	const follow = entry.kind === 'symlink' ? 0 : constants.O_NOFOLLOW;
	let handle: FileHandle;

	try {
		handle = await retry(async () => inParent(source, entry.path, async (parent, name) => open(parent.at(name), sourceFlags | follow)));
	} catch (error) {
		const code = errorCode(error);

		if (code === 'ENOENT') {
			throw new VanishedError(error);
		}

		throw code === 'ELOOP' && follow ? new SourceError('it is a symbolic link now (ELOOP)', {code, cause: error}) : toSourceError(error);
	}

	try {
		const stats = await handle.stat({bigint: true});

		if (!stats.isFile()) {
			throw new SourceError('it is no regular file');
		}

		return {handle, stats};
	} catch (error) {
		await handle.close();
		throw toSourceError(error);
	}
}

/** What a name answers that leads to no file any more; any other error tells nothing of where it leads. */
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

/** Reads exactly the size that was seen when the file was opened, or less if it has become shorter. */
export class SourceReader {
	readonly #handle: FileHandle;
	readonly #signal: AbortSignal;
	readonly #advance: (bytes: number) => void;
	#left: number;
	bytesRead = 0;

	constructor(handle: FileHandle, size: number, signal: AbortSignal, advance: (bytes: number) => void) {
		this.#handle = handle;
		this.#left = size;
		this.#signal = signal;
		this.#advance = advance;
	}

	/** Fills the buffer; fewer bytes only at the end. */
	async read(into: Buffer): Promise<number> {
		let filled = 0;

		while (filled < into.length && this.#left > 0) {
			this.#signal.throwIfAborted();
			const rest = into.subarray(filled, filled + Math.min(into.length - filled, this.#left));
			const {bytesRead} = await retry(async () => this.#handle.read(rest, 0, rest.length, this.bytesRead));

			if (bytesRead === 0) {
				this.#left = 0;
			}

			filled += bytesRead;
			this.#left -= bytesRead;
			this.bytesRead += bytesRead;
			this.#advance(bytesRead);
		}

		return filled;
	}
}

/** Whether the first bytes are those of a file that is compressed already. */
export async function isCompressed(handle: FileHandle): Promise<boolean> {
	const {buffer, bytesRead} = await retry(async () => handle.read(Buffer.alloc(signatureLength), 0, signatureLength, 0));
	return compressedFormat(buffer.subarray(0, bytesRead)) !== undefined;
}
