/*
How much there is of a day of the journal. Times are microseconds since the epoch.
*/
import type {Records} from '../../origin/entry.ts';
import {decodeDayFacts, encodeDayFacts} from '../../origin/journal-facts.ts';
import {dayLength, dayStart} from '../../journal/days.ts';
import type {CopyRecord} from '../../set/manifest/manifest.ts';
import {displayText} from '../../text/display-name.ts';
import {formatCount, formatNumber} from '../../text/format.ts';

const clock = (time: number) => new Date(time / 1000).toISOString().slice(11, 16);

/** `60,000 entries, 00:00-23:59 UTC`. */
export const recordsText = ({count, first, last, isExact}: Pick<Records, 'count' | 'first' | 'last' | 'isExact'>): string =>
	`${isExact ? '' : 'about '}${formatCount(count, 'entry', 'entries')}, ${clock(first)}-${clock(last)} UTC`;

/** Microseconds that a day may lack at either end and be whole, as far as a list goes. */
const slack = 60_000_000;

/** The same where there is little room: the time only where it is not the whole day. */
export function briefRecordsText({count, first, last, isExact}: Records): string {
	const isWhole = first - dayStart(first) < slack && dayStart(last) + dayLength - last <= slack;
	return `${isExact ? '' : '~'}${formatCount(count, 'entry', 'entries')}${isWhole ? '' : `, ${clock(first)}-${clock(last)}`}`;
}

/** The same of a copy; `undefined` if it is none of a day, or nothing tells. */
export function copiedRecordsText(record: Pick<CopyRecord, 'from' | 'facts'> | undefined): string | undefined {
	const facts = record?.from === undefined ? undefined : decodeDayFacts(record.facts);

	if (!facts) {
		return undefined;
	}

	const {entries: count, counted, first, last, lost = 0} = facts;
	const text = recordsText({
		count, first: counted?.first ?? first.time, last: counted?.last ?? last.time, isExact: true,
	});
	return lost === 0 ? text : `${text}; ${formatNumber(lost)} of them are in the journal no more`;
}

/** A manifest's facts about a copy of a day, as JSON; empty for any other copy. */
export function dayJson({from, facts: json}: Pick<CopyRecord, 'from' | 'facts'>): {readonly from?: string; readonly facts?: object} {
	const facts = from === undefined ? undefined : decodeDayFacts(json);
	const {directory} = facts ?? {};
	return {
		...(from !== undefined && {from}),
		...(facts && {facts: encodeDayFacts({...facts, ...(directory !== undefined && {directory: displayText(directory)})})}),
	};
}
