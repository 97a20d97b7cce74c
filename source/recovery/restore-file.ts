import type {Directory} from '../files/directory.ts';
import {DestinationError} from '../files/errors.ts';
import type {ExtrasStore} from '../files/extras/extras-store.ts';
import type {Metadata} from '../files/metadata.ts';
import {OpenedCopy} from '../set/copy.ts';
import type {SetFile} from '../set/open-set.ts';
import {finishFile, type Lost} from './finish-file.ts';
import type {RestoreDraft, RestoreTarget} from './restore-target.ts';
import {lengthWithHoles, readPlaced} from './sparse-content.ts';

/** A run of zeros of this length is left out as a hole: that of the chunks that come. */
const zeros = Buffer.alloc(256 * 1024);

const isZero = (chunk: Buffer): boolean => chunk[0] === 0 && chunk.length <= zeros.length && chunk.equals(zeros.subarray(0, chunk.length));

export type FileRestoration = {
	readonly set: Directory;
	readonly target: RestoreTarget;
	readonly extras: ExtrasStore;
	/** Whether a file or link that has the name is replaced. */
	readonly overwrite: boolean;
	readonly signal: AbortSignal;
	/** Told of bytes of content that are written. */
	readonly onBytes: (bytes: number) => void;
};

/** Result of restoring a file. */
export type RestoredFile = {
	/** Bytes of content. */
	readonly bytes: number;
	/** Whether something else had the name before. */
	readonly isReplaced: boolean;
	/** Metadata that could not be restored. */
	readonly lost: Lost;
};

/** Metadata of the source; of the copy itself, if no manifest lists it. */
export function metadataToRestore({stats}: OpenedCopy, {record}: SetFile): Metadata {
	if (record) {
		const {uid, gid, mode, mtime_ns: modified} = record.source;
		return {
			uid, gid, mode: Number.parseInt(mode, 8), mtimeNs: BigInt(modified),
		};
	}

	const {uid, gid, mode, mtimeNs} = stats;
	return {
		uid: Number(uid), gid: Number(gid), mode: Number(mode), mtimeNs,
	};
}

/** Writes the content. What is nothing but zeros becomes a hole, as it most likely was. Resolves with how many bytes of content there were. */
async function fill(draft: RestoreDraft, copy: OpenedCopy, file: SetFile, {target, signal, onBytes}: FileRestoration): Promise<number> {
	let bytes = 0;
	let end = 0;
	let written = 0;

	for await (const {position, chunk} of readPlaced(copy, file, signal)) {
		end = position + chunk.length;

		if (!isZero(chunk)) {
			await target.write(draft, chunk, position);
			written = end;
		}

		bytes += chunk.length;
		onBytes(chunk.length);
	}

	const length = (file.record && lengthWithHoles(file.record)) ?? end;

	if (written < length) {
		await target.lengthen(draft, length);
	}

	return bytes;
}

/**
Unpacks one copy to the path it had, below the target. It gets its name only when all of it has been found right, and is synced.

@throws {TargetError} If the target cannot take any more files.
@throws The signal's reason, once it is aborted.
@throws Whatever else costs just this file.
*/
export async function restoreFile(file: SetFile, restoration: FileRestoration): Promise<RestoredFile> {
	const {set, target, extras, overwrite} = restoration;
	await using copy = await OpenedCopy.open(set, file.file);
	const metadata = metadataToRestore(copy, file);

	return await target.inParent(file.path, async (parent, name) => {
		const obstacle = await target.findObstacle(parent, name);

		if (obstacle && !(overwrite && obstacle.isReplaceable)) {
			throw new DestinationError(obstacle.reason);
		}

		const draft = await target.draft(parent);

		try {
			const bytes = await fill(draft, copy, file, restoration);
			const lost = await target.sync(draft, async handle => finishFile(handle, {
				metadata, extras, record: file.record, isClosed: target.isClosed,
			}));
			await target.place(parent, draft, {file: file.path, replaces: overwrite});
			return {bytes, isReplaced: obstacle !== undefined, lost};
		} catch (error) {
			await target.drop(parent, draft);
			throw error;
		} finally {
			await draft.handle.close();
		}
	});
}
