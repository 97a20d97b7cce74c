/*
What the copies will take: nothing for files that have not changed since the newest set, what they shrank to there for others that it knows, and
samples of the largest of the rest; what is left is taken to be like those.
*/
import {formatBytes} from '../../text/format.ts';
import {isUnchanged} from './past.ts';
import type {ReviewRow, ReviewState} from './review-state.ts';

/** More samples than this would not change the sum by what a person can see. */
const mostSamples = 400;

/** So small a part of the marked bytes is not worth a sample of its own. */
const negligible = 0.001;

/** Bytes that a copy of it has to hold: a hole costs next to nothing. */
const contentOf = ({bytes = 0, disk = bytes}: ReviewRow) => Math.min(bytes, disk);

/** How much of its size a copy of it takes: 0–1; nothing if nothing tells. */
function ratioOf({past: {files}, ratios}: Pick<ReviewState, 'past' | 'ratios'>, {key}: ReviewRow): number | undefined {
	const earlier = files.get(key);
	return earlier?.isUnchanged ? 0 : earlier?.before?.ratio ?? ratios.get(key);
}

/** Bytes that a copy of it takes, as far as that can be told. */
export function copyOf(review: ReviewState, row: ReviewRow): number | undefined {
	const ratio = ratioOf(review, row);
	return ratio === undefined ? undefined : Math.round(contentOf(row) * ratio);
}

/** Less than a block of a file system is nothing to count. */
const countable = 4096;

/** Bytes that copies will take, for a person. */
export const copiedText = (bytes: number): string => bytes < countable ? 'next to nothing' : `about ${formatBytes(bytes)}`;

/** Number of the row to sample next: the largest that is marked and of which nothing is known. */
export function nextSample({rows, marks, ratios, past, totals}: ReviewState): number | undefined {
	let sampled = 0;
	let best: number | undefined;
	let most = Math.max(0, totals.allocated * negligible);

	for (const [number, mark] of marks.entries()) {
		const row = rows[number]!;
		const content = mark === 1 ? contentOf(row) : 0;
		// Those of what is not marked any more tell nothing, and leave room for others.
		sampled += mark === 1 && ratios.has(row.key) ? 1 : 0;

		if (!(content > most) || ratioOf({past, ratios}, row) !== undefined) {
			continue;
		}

		best = number;
		most = content;
	}

	return sampled < mostSamples ? best : undefined;
}

/** What the copies of all that is marked will probably take, in bytes; nothing until there is something to tell it by. */
export function forecast({rows, marks, ratios, past, totals}: Pick<ReviewState, 'rows' | 'marks' | 'ratios' | 'past' | 'totals'>): number | undefined {
	let known = 0;
	let copied = 0;
	let rest = 0;

	for (const [number, mark] of marks.entries()) {
		if (mark === 0) {
			continue;
		}

		const row = rows[number]!;
		const content = contentOf(row);
		const ratio = ratioOf({past, ratios}, row);
		// What is linked tells nothing of how well the others compress.
		known += ratio === undefined || isUnchanged(past, row) ? 0 : content;
		copied += ratio === undefined ? 0 : content * ratio;
		rest += ratio === undefined ? content : 0;
	}

	return totals.files === 0 || (known === 0 && rest > 0) ? undefined : Math.round(copied + (known > 0 ? rest * copied / known : 0));
}
