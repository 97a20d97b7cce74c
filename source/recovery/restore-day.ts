import {pathKey, pathOfKey} from '../files/path-key.ts';
import {DestinationError} from '../files/errors.ts';
import {type Directory, joinPath, splitPath} from '../files/directory.ts';
import type {Metadata} from '../files/metadata.ts';
import {ExportReader} from '../journal/export-reader.ts';
import {readJournalFile} from '../journal/journal-file.ts';
import {makeJournal} from '../journal/journal-remote.ts';
import {OpenedCopy} from '../set/copy.ts';
import type {SetFile} from '../set/open-set.ts';
import {formatCount, formatNumber} from '../text/format.ts';
import {finishFile, type Lost} from './finish-file.ts';
import {readContent} from './read-content.ts';
import {type FileRestoration, metadataToRestore, type RestoredFile} from './restore-file.ts';
import type {DraftDirectory} from './restore-target.ts';

const suffix = '.journal';

/** Of the files that are made, before they get their names. */
const stem = 'day';

/** Where a day of the journal becomes a journal file: `journal/2026-03-14.journal`. */
export const journalPath = ({path}: Pick<SetFile, 'path'>): Buffer => pathOfKey(pathKey(path).replace(/\.export$/v, '') + suffix);

/** Final path of a file that was made: that of the day, with the part of its name behind the stem. */
const finalPath = (file: SetFile, made: string) => pathOfKey(pathKey(journalPath(file)).slice(0, -suffix.length) + made.slice(stem.length));

export type DayRestoration = FileRestoration & {
	/** Path of systemd-journal-remote. */
	readonly journalRemote: string;
};

/** Feeds on content and counts it. */
async function * counted(content: AsyncIterable<Buffer>, reader: ExportReader, onBytes: (bytes: number) => Promise<void>): AsyncGenerator<Buffer> {
	for await (const chunk of content) {
		reader.take(chunk);
		await onBytes(chunk.length);
		yield chunk;
	}
}

/** @throws {DestinationError} If journal files do not hold so many entries. */
async function refuseLoss({directory}: DraftDirectory, names: readonly Buffer[], entries: number): Promise<void> {
	const held = names.reduce((sum, name) => sum + (readJournalFile(directory.at(name).toString())?.header.entries ?? 0), 0);

	if (held !== entries) {
		throw new DestinationError(`systemd-journal-remote has written ${formatNumber(held)} of ${formatCount(entries, 'entry', 'entries')}`);
	}
}

/** Gives the files that were made their names: all of them, or none. Resolves with what each has lost. */
async function placeAll(names: readonly Buffer[], file: SetFile, {target, extras, overwrite, metadata, parent, work}: DayRestoration & {
	readonly metadata: Metadata;
	readonly parent: Directory;
	readonly work: DraftDirectory;
}): Promise<readonly Lost[]> {
	const lost: Lost[] = [];
	const placed: Buffer[] = [];

	try {
		for (const made of names) {
			const draft = await target.reopenDraft(parent, joinPath(work.name, made));
			const path = finalPath(file, made.toString());

			try {
				lost.push(await target.sync(draft, async handle => finishFile(handle, {
					metadata, extras, record: file.record, isClosed: target.isClosed,
				})));
				await target.place(parent, draft, {file: path, replaces: overwrite});
			} finally {
				await draft.handle.close();
			}

			placed.push(splitPath(path).at(-1)!);
		}

		return lost;
	} catch (error) {
		for (const name of placed) {
			await target.drop(parent, {name});
		}

		throw error;
	}
}

/**
Makes a journal of the copy of a day, which `journalctl --directory` reads. It gets its name only when the copy has been found right, all of its entries are there, and it is synced.

@throws {TargetError} If the target cannot take any more files.
@throws The signal's reason, once it is aborted.
@throws Whatever else costs just this day.
*/
export async function restoreDay(file: SetFile, restoration: DayRestoration): Promise<RestoredFile> {
	const {set, target, overwrite, signal, onBytes, journalRemote} = restoration;
	await using copy = await OpenedCopy.open(set, file.file);
	const metadata = metadataToRestore(copy, file);

	return await target.inParent(journalPath(file), async (parent, name) => {
		const obstacle = await target.findObstacle(parent, name);

		if (obstacle && !(overwrite && obstacle.isReplaceable)) {
			throw new DestinationError(obstacle.reason);
		}

		const work = await target.draftDirectory(parent);

		try {
			let bytes = 0;
			const reader = new ExportReader();
			const content = counted(readContent(copy, file, signal), reader, async more => {
				await target.watchSpace(more);
				bytes += more;
				onBytes(more);
			});
			await makeJournal(journalRemote, {directory: work.directory, stem, content});
			const names = await work.directory.list();
			await refuseLoss(work, names, reader.entries);
			const lost = await placeAll(names, file, {
				...restoration, metadata, parent, work,
			});
			return {bytes, isReplaced: obstacle !== undefined, lost: lost[0]!};
		} finally {
			await target.dropDirectory(parent, work);
		}
	});
}
