import type {Earlier} from '../../backup/growth.ts';
import type {Choice} from '../../origin/selection.ts';
import type {Space} from '../../set/space.ts';
import type {Reason} from '../../files/errors.ts';
import type {EarlierSelection} from '../../set/earlier-selection.ts';
import {addItems, finishFolders, type ReadFolder} from '../tree/tree-fill.ts';
import {remember} from './past.ts';
import {markAsBefore} from './recall.ts';
import {type Details, reviewItemOf, type ReviewSlice} from './review-state.ts';
import {continueToQuestion, withReview} from './review-steps.ts';
import {noteSaved, noteSavePlan} from './save-page.ts';
import type {Saving} from './saving.ts';

/** Changes to the list that do not come from keys. `now` in milliseconds since the epoch. */
export type ReviewAction =
	{readonly type: 'scanned'; readonly choices: readonly Choice[]; readonly now: number}
	/** Directories that have been read to their end. */
	| {readonly type: 'foldersRead'; readonly folders: readonly ReadFolder[]}
	/** For so many seconds nothing has come of what is read. */
	| {readonly type: 'silence'; readonly seconds: number}
	/** The source itself has been read. */
	| {readonly type: 'scanEnded'}
	/** All has been read, and these flags have matched nothing. */
	| {readonly type: 'unused'; readonly flags: readonly string[]}
	/** A file has been sampled: by the key of its path, how much of it compression leaves. */
	| {readonly type: 'sampled'; readonly ratios: ReadonlyArray<readonly [key: string, ratio: number]>}
	/** Files have been held against the newest set, by the key of their path; without a date, there is none. */
	| {readonly type: 'compared'; readonly date: string | undefined; readonly files: ReadonlyArray<readonly [key: string, earlier: Earlier | undefined]>}
	/** The row of the cursor has been read, or is going to be. */
	| {readonly type: 'inspected'; readonly details: Details}
	/** `now`: milliseconds since the epoch, from which ages are told; missing: as before. */
	| {readonly type: 'space'; readonly space: Space | undefined; readonly now?: number | undefined}
	/** Reason why no backup could be written now; `undefined` if one could. */
	| {readonly type: 'destination'; readonly problem: Reason | undefined}
	/** The selection for the newest set; `undefined` if there is none. */
	| {readonly type: 'recalled'; readonly earlier: EarlierSelection | undefined}
	/** What saving would change, or why it cannot be done. */
	| {readonly type: 'savingPlanned'; readonly changes: Pick<Saving, 'plan' | 'problem'>}
	/** A selection has been saved, if there is no problem. */
	| {readonly type: 'saved'; readonly problem: Reason | undefined}
	/** The pager has been left. `problem`: what is to be told of what it showed. */
	| {readonly type: 'paged'; readonly problem: string | undefined};

function noteSpace(state: ReviewSlice, space: Space | undefined): ReviewSlice {
	const isSame = space?.free === state.space?.free && space?.reserve === state.space?.reserve && space?.inodes?.free === state.space?.inodes?.free;
	return isSame ? state : {...state, space};
}

/** Applies results that were found while the operator chooses. */
export function reduceReview(state: ReviewSlice, action: ReviewAction): ReviewSlice {
	const {review} = state;

	switch (action.type) {
		case 'scanned': {
			return withReview(state, addItems(review, action.choices.map(choice => reviewItemOf(choice)), action.now));
		}

		case 'foldersRead': {
			const next = withReview(state, finishFolders(review, action.folders));
			return next === state ? state : continueToQuestion(next);
		}

		case 'silence': {
			return withReview(state, {...review, silence: action.seconds});
		}

		case 'scanEnded': {
			return continueToQuestion(withReview(state, {...review, isScanning: false}));
		}

		case 'unused': {
			return withReview(state, {...review, unused: action.flags});
		}

		case 'sampled': {
			return withReview(state, {...review, ratios: new Map([...review.ratios, ...action.ratios])});
		}

		case 'compared': {
			return withReview(state, {...review, past: remember(review.past, action.date, action.files)});
		}

		case 'inspected': {
			return withReview(state, {...review, details: action.details});
		}

		case 'space': {
			return noteSpace(action.now === undefined ? state : withReview(state, {...review, now: action.now}), action.space);
		}

		case 'destination': {
			return action.problem?.message === state.destinationProblem?.message ? state : {...state, destinationProblem: action.problem};
		}

		case 'recalled': {
			return review.isRecalling ? withReview(state, {...markAsBefore(review, action.earlier), isRecalling: false}) : state;
		}

		case 'savingPlanned': {
			return noteSavePlan(state, action.changes);
		}

		case 'saved': {
			return noteSaved(state, action.problem);
		}

		case 'paged': {
			return {...state, paged: undefined, review: {...review, message: action.problem}};
		}
	}
}
