import {type LeftOut, LeftOutTally} from '../../files/left-out.ts';
import {walkDown} from '../tree/tree-walk.ts';
import type {ReviewState} from './review-state.ts';

/** What is in the list and not marked: a directory in which nothing is marked as one thing, else each entry with what the rules said of it. */
export function leftOutOf(review: ReviewState): LeftOut {
	const tally = new LeftOutTally();

	walkDown(review, review.folders.get('')!.order, (number, folder) => {
		const {entry, skip} = review.rows[number]!;
		const isLeftWhole = folder ? folder.marked === 0 && (folder.files > 0 || !folder.isRead) : review.marks[number] !== 1;

		if (isLeftWhole) {
			tally.add(skip ?? 'unmarked', entry.path);
		}

		return !isLeftWhole;
	});

	return tally.sum;
}
