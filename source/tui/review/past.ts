/*
The newest set beside the list: which files have not changed since, and would only be linked from it; and which have grown much.
*/
import {type Earlier, remarkableGrowth} from '../../backup/growth.ts';
import {forEachMarked} from '../tree/tree-marks.ts';
import type {RowView} from '../tree/tree-text.ts';
import type {Past, ReviewRow, ReviewState} from './review-state.ts';

/** Adds the results of more comparisons. */
export function remember({date: before, files: known}: Past, date: string | undefined, files: ReadonlyArray<readonly [key: string, earlier: Earlier | undefined]>): Past {
	const next = new Map(date === before ? known : []);

	for (const [key, earlier] of files) {
		if (earlier) {
			next.set(key, earlier);
		} else {
			next.delete(key);
		}
	}

	return {date, files: next};
}

export const isUnchangedRow = ({files}: Past, {key}: Pick<ReviewRow, 'key'>): boolean => files.get(key)?.isUnchanged ?? false;

/** The number of marked files that would only be linked. */
export function countUnchanged({rows, marks, past}: Pick<ReviewState, 'rows' | 'marks' | 'past'>): number {
	let count = 0;

	if (past.files.size > 0) {
		forEachMarked(marks, number => {
			count += isUnchangedRow(past, rows[number]!) ? 1 : 0;
		});
	}

	return count;
}

/** `grew 4.1x`, for a file that is far larger than it was in the newest set. */
export function growthText({files}: Pick<Past, 'files'>, {key, bytes, isEstimated}: Pick<ReviewRow, 'key' | 'bytes' | 'isEstimated'>): string | undefined {
	const earlier = files.get(key);
	const factor = earlier && bytes !== undefined && !isEstimated ? remarkableGrowth(bytes, earlier) : undefined;
	return factor === undefined ? undefined : (Number.isFinite(factor) ? `grew ${factor.toFixed(factor < 9.95 ? 1 : 0)}x` : 'grew from nothing');
}

/** The remark on a row from the newest set: much larger since, or not changed at all. */
export function pastRemark({past}: Pick<ReviewState, 'past'>, row: Pick<ReviewRow, 'key' | 'bytes' | 'isEstimated'>): Pick<RowView, 'remark' | 'isRemarkable'> {
	const growth = growthText(past, row);
	return growth === undefined
		? (isUnchangedRow(past, row) ? {remark: 'unchanged'} : {})
		: {remark: `${growth} since ${past.date ?? 'then'}`, isRemarkable: true};
}
