import {splitPath} from '../../files/directory.ts';
import {toRefusedCopyError} from '../../files/errors.ts';
import type {BlockPool} from '../../compression/block-pool.ts';
import type {Engine} from '../../compression/engine.ts';
import type {Entry} from '../../origin/entry.ts';
import type {CopyRecord} from '../../set/manifest/manifest.ts';
import type {SpaceWatch} from '../../set/space.ts';
import type {Draft, Staging} from '../../set/staging/staging.ts';
import {displayName} from '../../text/display-name.ts';
import {applyMetadata} from '../../files/metadata.ts';
import {openEntry, type SourceContext} from '../../origin/open-entry.ts';
import type {OpenSource, Reading} from '../../origin/open-source.ts';
import type {Progress, Tracked} from './copy-progress.ts';
import {DraftWriter} from './draft-writer.ts';
import {CopyCheck} from './copy-check.ts';
import type {Claim} from './claims.ts';

export type CopyContext = SourceContext & {
	readonly staging: Staging;
	readonly engine: Engine;
	/** One of the levels of the engine's format. */
	readonly level: number;
	/** Whether each copy is read back before it counts. */
	readonly verify: boolean;
	readonly progress: Progress;
	/** Told of what is about to be written; rejects when there is no room for it. `undefined`: nobody watches. */
	readonly space: SpaceWatch | undefined;
};

async function copyAsIs(pool: BlockPool, reading: Reading, writer: DraftWriter): Promise<void> {
	const block = await pool.acquire();

	try {
		for (let {length} = block; length === block.length;) {
			length = await reading.read(block);
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

/** Reads a source once. `isMixed`: that is worth doing again. */
async function writeCopy(
	context: CopyContext,
	{claim: {path, names}, opened, tracked}: {readonly claim: Claim; readonly opened: OpenSource; readonly tracked: Tracked},
): Promise<{readonly copy: FreshCopy; readonly isMixed: boolean}> {
	const {progress, engine, signal, verify} = context;
	const reading = await opened.begin(bytes => {
		progress.advance(tracked, bytes);
	});
	progress.resize(tracked, reading.expected);
	tracked.reached = () => reading.reached?.();
	const asIs = names.asIs && await reading.isCompressed() ? names.asIs : undefined;
	const draft = await context.staging.draft();
	const stored = asIs ? 'as-is' : engine.format;
	const check = verify
		? new CopyCheck({
			draft, path, stored, engine, signal,
		})
		: undefined;

	try {
		const writer = new DraftWriter(draft, context.space, bytes => {
			progress.bytesWritten += bytes;
			check?.advance(bytes);
		});
		const totals = asIs
			? undefined
			: await engine.compress({
				read: async into => reading.read(into),
				write: async chunk => writer.write(chunk),
				header: {name: splitPath(path).at(-1)!, modified: reading.modified, level: context.level},
			});

		if (asIs) {
			await copyAsIs(engine.pool, reading, writer);
		}

		const {metadata, isMixed, record} = await reading.finish(path);
		const unkept = await applyMetadata(draft.handle, metadata).catch((error: unknown) => {
			throw toRefusedCopyError(error, `set owner, mode and time of the copy of ${displayName(path)}`);
		});
		const written = {
			file: asIs ?? names.compressed,
			stored,
			bytesOut: writer.bytesWritten,
			...(totals && {contentChecksum: totals.checksum}),
			sha256: writer.digest(),
			isVerified: verify,
			...(unkept.length > 0 && {unkept}),
		} as const;
		return {copy: {draft, check, record: {...record, ...written}}, isMixed};
	} catch (error) {
		await check?.abandon();
		await context.staging.drop(draft);
		throw error;
	}
}

/**
Copies one entry into a draft, compressed or, if it is compressed already and its name is free, as it is. What is changed in its middle while it is
read is read once more, for a copy that is of one moment.

@param claim Asked, once the source is open, under which path the copy is recorded.
@throws {LeasedError} If the source can be opened only later.
@throws {OtherFileError} If another file has its name.
@throws {SourceError} If the source cannot be read; a `VanishedError` if it is gone.
@throws {RefusedCopyError} If the destination does not take this copy.
@throws {DestinationError} If the destination fails.
@throws The signal's reason, once it is aborted. In every case nothing of the copy is left.
*/
export async function copyFile(context: CopyContext, entry: Entry, claim: () => Claim, tracked: Tracked): Promise<FreshCopy> {
	await using opened = await openEntry(context, entry);
	const work = {claim: claim(), opened, tracked};
	const {copy, isMixed} = await writeCopy(context, work);

	if (!isMixed) {
		return copy;
	}

	await copy.check?.abandon();
	await context.staging.drop(copy.draft);
	context.progress.restart(tracked);
	const {copy: second} = await writeCopy(context, work);
	return second;
}
