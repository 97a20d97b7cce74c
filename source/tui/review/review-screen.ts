import {ask, type Footers, type Screen} from '../keys/screen.ts';
import {routeHeading} from '../kit/facts.ts';
import {labelled} from '../kit/page-lines.ts';
import {forget} from '../tree/tree-fill.ts';
import {markEverything} from '../tree/tree-mark-all.ts';
import {turnFolder} from '../tree/tree-moves.ts';
import {currentRow, folderOf} from '../tree/tree-state.ts';
import {treeContext} from '../tree/tree-keys.ts';
import {toggleDetails, treeCommands, typeInFilter} from '../tree/tree-reducer.ts';
import {type ReviewCommand, type ReviewContext, reviewKeys} from './review-keys.ts';
import type {ReviewSlice, ReviewState} from './review-state.ts';
import {headRemark} from './notices.ts';
import {recall} from './recall.ts';
import {askSaving} from './save-page.ts';
import {confirm, putAside, withReview} from './review-steps.ts';

const aboutMarks: ReadonlyArray<readonly [sign: string, meaning: string]> = [
	['[x]', 'will be backed up'],
	['[ ]', 'is left out'],
	['', 'without a box: can\'t be backed up; NOTE says why'],
];

/** Opens the directory of the cursor, or closes it. */
function enterRow(before: ReviewState): ReviewState {
	const review: ReviewState = {...before, hasMoved: true, message: undefined};
	const row = currentRow(review);
	return row && row.kind !== 'directory' ? {...review, message: 'Enter opens directories; w backs up what is marked.'} : turnFolder(review);
}

/** Whether the pager can show what is in a row. */
const isPaged = ({kind, isReadable, isSelectable, folder}: ReviewState['rows'][number]): boolean =>
	isSelectable && folder === undefined && (kind === 'file' || kind === 'symlink' || (kind === 'stream' && isReadable));

/** Shows the file of the cursor in the pager. */
function page(state: ReviewSlice): ReviewSlice {
	const {review} = state;
	const row = currentRow(review);

	if (!row) {
		return state;
	}

	return isPaged(row)
		? {...state, paged: row.entry, review: {...review, message: undefined}}
		: withReview(state, {...review, message: `${row.name} can't be read in the pager: ${row.kind === 'directory' ? 'Enter opens it' : row.reason ?? row.kind}`});
}

/** What the keys for one entry do to the row of the cursor. */
function rowFooter(review: ReviewState): Footers<'enter' | 'page'> {
	const row = currentRow(review);
	const folder = row && folderOf(review, row);
	return {enter: folder ? (folder.isOpen ? 'close' : 'open') : '', ...(!(row && isPaged(row)) && {page: ''})};
}

/** Reads the source again. Marks stay. */
export function rescan(state: ReviewSlice): ReviewSlice {
	const review = {
		...forget(state.review), hasMoved: true, isWaiting: false, isRecalling: false, unused: [],
	};
	return ask(withReview(state, review), {type: 'scan'}, {type: 'readSpace'});
}

/** The list, with details of its row beside or below it, and what is marked. */
export const reviewScreen = {
	title: 'Choosing what to back up',
	phase: 'choosing',
	keys: reviewKeys,
	context({review}) {
		const context = treeContext(review);
		return context === 'plain' ? 'review' : context;
	},
	footers: ({review}) => rowFooter(review),
	helpContext: 'review',
	typed: ['filter'],
	type: (state, text) => withReview(state, typeInFilter(state.review, text)),
	commands: {
		// The message about the last key goes, and with it the wait for the scan.
		...treeCommands<ReviewSlice>((state, change) => withReview(state, change(state.review.message === undefined ? state.review : {...state.review, isWaiting: false, isRecalling: false}))),
		details: state => withReview(state, toggleDetails(state.review, state.size)),
		includeAll: state => withReview(state, markEverything(state.review)),
		enter: state => withReview(state, enterRow(state.review)),
		stay: state => withReview(state, {...state.review, isWaiting: false, message: 'q quits, and writes nothing.'}),
		recall,
		saveSelection: state => askSaving(state),
		page,
		rescan,
		confirm,
		command: state => ({
			...state, screen: 'command', pageTop: 0, review: putAside(state.review),
		}),
	},
	heading: state => ({...routeHeading(state.facts), ...headRemark(state)}),
	lines: () => undefined,
	about: width => aboutMarks.flatMap(([sign, meaning]) => labelled(sign, meaning, {width, indent: 5})),
} as const satisfies Screen<ReviewSlice, ReviewCommand, ReviewContext, 'sets'>;
