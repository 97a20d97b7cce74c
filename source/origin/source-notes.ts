import type {BigIntStats} from 'node:fs';
import {SourceError} from '../files/errors.ts';
import type {Note} from '../set/notes.ts';
import {formatBytes} from '../text/format.ts';
import type {Entry} from './entry.ts';

/** Whether a regular file has become shorter since it was listed, as what rotation copies and truncates. `size`: as it is now. */
export const hasShrunk = ({kind, size: found, listedSize = found}: Pick<Entry, 'kind' | 'size' | 'listedSize'>, size: number): boolean => kind === 'file' && size < listedSize;

/** Notes on changes of a file since it was listed. `path`: that of its copy in the record; `size`: the present one, in bytes. */
export const notesSinceListed = (entry: Entry, path: Buffer, size: number): Note[] => [
	...notesOnName(entry, path),
	...(hasShrunk(entry, size) ? ['shrunk' as const] : []),
];

const notesOnName = ({path: now, listedAs, isReplacement}: Entry, path: Buffer): Note[] => [
	...(listedAs ? [path.equals(now) ? 'renamed' as const : 'rotated' as const] : []),
	...(isReplacement && path.equals(now) ? ['replaced' as const] : []),
];

/**
Most bytes read of a file that reports no size. Files of procfs stay well below; beyond it, there may be no end.
*/
export const unsizedLimit = 64 * 1024 * 1024;

/**
Notes on a copy, found by comparing the source as it was when it was opened with how it was after it had been read to the end.

@param read.expected How many bytes its size said there are to read.
@param read.isRotated Whether another file, or none, has its name by then: that alone sets its ctime.
@param read.isOnline Whether it is a file of a journal that was being written to, or was never closed.
@throws {SourceError} If its size said nothing, and it gave as much as is ever read of such a file.
*/
export function notesOf(read: ReadFacts & {readonly isRotated: boolean; readonly isOnline?: boolean}): Note[] {
	const {before, after, isRotated, isOnline = false} = read;
	const note = noteOfContent(read) ?? (isTouched(before, after, isRotated) ? 'changed' : undefined);
	return [...(note ? [note] : []), ...(isRotated ? ['rotated' as const] : []), ...(isOnline ? ['online' as const] : [])];
}

type ReadFacts = {
	readonly before: BigIntStats;
	readonly after: BigIntStats;
	readonly bytesRead: number;
	readonly expected: number;
};

const isTouched = (before: BigIntStats, after: BigIntStats, isRotated: boolean): boolean =>
	after.mtimeNs !== before.mtimeNs || (after.ctimeNs !== before.ctimeNs && !isRotated);

function noteOfContent({before, after, bytesRead, expected}: ReadFacts): Note | undefined {
	if (before.size === 0n && bytesRead >= unsizedLimit) {
		throw new SourceError(`its size says 0, and it gives more than ${formatBytes(unsizedLimit)}: it may have no end`);
	}

	// Nothing has happened to it: what the system tells in it just is not as long as it says (procfs, sysfs).
	if (bytesRead > expected || (bytesRead < expected && after.size === before.size && after.ctimeNs === before.ctimeNs)) {
		return 'unsized';
	}

	if (bytesRead < expected || after.size < before.size) {
		return 'truncated';
	}

	return after.size > before.size ? 'grew' : undefined;
}
