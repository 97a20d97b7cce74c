import {type Directory, splitPath} from '../files/directory.ts';
import {recorded} from '../files/extras/extras.ts';
import type {ExtrasStore} from '../files/extras/extras-store.ts';
import {toCopyError} from '../files/errors.ts';
import type {BlockPool} from '../compression/block-pool.ts';
import type {Engine} from '../compression/engine.ts';
import type {Entry} from '../origin/entry.ts';
import type {CopyRecord} from '../set/manifest/manifest.ts';
import type {SpaceWatch} from '../set/space.ts';
import type {Draft, Staging} from '../set/staging/staging.ts';
import {displayName} from '../text/display-name.ts';
import {applyMetadata} from '../files/metadata.ts';
import {notesOf, notesSinceListed} from '../origin/notes.ts';
import {restrictedMetadata} from '../origin/source-access.ts';
import {cutTo, layOut, lengthOf} from '../origin/sparse.ts';
import {SourceFile, wasRotated} from '../origin/source-file.ts';
import {SourceReader} from '../origin/source-reader.ts';
import type {Progress, Tracked} from './progress.ts';
import {DraftWriter} from './draft-writer.ts';
import {CopyCheck} from './copy-check.ts';
import type {Claim} from './claims.ts';

export type CopyContext = {
	readonly source: Directory;
	readonly staging: Staging;
	readonly engine: Engine;
	/** 1–9. */
	readonly level: number;
	/** Whether each copy is read back before it counts. */
	readonly verify: boolean;
	readonly extras: ExtrasStore;
	readonly progress: Progress;
	readonly signal: AbortSignal;
	/** Told of what is about to be written; rejects when there is no room for it. `undefined`: nobody watches. */
	readonly space: SpaceWatch | undefined;
};

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

/** A complete copy that is not yet committed. */
export type FreshCopy = {
	readonly draft: Draft;
	/** Reads it back; still to be finished. `undefined`: it isn't verified. */
	readonly check: CopyCheck | undefined;
	readonly record: CopyRecord;
};

async function writeCopy(
	context: CopyContext,
	{entry, claim, file, tracked}: {entry: Entry; claim: Claim; file: SourceFile; tracked: Tracked},
): Promise<FreshCopy> {
	const {stats} = file;
	const {path, names} = claim;
	const {progress} = context;
	const extras = await context.extras.read(file);
	const limit = await file.bytesToRead();
	const layout = await layOut(file, limit);
	const length = lengthOf(layout.extents);
	// What has no size is counted as it comes.
	progress.resize(tracked, stats.size === 0n ? 0 : length);
	const asIs = !layout.isSparse && names.asIs && await file.isCompressed() ? names.asIs : undefined;
	const draft = await context.staging.draft();
	const {engine, signal, verify} = context;
	const stored = asIs ? 'as-is' : 'gzip';
	const check = verify
		? new CopyCheck({
			draft, path, stored, engine, signal,
		})
		: undefined;

	try {
		const reader = new SourceReader(file, layout, signal, bytes => {
			progress.advance(tracked, bytes);
		});
		const writer = new DraftWriter(draft, context.space, bytes => {
			progress.bytesWritten += bytes;
			check?.advance(bytes);
		});
		const totals = asIs
			? undefined
			: await engine.compress({
				read: async into => reader.read(into),
				write: async chunk => writer.write(chunk),
				header: {name: splitPath(path).at(-1)!, modified: Number(stats.mtimeMs), level: context.level},
			});

		if (asIs) {
			await copyAsIs(engine.pool, reader, writer);
		}

		const end = await file.stat();
		const isRotated = await wasRotated(context.source, entry, stats);
		const notes = [...new Set([...(extras.isIncomplete ? ['attributes' as const] : []), ...notesSinceListed(entry, path, Number(stats.size)), ...notesOf({
			before: stats, after: end, bytesRead: reader.bytesRead, expected: stats.size === 0n ? 0 : length, isRotated,
		})])];

		const unkept = await applyMetadata(draft.handle, restrictedMetadata(stats, end, extras)).catch((error: unknown) => {
			throw toCopyError(error, `set owner, mode and time of the copy of ${displayName(path)}`);
		});
		const record: CopyRecord = {
			path,
			file: asIs ?? names.compressed,
			stored,
			notes,
			bytesIn: reader.bytesRead,
			bytesOut: writer.bytesWritten,
			...(totals && {crc32: totals.crc}),
			sha256: writer.digest(),
			isVerified: verify,
			...(layout.isSparse && {extents: cutTo(layout.extents, reader.bytesRead)}),
			...(notes.includes('renamed') && {listedAs: entry.listedAs!}),
			...(unkept.length > 0 && {unkept}),
			source: file.description,
			...recorded(extras),
		};
		return {draft, check, record};
	} catch (error) {
		await check?.abandon();
		await context.staging.drop(draft);
		throw error;
	}
}

/**
Copies one entry into a draft, through gzip or, if it is compressed already and its name is free, as it is. What is changed in its middle while it is
read is read once more, for a copy that is of one moment.

@param context
@param entry
@param claim Asked, once the source is open, under which path the copy is recorded.
@param tracked
@throws {LeasedError} If the source can be opened only later.
@throws {OtherFileError} If another file has its name.
@throws {SourceError} If the source cannot be read; a `VanishedError` if it is gone.
@throws {CopyError} If the destination does not take this copy.
@throws {DestinationError} If the destination fails.
@throws The signal's reason, once it is aborted. In every case nothing of the copy is left.
*/
export async function copyFile(context: CopyContext, entry: Entry, claim: () => Claim, tracked: Tracked): Promise<FreshCopy> {
	await using file = await SourceFile.open(context.source, entry);
	const work = {
		entry, claim: claim(), file, tracked,
	};
	const {draft, check, record} = await writeCopy(context, work);

	if (!record.notes.includes('changed')) {
		return {draft, check, record};
	}

	await check?.abandon();
	await context.staging.drop(draft);
	context.progress.restart(tracked);
	await file.lookAgain();
	return await writeCopy(context, work);
}
