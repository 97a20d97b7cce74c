import {createHash} from 'node:crypto';
import {type BigIntStats, constants} from 'node:fs';
import {type FileHandle, open, stat} from 'node:fs/promises';
import {
	type Directory,
	inParent,
	sourceFlags,
	splitPath,
} from '../files/directory.ts';
import {
	errorCode,
	SourceError,
	toDestinationError,
	toSourceError,
} from '../files/errors.ts';
import {type BlockPool} from '../gzip/block-pool.ts';
import {compressedFormat, signatureLength} from '../gzip/detect.ts';
import type {Engine} from '../gzip/engine.ts';
import type {Entry} from '../scan/entry.ts';
import type {CopyRecord, SourceStats} from '../set/manifest.ts';
import type {CopyNames} from '../set/names.ts';
import type {Draft, Staging} from '../set/staging.ts';
import type {SpaceWatch} from '../set/space.ts';
import {displayName} from '../text/display-name.ts';
import {applyMetadata} from './metadata.ts';
import {retry} from './retry.ts';
import type {Note} from './events.ts';
import type {Progress, Tracked} from './progress.ts';

export type CopyContext = {
	readonly source: Directory;
	readonly staging: Staging;
	readonly engine: Engine;
	readonly pool: BlockPool;
	/** 1–9. */
	readonly level: number;
	readonly progress: Progress;
	readonly signal: AbortSignal;
	/** Told of what is about to be written; rejects when there is no room for it. `undefined`: nobody watches. */
	readonly space: SpaceWatch | undefined;
};

/** The source was there when the directory was listed and is gone now. */
export class VanishedError extends SourceError {
	constructor(cause: unknown) {
		super('gone since it was listed', {code: 'ENOENT', cause});
		this.name = 'VanishedError';
	}
}

export const describeStats = (stats: BigIntStats): SourceStats => ({
	dev: String(stats.dev),
	ino: String(stats.ino),
	size: Number(stats.size),
	mtime_ns: String(stats.mtimeNs),
	mode: (Number(stats.mode) & 0o7777).toString(8).padStart(4, '0'),
	uid: Number(stats.uid),
	gid: Number(stats.gid),
});

/**
Opens what was listed, and only that: a link that took its place since is not followed (unless it was a link that was chosen), and what is no
regular file any more is refused. Neither a FIFO nor a device can make it wait.
*/
async function openSource(source: Directory, entry: Entry): Promise<{readonly handle: FileHandle; readonly stats: BigIntStats}> {
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
			throw new SourceError('it is no regular file any more');
		}

		return {handle, stats};
	} catch (error) {
		await handle.close();
		throw toSourceError(error);
	}
}

/** Whether another file, or none, has the name by now. */
async function wasRotated(source: Directory, entry: Entry, opened: BigIntStats): Promise<boolean> {
	try {
		const now = await inParent(source, entry.path, async (parent, name) =>
			entry.kind === 'symlink' ? stat(parent.at(name), {bigint: true}) : parent.lstat(name));
		return now.dev !== opened.dev || now.ino !== opened.ino;
	} catch {
		return true;
	}
}

/** Reads exactly the size that was seen when the file was opened, or less if it has become shorter. */
class SourceReader {
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

/** Writes to the draft, hashing what it writes. */
class DraftWriter {
	readonly #draft: Draft;
	readonly #hash = createHash('sha256');
	readonly #space: SpaceWatch | undefined;
	readonly #advance: (bytes: number) => void;
	bytesWritten = 0;

	constructor(draft: Draft, space: SpaceWatch | undefined, advance: (bytes: number) => void) {
		this.#draft = draft;
		this.#space = space;
		this.#advance = advance;
	}

	async write(chunk: Buffer): Promise<void> {
		await this.#space?.spend(chunk.length);
		this.#hash.update(chunk);

		for (let written = 0; written < chunk.length;) {
			try {
				const {bytesWritten} = await this.#draft.handle.write(chunk, written, chunk.length - written);
				written += bytesWritten;
			} catch (error) {
				throw toDestinationError(error, 'write a copy');
			}
		}

		this.bytesWritten += chunk.length;
		this.#advance(chunk.length);
	}

