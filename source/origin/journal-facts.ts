/*
Facts about a copy of a day of the journal: in the manifest, beside those about any copy.
*/
import {formatMoment, parseMoment} from '../journal/days.ts';
import type {EntryAddress} from '../journal/export-reader.ts';
import type {JournalDay} from '../journal/journal-days.ts';
import {pathKey} from '../files/path-key.ts';
import {isCount, isObject, type Json} from '../set/manifest/json.ts';
import type {SetFile} from '../set/open-set.ts';

/** Name of the journal in manifests; its days are called `journal/2026-03-14`. */
export const journalName = 'journal';

/** A day as the journal files' own lists count it. */
export type CountedDay = Pick<JournalDay, 'entries' | 'first' | 'last'>;

export type DayFacts = {
	/** Entries in the copy. */
	readonly entries: number;
	/** The first and the last of them, in the order of the journal. */
	readonly first: EntryAddress;
	readonly last: EntryAddress;
	/** Numbers of 32 hexadecimal digits. */
	readonly machines: readonly string[];
	readonly boots: readonly string[];
	/** The day in the journal's files when it was read; missing where that could not be told. */
	readonly counted?: CountedDay;
	/** It was over by then: nothing more was to come. */
	readonly isClosed: boolean;
	/** So many entries the journal has lost since. */
	readonly lost?: number;
	/** Absolute path of the directory that it is from; missing if it is the journal of the system. */
	readonly directory?: string;
};

const encodeAddress = ({cursor, time}: EntryAddress): Json => ({cursor, time: formatMoment(time)});

/** Days of the journal in a set without a manifest that tells of it. */
const copyPath = /^journal\/\d{4}-\d{2}-\d{2}\.export$/v;

/** Whether a file of a set is a day of the journal. */
export const isJournalDay = ({record, path}: Pick<SetFile, 'record' | 'path'>): boolean => record ? record.from === journalName : copyPath.test(pathKey(path));

/** Facts as plain JSON. */
export const encodeDayFacts = ({entries, first, last, machines, boots, counted, isClosed, lost, directory}: DayFacts): Json => ({
	entries,
	first: encodeAddress(first),
	last: encodeAddress(last),
	machines,
	boots,
	...(counted && {counted: {entries: counted.entries, first: formatMoment(counted.first), last: formatMoment(counted.last)}}),
	...(isClosed && {closed: true}),
	...(lost !== undefined && {lost}),
	...(directory !== undefined && {directory}),
});

const isText = (value: unknown, pattern: RegExp): value is string => typeof value === 'string' && pattern.test(value);

const numberPattern = /^[\da-f]{32}$/v;
const cursorPattern = /^[\w\-;=]{1,512}$/v;

const isNumbers = (value: unknown): value is readonly string[] => Array.isArray(value) && value.every(text => isText(text, numberPattern));

const decodeMoment = (value: unknown): number | undefined => typeof value === 'string' ? parseMoment(value) : undefined;

function decodeAddress(json: unknown): EntryAddress | undefined {
	const time = isObject(json) ? decodeMoment(json.time) : undefined;
	return isObject(json) && isText(json.cursor, cursorPattern) && time !== undefined ? {cursor: json.cursor, time} : undefined;
}

function decodeCounted(json: unknown): CountedDay | undefined {
	const [first, last] = isObject(json) ? [decodeMoment(json.first), decodeMoment(json.last)] : [];
	return isObject(json) && isCount(json.entries) && first !== undefined && last !== undefined ? {entries: json.entries, first, last} : undefined;
}

/** Reads what `encodeDayFacts` made, whoever wrote it: all but the directory is safe to print. `undefined` if it is anything else. */
export function decodeDayFacts(json: Json | undefined): DayFacts | undefined {
	const {
		entries, first: firstJson, last: lastJson, machines, boots, counted: countedJson, closed, lost, directory,
	} = json ?? {};
	const first = decodeAddress(firstJson);
	const last = decodeAddress(lastJson);

	if (!isCount(entries) || !first || !last || !isNumbers(machines) || !isNumbers(boots)) {
		return undefined;
	}

	const counted = decodeCounted(countedJson);
	return {
		entries,
		first,
		last,
		machines,
		boots,
		isClosed: closed === true,
		...(counted && {counted}),
		...(isCount(lost) && {lost}),
		...(typeof directory === 'string' && {directory}),
	};
}
