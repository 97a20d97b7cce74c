import {lstatSync} from 'node:fs';
import {setImmediate} from 'node:timers/promises';
import {type Directory, inParentSync} from '../files/directory.ts';
import type {Entry} from '../scan/entry.ts';
import {isStillListed} from '../scan/whereabouts.ts';
import type {CopyRecord} from '../set/manifest/manifest.ts';
import type {CopyNames} from '../set/names.ts';
import type {PreviousSet} from '../set/previous.ts';
import type {Staging} from '../set/staging/staging.ts';
import type {Claim} from './claims.ts';
import {notesSinceListed} from './notes.ts';
import {describeStats} from './source-file.ts';

/** As when the directory is listed: looking at a file takes less than handing that to another thread, and between batches others get their turn. */
const batchSize = 500;

/** What the previous set has of an entry. */
export type Reusable = {
	readonly entry: Entry;
	readonly record: CopyRecord;
};

/** Finds the entries that the previous set has copies of, whatever they were called then: log rotation renames. */
export async function findReusable(source: Directory, entries: readonly Entry[], previous: PreviousSet): Promise<Map<Entry, CopyRecord>> {
	const reusable = new Map<Entry, CopyRecord>();

	for (const [index, entry] of entries.entries()) {
		if (entry.kind !== 'file') {
			continue;
		}

		if (index % batchSize === 0) {
			await setImmediate();
		}

		try {
			const stats = inParentSync(source.self, entry.path, location => lstatSync(location, {bigint: true}));
			const record = previous.find(describeStats(stats));

			if (record && isStillListed(entry, stats)) {
				reusable.set(entry, record);
			}
		} catch {
			// Copying it will say what is wrong with it.
		}
	}

	return reusable;
}

/** What the copy is called in the new set; `undefined` if its name is needed for something else. */
export const reusedName = (record: CopyRecord, names: CopyNames): Buffer | undefined => record.stored === 'as-is' ? names.asIs : names.compressed;

/** The record of a copy of the previous set in the new one, as `file`. */
export function reusedRecord({entry, record}: Reusable, {path, file}: {readonly path: Buffer; readonly file: Buffer}, previous: PreviousSet): CopyRecord {
	const {listedAs: _, ...facts} = record;
	const notes = notesSinceListed(entry, path);
	return {
		...facts, path, file, notes, reusedFrom: previous.date, ...(notes.includes('renamed') && {listedAs: entry.listedAs!}),
	};
}

/**
Links a copy of the previous set into the new one, under its new name.

@returns The record of it; `undefined` if it has to be copied after all.
@throws {DestinationError} If the staging fails.
*/
export async function reuseCopy(
	{entry, record}: Reusable,
	{claim: {path, names}, previous, staging}: {readonly claim: Claim; readonly previous: PreviousSet; readonly staging: Staging},
): Promise<CopyRecord | undefined> {
	const file = reusedName(record, names);

	if (!file || !await previous.isIntact(record)) {
		return undefined;
	}

	const reused = reusedRecord({entry, record}, {path, file}, previous);
	return await staging.link(previous.locate(record), reused) ? reused : undefined;
}
