/*
What the copies will take, from samples of the largest marked files; the others are taken to be like them.
*/
import {keyOf, type ReviewState, type Row} from './review-state.ts';

/** More samples than this would not change the sum by what a person can see. */
const mostSamples = 400;

/** So small a part of the marked bytes is not worth a sample of its own. */
const negligible = 0.001;

/** Bytes that a copy of it has to hold: a hole costs next to nothing. */
const contentOf = ({bytes = 0, disk = bytes}: Row) => Math.min(bytes, disk);

/** Number of the row to sample next: the largest that is marked and was not sampled yet. */
export function nextSample({rows, marks, ratios, totals}: ReviewState): number | undefined {
	if (ratios.size >= mostSamples) {
		return undefined;
	}

	let best: number | undefined;
	let most = Math.max(0, totals.allocated * negligible);

	for (const [number, mark] of marks.entries()) {
		const row = rows[number]!;
		const content = mark === 1 ? contentOf(row) : 0;

		if (!(content > most) || ratios.has(keyOf(row.choice.entry.path))) {
			continue;
		}

		best = number;
		most = content;
	}

	return best;
}

/** What the copies of all that is marked will probably take, in bytes; nothing until there is something to tell it by. */
export function forecast({rows, marks, ratios, totals}: ReviewState): number | undefined {
	let sampled = 0;
	let copied = 0;
	let rest = 0;

	for (const [number, mark] of marks.entries()) {
		if (mark === 0) {
			continue;
		}

		const row = rows[number]!;
		const content = contentOf(row);
		const ratio = ratios.get(keyOf(row.choice.entry.path));
		sampled += ratio === undefined ? 0 : content;
		copied += ratio === undefined ? 0 : content * ratio;
		rest += ratio === undefined ? content : 0;
	}

	return totals.files === 0 || (sampled === 0 && rest > 0) ? undefined : Math.round(copied + (sampled > 0 ? rest * copied / sampled : 0));
}
