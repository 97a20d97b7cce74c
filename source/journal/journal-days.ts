/*
Contents of a journal, day by day, over all its files.
*/
import {setImmediate} from 'node:timers/promises';
import {errorCode, errorReason} from '../files/errors.ts';
import {findJournalFiles, type JournalPlace} from './journal-files.ts';
import {type DayCount, type JournalIndex, readJournalFile} from './journal-file.ts';

/** A day of a journal. */
export type JournalDay = DayCount & {
	/** All of it was counted, and not guessed. */
	readonly isExact: boolean;
	/** A file that has entries of it is damaged. */
	readonly isDamaged: boolean;
	/** Bytes of journal files that are about it, roughly. */
	readonly bytes: number;
	/** Absolute paths of the files that have entries of it. */
	readonly files: readonly string[];
};

export type JournalState = {
	/** By name. */
	readonly days: ReadonlyMap<string, JournalDay>;
	/** Files that are no journal files, or cannot be read, with the reason for a person. */
	readonly damaged: ReadonlyArray<{readonly file: string; readonly message: string}>;
	/** Files and directories that this user may not read. */
	readonly hidden: readonly string[];
};

const denied: ReadonlySet<string | undefined> = new Set(['EACCES', 'EPERM']);

function addDay(before: JournalDay | undefined, day: DayCount, {file, index: {header, isExact, isDamaged}}: {readonly file: string; readonly index: JournalIndex}): JournalDay {
	const bytes = Math.round(header.used * (day.entries / Math.max(1, header.entries)));
	return before
		? {
			day: day.day,
			entries: before.entries + day.entries,
			first: Math.min(before.first, day.first),
			last: Math.max(before.last, day.last),
			boots: [...new Set([...before.boots, ...day.boots])],
			isExact: before.isExact && isExact,
			isDamaged: before.isDamaged || isDamaged,
			bytes: before.bytes + bytes,
			files: [...before.files, file],
		}
		: {
			...day, isExact, isDamaged, bytes, files: [file],
		};
}

/** Looks into all files of a journal. What is gone by then counts no more. */
export async function readJournal(place: JournalPlace): Promise<JournalState> {
	const {files, hidden} = findJournalFiles(place);
	const days = new Map<string, JournalDay>();
	const damaged: Array<JournalState['damaged'][number]> = [];
	const unreadable = [...hidden];

	for (const file of files) {
		// A few calls of the system each; between files others get their turn.
		await setImmediate();

		try {
			const index = readJournalFile(file);

			for (const day of index?.days ?? []) {
				days.set(day.day, addDay(days.get(day.day), day, {file, index: index!}));
			}
		} catch (error) {
			if (denied.has(errorCode(error))) {
				unreadable.push(file);
			} else if (errorCode(error) !== 'ENOENT') {
				damaged.push({file, message: errorReason(error)});
			}
		}
	}

	return {days: new Map([...days].toSorted(([one], [other]) => one < other ? -1 : 1)), damaged, hidden: unreadable};
}
