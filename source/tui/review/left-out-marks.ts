import {type LeftOut, LeftOutTally} from '../../files/left-out.ts';
import {folderOf} from '../tree/tree-state.ts';
import type {ReviewState} from './review-state.ts';

/** What is in the list and not marked: a directory in which nothing is marked as one thing, else each entry with what the rules said of it. */
export function leftOutOf(review: ReviewState): LeftOut {
	const tally = new LeftOutTally();
	const ahead = [...review.folders.get('')!.order];

	for (let number = ahead.pop(); number !== undefined; number = ahead.pop()) {
		const row = review.rows[number]!;
		const {entry, skip} = row;
		const folder = folderOf(review, row);

		if (!folder) {
			if (review.marks[number] !== 1) {
				tally.add(skip ?? 'unmarked', entry.path);
			}
		} else if (folder.marked === 0 && (folder.files > 0 || !folder.isRead)) {
			tally.add(skip ?? 'unmarked', entry.path);
		} else {
			for (const inner of folder.order) {
				ahead.push(inner);
			}
		}
	}

	return tally.sum;
}
