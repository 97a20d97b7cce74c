/*
How many entries a journal file has of each day, told by the file's own list of entries. journald begins a new file when the clock is set back, so that in a file
they are in the order of their times, and a few looks at a time are enough, however long it is.
*/
import {fstatSync, readSync} from 'node:fs';
import {ForeseenError} from '../files/errors.ts';
import {readingFlags} from '../files/open-flags.ts';
import {withOpened} from '../files/with-opened.ts';
import {dayLength, dayName, dayStart} from './days.ts';
import {
	headerLength,
	type JournalHeader,
	numberAt,
	parseHeader,
} from './header.ts';

/** Entries of a day. Times of the first and the last, in microseconds since the epoch. */
export type DayCount = {
	/** `YYYY-MM-DD`. */
	readonly day: string;
	readonly entries: number;
	readonly first: number;
	readonly last: number;
	/** Boots that the first and the last are of, 32 hexadecimal digits; none where entries are guessed. */
	readonly boots: readonly string[];
};

/** A journal file and what it has of each day, in order. */
export type JournalIndex = {
	readonly header: JournalHeader;
	readonly days: readonly DayCount[];
	/** It was told by the list of entries; else days are all from that of the first entry to that of the last, and entries as if there were as many at any time. */
	readonly isExact: boolean;
	/** The list of entries makes no sense. */
	readonly isDamaged: boolean;
};

/** Types of objects. */
const entryType = 3;
const listType = 6;

/** Lengths of the fixed part of such objects, in bytes. */
const listHead = 24;
const entryHead = 56;

/** A time that can be written as a date. */
const latest = 2 ** 53;

/** The list of entries makes no sense, or was caught while it changed. */
class UnclearListError extends Error {}

function readAt(descriptor: number, length: number, position: number): Buffer {
	const bytes = Buffer.alloc(length);

	if (!Number.isSafeInteger(position) || readSync(descriptor, bytes, 0, length, position) !== length) {
		throw new UnclearListError();
	}

	return bytes;
}

/** A part of the list of entries: number of its first entry, how many there are, and where their offsets stand. */
type ListPart = {readonly start: number; readonly count: number; readonly position: number};

type EntryHead = {readonly time: number; readonly boot: string};

/** Tells times and boots of entries by their numbers. */
class EntryHeads {
	readonly #descriptor: number;
	readonly #offsetLength: number;
	readonly #parts: ListPart[] = [];

	/** @throws {UnclearListError} If it does not have so many. */
	constructor(descriptor: number, {entries, list, isCompact}: JournalHeader) {
		this.#descriptor = descriptor;
		this.#offsetLength = isCompact ? 4 : 8;

		for (let start = 0, position = list; start < entries;) {
			const head = readAt(descriptor, listHead, position);
			const room = Math.floor((numberAt(head, 8) - listHead) / this.#offsetLength);

			if (head[0] !== listType || room < 1) {
				throw new UnclearListError();
			}

			const count = Math.min(room, entries - start);
			this.#parts.push({start, count, position: position + listHead});
			start += count;
			position = numberAt(head, 16);
		}
	}

	/** @throws {UnclearListError} If there is no entry where it should be. */
	at(number: number): EntryHead {
		const part = this.#parts.findLast(({start}) => start <= number)!;
		const offset = readAt(this.#descriptor, this.#offsetLength, part.position + ((number - part.start) * this.#offsetLength));
		const entry = readAt(this.#descriptor, entryHead, this.#offsetLength === 4 ? offset.readUInt32LE() : numberAt(offset, 0));
		const time = numberAt(entry, 24);

		if (entry[0] !== entryType || time === 0 || time >= latest) {
			throw new UnclearListError();
		}

		return {time, boot: entry.toString('hex', 40, 56)};
	}
}

/** The number of the first entry from `start` on that is not before a time; `end` if there is none. */
function findFirst(heads: EntryHeads, time: number, start: number, end: number): number {
	let from = start;
	let to = end;

	while (from < to) {
		const middle = Math.floor((from + to) / 2);

		if (heads.at(middle).time < time) {
			from = middle + 1;
		} else {
			to = middle;
		}
	}

	return from;
}

function countDays(descriptor: number, header: JournalHeader): readonly DayCount[] {
	const heads = new EntryHeads(descriptor, header);
	const days: DayCount[] = [];

	for (let start = 0; start < header.entries;) {
		const first = heads.at(start);
		const end = findFirst(heads, dayStart(first.time) + dayLength, start + 1, header.entries);
		const last = heads.at(end - 1);
		days.push({
			day: dayName(first.time), entries: end - start, first: first.time, last: last.time, boots: [...new Set([first.boot, last.boot])],
		});
		start = end;
	}

	return days;
}

/** A list that is written to just now may make no sense for a moment. */
const mostLooks = 3;

/** @returns `undefined` if the list of entries makes no sense. */
function tryToCount(descriptor: number, header: JournalHeader): readonly DayCount[] | undefined {
	for (let look = 1; look <= mostLooks; look++) {
		try {
			return countDays(descriptor, header);
		} catch (error) {
			if (!(error instanceof UnclearListError || error instanceof RangeError)) {
				throw error;
			}
		}
	}

	return undefined;
}

/** More days than a journal file can be of, unless its header is nonsense. */
const mostDays = 36_525;

/** Spreads entries over the days between the first and the last. */
function guessDays({entries, first, last}: JournalHeader): readonly DayCount[] {
	if (entries === 0 || first === 0 || last < first || last >= latest || last - first > mostDays * dayLength) {
		return [];
	}

	const days: DayCount[] = [];

	for (let start = dayStart(first); start <= last; start += dayLength) {
		const from = Math.max(start, first);
		const to = Math.min(start + dayLength - 1, last);
		days.push({
			day: dayName(from), entries: Math.ceil(entries * ((to - from + 1) / (last - first + 1))), first: from, last: to, boots: [],
		});
	}

	return days;
}

/**
Looks into a journal file. Synchronous: a handful of reads for each day, which take microseconds.

@returns `undefined` if nothing was ever written into it.
@throws {ForeseenError} If it is no journal file.
@throws The system's error if it cannot be read.
*/
export function readJournalFile(path: string): JournalIndex | undefined {
	return withOpened(Buffer.from(path), readingFlags, descriptor => {
		const stats = fstatSync(descriptor, {bigint: true});

		if (!stats.isFile()) {
			throw new ForeseenError('not a regular file');
		}

		if (stats.size === 0n) {
			return undefined;
		}

		const bytes = Buffer.alloc(headerLength);
		const header = parseHeader(bytes.subarray(0, readSync(descriptor, bytes, 0, headerLength, 0)));

		if (!header) {
			throw new ForeseenError('its beginning is not that of a journal file');
		}

		const days = header.isKnown ? tryToCount(descriptor, header) : undefined;
		return {
			header, days: days ?? guessDays(header), isExact: days !== undefined, isDamaged: header.isKnown && !days,
		};
	});
}
