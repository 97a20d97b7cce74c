/*
Marks as they were for the newest set: yesterday's selection once more.
*/
import type {EarlierSelection} from '../../set/earlier-selection.ts';
import {formatCount, formatNumber} from '../../text/format.ts';
import {ask} from '../keys/screen.ts';
import {setMarks} from '../tree/tree-marks.ts';
import type {ReviewSlice, ReviewState} from './review-state.ts';
import {withReview} from './review-steps.ts';

/** Marks what was selected for a set, by name, and nothing else; or says that there is none. */
export function markAsBefore(review: ReviewState, earlier: EarlierSelection | undefined): ReviewState {
	if (!earlier) {
		return {...review, message: 'There is no earlier set of this host and source.'};
	}

	const {date, paths} = earlier;
	const files = [...review.rows.entries()].filter(([, {isSelectable, folder}]) => isSelectable && folder === undefined);
	const next = setMarks(review, files.map(([number, {key}]) => [number, paths.has(key)]));
	const gone = paths.size - next.totals.files;
	const missing = gone > 0 ? `; ${formatNumber(gone)} of that set ${gone === 1 ? 'is' : 'are'} not here any more` : '';
	return {...next, filterMarks: [], message: `${formatCount(next.totals.files, 'file')} marked as in the set of ${date}${missing}.`};
}

/** Asks for that. What has not been read yet could not be marked. */
export function recall(state: ReviewSlice): ReviewSlice {
	const {review} = state;
	return review.isScanning || review.unread > 0
		? withReview(state, {...review, message: 'Directories are still being read: press = again when that is done.'})
		: ask(withReview(state, {...review, isRecalling: true, message: 'Looking up the newest set.'}), {type: 'recall'});
}