	digest(): string {
		return this.#hash.digest('hex');
	}
}

async function copyAsIs(pool: BlockPool, reader: SourceReader, writer: DraftWriter): Promise<void> {
	const block = await pool.acquire();

	try {
		for (let {length} = block; length === block.length;) {
			length = await reader.read(block);
			await writer.write(block.subarray(0, length));
		}
	} finally {
		pool.release(block);
	}
}

async function isCompressed(handle: FileHandle): Promise<boolean> {
	try {
		const {buffer, bytesRead} = await handle.read(Buffer.alloc(signatureLength), 0, signatureLength, 0);
		return compressedFormat(buffer.subarray(0, bytesRead)) !== undefined;
	} catch (error) {
		throw toSourceError(error);
	}
}

/** A complete copy that is not yet committed. */
export type FreshCopy = {
	readonly draft: Draft;
	readonly record: CopyRecord;
};

async function writeCopy(
	context: CopyContext,
	{entry, names, handle, stats, tracked}: {entry: Entry; names: CopyNames; handle: FileHandle; stats: BigIntStats; tracked: Tracked},
): Promise<FreshCopy> {
	const size = Number(stats.size);
	const {progress} = context;
	progress.resize(tracked, size);
	const asIs = names.asIs && await isCompressed(handle) ? names.asIs : undefined;
	const draft = await context.staging.draft();

	try {
		const reader = new SourceReader(handle, size, context.signal, bytes => {
			progress.advance(tracked, bytes);
		});
		const writer = new DraftWriter(draft, context.space, bytes => {
			progress.bytesWritten += bytes;
		});
		const totals = asIs
			? undefined
			: await context.engine.compress({
				read: async into => reader.read(into),
				write: async chunk => writer.write(chunk),
				header: {name: splitPath(entry.path).at(-1)!, modified: Number(stats.mtimeMs), level: context.level},
			});

		if (asIs) {
			await copyAsIs(context.pool, reader, writer);
		}

		const end = await handle.stat({bigint: true}).catch((error: unknown) => {
			throw toSourceError(error);
		});
		const notes: Note[] = [];

		if (reader.bytesRead < size || end.size < stats.size) {
			notes.push('truncated');
		} else if (end.size > stats.size) {
			notes.push('grew');
		}

		if (await wasRotated(context.source, entry, stats)) {
			notes.push('rotated');
		}

		await applyMetadata(draft.handle, stats).catch((error: unknown) => {
			throw toDestinationError(error, `set owner, mode and time of the copy of ${displayName(entry.path)}`);
		});
		const record: CopyRecord = {
			path: entry.path,
			file: asIs ?? names.compressed,
			stored: asIs ? 'as-is' : 'gzip',
			notes,
			bytesIn: reader.bytesRead,
			bytesOut: writer.bytesWritten,
			...(totals && {crc32: totals.crc}),
			sha256: writer.digest(),
			isVerified: false,
			source: describeStats(stats),
		};
		return {draft, record};
	} catch (error) {
		await context.staging.drop(draft);
		throw error;
	}
}

/**
Copies one entry into a draft, through gzip or, if it is compressed already and its name is free, as it is.

@throws {SourceError} If the source cannot be read; a `VanishedError` if it is gone.
@throws {DestinationError} If the copy cannot be written.
@throws The signal's reason, once it is aborted. In every case nothing of the copy is left.
*/
export async function copyFile(context: CopyContext, entry: Entry, names: CopyNames, tracked: Tracked): Promise<FreshCopy> {
	const {handle, stats} = await openSource(context.source, entry);

	try {
		return await writeCopy(context, {
			entry, names, handle, stats, tracked,
		});
	} finally {
		await handle.close();
	}
}
