import type {Content} from '../compression/engine.ts';
import type {Format} from '../compression/compression-format.ts';
import {ExportFormatError} from '../journal/export-fields.ts';
import {type EntryAddress, ExportReader} from '../journal/export-reader.ts';
import {decodeDayFacts} from '../origin/journal-facts.ts';
import type {CopyRecord} from '../set/manifest/manifest.ts';
import {formatCount} from '../text/format.ts';

/** Content of a copy of a day of the journal. */
export type DayContent = {
	readonly entries: number;
	readonly first: EntryAddress | undefined;
	readonly last: EntryAddress | undefined;
	/** Why it is no export, for a person. */
	readonly problem?: string;
};

/** Reads the content of a copy of a day to its end, and sums it up. */
export async function sumDay(chunks: AsyncIterable<Buffer>, {checksum}: Format): Promise<{readonly content: Content; readonly day: DayContent}> {
	const reader = new ExportReader();
	const sum = checksum.start();
	let bytes = 0;
	let problem: string | undefined;

	for await (const chunk of chunks) {
		sum.update(chunk);
		bytes += chunk.length;

		try {
			if (problem === undefined) {
				reader.take(chunk);
			}
		} catch (error) {
			if (!(error instanceof ExportFormatError)) {
				throw error;
			}

			problem = error.message;
		}
	}

	problem ??= reader.isBetweenEntries ? undefined : 'it ends in the middle of an entry';
	const {entries, first, last} = reader;
	return {
		content: {checksum: sum.digest(), bytes},
		day: {
			entries, first, last, ...(problem !== undefined && {problem}),
		},
	};
}

const isSame = (one: EntryAddress | undefined, other: EntryAddress) => one?.cursor === other.cursor && one.time === other.time;

/** How the content of a copy is another than its record tells, for a person; `undefined` if it is not. */
export function compareDay(day: DayContent, record: Pick<CopyRecord, 'facts'>): string | undefined {
	if (day.problem !== undefined) {
		return day.problem;
	}

	const facts = decodeDayFacts(record.facts);

	if (!facts) {
		return 'its manifest does not tell what entries it has';
	}

	if (day.entries !== facts.entries) {
		return `it has ${formatCount(day.entries, 'entry', 'entries')}, and should have ${formatCount(facts.entries, 'entry', 'entries')}`;
	}

	return isSame(day.first, facts.first) && isSame(day.last, facts.last) ? undefined : 'its first or its last entry is another than its manifest says';
}
