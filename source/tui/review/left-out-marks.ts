import {type LeftOut, LeftOutTally} from '../../files/left-out.ts';
import {walkDown} from '../tree/tree-walk.ts';
import type {ReviewState} from './review-state.ts';

/** The entries in the list that are not marked: a directory in which nothing is marked as one, else each entry with the reason that the rules gave. */
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
