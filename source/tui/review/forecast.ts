/*
The size of the copies to be made: nothing for files that have not changed since the newest set, the ratio of their earlier copies for others that it
knows, samples of the largest of the rest; the others are taken to be like those. The run that may be started reckons the same way (backup/estimate.ts).
*/
import {
	contentOf,
	type Estimate,
	estimate,
	type EstimatedEntry,
	type Judged,
	lackOf,
	worthSampling,
} from '../../backup/estimate.ts';
import type {Space} from '../../set/space.ts';
import {isUnchangedRow} from './past.ts';
import type {ReviewRow, ReviewState} from './review-state.ts';

/** A copy's size as a part of the file's, 0–1; nothing if nothing tells. */
function ratioOf({past: {files}, ratios}: Pick<ReviewState, 'past' | 'ratios'>, {key, entry}: ReviewRow): number | undefined {
	const earlier = files.get(key);
	return earlier?.isUnchanged ? 0 : earlier?.before?.ratio ?? ratios.get(key) ?? entry.ratio;
}

/** Bytes that a copy of it takes, as far as that can be told. */
export function copyOf(review: ReviewState, row: ReviewRow): number | undefined {
	const ratio = ratioOf(review, row);
	return ratio === undefined ? undefined : Math.round(contentOf(row.entry) * ratio);
}

/** The parts of the state that a forecast depends on. */
type Marked = Pick<ReviewState, 'rows' | 'marks' | 'ratios' | 'past' | 'totals' | 'mostBytes'>;

/** Number of the row to sample next: the largest that is marked and of which nothing is known. */
export function nextSample({rows, marks, ratios, past}: Marked): number | undefined {
	let sampled = 0;
	let total = 0;
	let best: number | undefined;
	let most = 0;

	for (const [number, mark] of marks.entries()) {
		if (mark === 0) {
			continue;
		}

		const row = rows[number]!;
		const content = contentOf(row.entry);
		// Samples of files that are not marked any more tell nothing, and leave room for others.
		sampled += ratios.has(row.key) ? 1 : 0;
		total += content;

		if (!(content > most) || !row.isReadable || ratioOf({past, ratios}, row) !== undefined) {
			continue;
		}

		best = number;
		most = content;
	}

	return most > worthSampling(sampled, total) ? best : undefined;
}

function * judged({rows, marks, past, ratios}: Marked): Generator<Judged<EstimatedEntry>> {
	for (const [number, mark] of marks.entries()) {
		if (mark === 0) {
			continue;
		}

		const row = rows[number]!;
		yield {entry: row.entry, ratio: ratioOf({past, ratios}, row), isLinked: isUnchangedRow(past, row)};
	}
}

/** The size of the copies of everything marked, with its margin; nothing while nothing is marked. */
export const foresee = (marked: Marked): Estimate | undefined => marked.totals.files === 0 ? undefined : estimate(judged(marked), marked.mostBytes);

/** Their likely size, in bytes; nothing until there is something to tell it by. */
export const forecast = (marked: Marked): number | undefined => foresee(marked)?.likely;

/**
By how many bytes the copies may be more than there is room for: 0 where they fit, and while too little is known of them.

@param expected What `foresee` says of those that are marked.
*/
export function shortage(marked: Marked, space: Space | undefined, expected: Estimate | undefined): number {
	const lack = space && expected ? lackOf(expected, space) : 0;
	return lack > 0 && nextSample(marked) === undefined ? lack : 0;
}
