import {type Directory, inParent} from '../files/directory.ts';
import type {Entry} from '../scan/entry.ts';
import type {CopyRecord} from '../set/manifest.ts';
import type {CopyNames} from '../set/names.ts';
import type {PreviousSet} from '../set/previous.ts';
import type {Staging} from '../set/staging.ts';
import {describeStats} from './source-file.ts';

/** What the previous set has of an entry. */
export type Reusable = {
	readonly entry: Entry;
	readonly record: CopyRecord;
};

/** Finds the entries that the previous set has copies of, whatever they were called then: log rotation renames. */
export async function findReusable(source: Directory, entries: readonly Entry[], previous: PreviousSet): Promise<Map<Entry, CopyRecord>> {
	const reusable = new Map<Entry, CopyRecord>();

	for (const entry of entries) {
		if (entry.kind !== 'file') {
			continue;
		}

		try {
			const record = previous.find(describeStats(await inParent(source, entry.path, async (parent, name) => parent.lstat(name))));

			if (record) {
				reusable.set(entry, record);
			}
		} catch {
			// Copying it will say what is wrong with it.
		}
	}

	return reusable;
}

/**
Links a copy of the previous set into the new one, under its new name.

@returns The record of it; `undefined` if it has to be copied after all.
@throws {DestinationError} If the staging fails.
*/
export async function reuseCopy(
	{entry, record}: Reusable,
	{names, previous, staging}: {readonly names: CopyNames; readonly previous: PreviousSet; readonly staging: Staging},
): Promise<CopyRecord | undefined> {
	const file = record.stored === 'as-is' ? names.asIs : names.compressed;

	if (!file || !await previous.isIntact(record)) {
		return undefined;
	}

	const reused: CopyRecord = {
		...record, path: entry.path, file, notes: [], reusedFrom: previous.date,
	};
	return await staging.link(previous.locate(record), reused) ? reused : undefined;
}
