/*
The files that are in the list and not in the backup: how many, how large, and in how many directories.
*/
import {formatBytes, formatCount, formatNumber} from '../../text/format.ts';
import type {ReviewState} from './review-state.ts';

export type NotIncluded = {
	/** Regular files and streams. Links to them are not counted: what they lead to is; and what is in a directory that streams cover. */
	readonly files: number;
	readonly bytes: number;
	/** Directories that hold them, the source among these. */
	readonly directories: number;
};

/** Sums over the files that are not marked; `undefined` while directories are still to be read. */
export function notIncluded({rows, marks, isScanning, unread}: Pick<ReviewState, 'rows' | 'marks' | 'isScanning' | 'unread'>): NotIncluded | undefined {
	if (isScanning || unread > 0) {
		return undefined;
	}

	const directories = new Set<string>();
	const covered = new Set<string>();
	// Rows of one directory mostly follow one another, and looking a name up takes more than comparing two.
	let last: string | undefined;
	let files = 0;
	let bytes = 0;

	for (const [number, row] of rows.entries()) {
		// What is in a directory is found after it.
		if (row.folder !== undefined && (row.coveredBy !== undefined || covered.has(row.parent))) {
			covered.add(row.folder);
		}

		if (marks[number] === 1 || !row.isRegular || row.folder !== undefined || (covered.size > 0 && covered.has(row.parent))) {
			continue;
		}

		if (row.parent !== last) {
			last = row.parent;
			directories.add(last);
		}

		files++;
		bytes += row.bytes ?? 0;
	}

	return {files, bytes, directories: directories.size};
}

/** `130 files, 1.20 GB, in 9 directories`; empty where all is included, or that is not known yet. */
export function notIncludedText(missing: NotIncluded | undefined): string {
	if (missing === undefined || missing.files === 0) {
		return '';
	}

	const {files, bytes, directories} = missing;
	return `${formatCount(files, 'file')}, ${formatBytes(bytes)}, in ${formatCount(directories, 'directory', 'directories')}`;
}

/** Ways to say so below the list, the fullest first; none where all is included, or that is not known yet. */
export function notIncludedRemarks(missing: NotIncluded | undefined): readonly string[] {
	const text = notIncludedText(missing);
	return missing === undefined || text === ''
		? []
		: [`Not included: ${text} (A marks them)`, `Not included: ${text}`, `${formatCount(missing.files, 'file')} not included`, `${formatNumber(missing.files)} left out`];
}
