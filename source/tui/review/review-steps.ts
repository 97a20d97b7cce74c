/*
Steps from the list to the question, and what of the list changes with them.
*/
import {ask} from '../keys/screen.ts';
import {isUncertain} from '../tree/tree-state.ts';
import type {ReviewSlice, ReviewState} from './review-state.ts';

export const withReview = (state: ReviewSlice, review: ReviewState): ReviewSlice => review === state.review ? state : {...state, review};

/** Goes to the question. With nothing marked, it would only make an empty set. */
export function confirm(state: ReviewSlice): ReviewSlice {
	const {review} = state;

	if (review.isScanning || isUncertain(review)) {
		const what = review.isScanning ? 'the directory has' : 'what is marked has';
		return withReview(state, {...review, isWaiting: true, message: `Goes on when ${what} been read.`});
	}

	if (review.totals.files === 0) {
		return withReview(state, {...review, message: 'Nothing is marked: Space marks a file, a marks all.'});
	}

	const asked: ReviewSlice = {
		...state, screen: 'confirm', pageTop: 0, review: {...review, message: undefined},
	};
	return ask(state.destinationProblem ? asked : ask(asked, {type: 'foresee'}), {type: 'readSpace'});
}

/** Goes on to the question, if that only waited for the scan. */
export function continueToQuestion(state: ReviewSlice): ReviewSlice {
	const {review} = state;
	const isReady = review.isWaiting && !review.isScanning && !isUncertain(review);
	return isReady ? confirm(withReview(state, {...review, isWaiting: false})) : state;
}

/** Goes back to the list. */
export const backToList = (state: ReviewSlice): ReviewSlice => ({...state, screen: 'review', pageTop: 0});

/** The list while another screen is shown. It no longer waits for the scan: the question would come up over that screen, and a key meant for it would answer. */
export const putAside = (review: ReviewState): ReviewState => ({
	...review, isWaiting: false, isRecalling: false, message: undefined,
});
