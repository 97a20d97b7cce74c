import {type Extras, recorded} from '../files/extras/extras.ts';
import type {Extent} from '../files/holes.ts';
import type {CopyRecord, SourceStats} from '../set/manifest/manifest.ts';
import type {Note} from '../set/notes.ts';
import type {Entry} from './entry.ts';
import {notesSinceListed} from './source-notes.ts';
import type {SourceRecord} from './open-source.ts';

/** Fields of a record about changes of a file since it was listed. `path`: that of its copy in the record; `size`: the present one, in bytes. */
export function sinceListed(entry: Entry, path: Buffer, size: number): Pick<CopyRecord, 'path' | 'notes' | 'listedAs'> {
	const notes = notesSinceListed(entry, path, size);
	return {path, notes, ...(notes.includes('renamed') && {listedAs: entry.listedAs!})};
}

/** Result of reading a file, on the main thread or another. */
export type FileReading = {
	readonly source: SourceStats;
	readonly bytesIn: number;
	/** As of `notesOf`. */
	readonly notes: readonly Note[];
	/** Missing if nothing was left out. */
	readonly extents?: readonly Extent[];
};

/**
The part of a copy's record that is about its file: the one place where all that is known of it comes together.

@param entry As it was listed.
@param path What the copy is recorded under.
@param extras What it has beside its mode.
*/
export function recordFile(entry: Entry, path: Buffer, extras: Extras, {notes, ...reading}: FileReading): SourceRecord {
	const since = sinceListed(entry, path, reading.source.size);
	return {
		...since,
		...reading,
		...recorded(extras),
		notes: [...new Set([...(extras.isIncomplete ? ['attributes'] : []), ...since.notes, ...notes])],
	};
}
