/*
The size of the copies to be made: nothing for files that have not changed since the newest set, the ratio of their earlier copies for others that it
knows, samples of the largest of the rest; the others are taken to be like those. The run that may be started reckons the same way (backup/estimate.ts).
*/
import {
	contentOf,
	type Estimate,
	lackOf,
	settle,
	weigh,
	worthSampling,
} from '../../backup/estimate.ts';
import type {Space} from '../../set/space.ts';
import {forEachMarked} from '../tree/tree-marks.ts';
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

	forEachMarked(marks, number => {
		const row = rows[number]!;
		const content = contentOf(row.entry);
		// Samples of files that are not marked any more tell nothing, and leave room for others.
		sampled += ratios.has(row.key) ? 1 : 0;
		total += content;

		if (content > most && row.isReadable && ratioOf({past, ratios}, row) === undefined) {
			best = number;
			most = content;
		}
	});

	return most > worthSampling(sampled, total) ? best : undefined;
}

/** What each row would add to an estimate, by its number, each in bytes: see `Weight`. */
export type Weights = {readonly most: Float64Array; readonly known: Float64Array; readonly copied: Float64Array; readonly rest: Float64Array};

/** Weighs all rows, marked or not: a list of 50,000 takes some milliseconds, and so is weighed once for all marks that are set in it. */
export function weighRows({rows, past, ratios, mostBytes}: Pick<ReviewState, 'rows' | 'past' | 'ratios' | 'mostBytes'>): Weights {
	const [most, known, copied, rest] = Array.from({length: 4}, () => new Float64Array(rows.length)) as [Float64Array, Float64Array, Float64Array, Float64Array];

	for (const [number, row] of rows.entries()) {
		const weight = weigh({entry: row.entry, ratio: ratioOf({past, ratios}, row), isLinked: isUnchangedRow(past, row)}, mostBytes);
		most[number] = weight.most;
		known[number] = weight.known;
		copied[number] = weight.copied;
		rest[number] = weight.rest;
	}

	return {
		most, known, copied, rest,
	};
}

/**
The size of the copies of everything marked, with its margin; nothing while nothing is marked.

@param weights Of the rows, where they are at hand.
*/
export function foresee(marked: Marked, weights = weighRows(marked)): Estimate | undefined {
	if (marked.totals.files === 0) {
		return undefined;
	}

	let [most, known, copied, rest] = [0, 0, 0, 0];

	forEachMarked(marked.marks, number => {
		most += weights.most[number]!;
		known += weights.known[number]!;
		copied += weights.copied[number]!;
		rest += weights.rest[number]!;
	});

	return settle({
		most, known, copied, rest,
	});
}

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
