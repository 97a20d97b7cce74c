/*
Marks as they were for the newest set: yesterday's selection once more.
*/
import type {EarlierSelection} from '../../set/earlier-selection.ts';
import {formatCount, formatNumber} from '../../text/format.ts';
import {pathKey} from '../../files/path-key.ts';
import type {Entry} from '../../origin/entry.ts';
import {ask} from '../keys/screen.ts';
import {setMarks} from '../tree/tree-marks.ts';
import type {ReviewSlice, ReviewState} from './review-state.ts';
import {withReview} from './review-steps.ts';

/** Whether an entry was selected for a set. Streams are added day by day: one that follows the last of those that were is meant, too. */
function wasMeant(paths: ReadonlySet<string>): (entry: Entry) => boolean {
	const lastOf = (from: string) => [...paths].filter(path => path.startsWith(`${from}/`) && !path.includes('/', from.length + 1)).toSorted().at(-1);
	const last = new Map<string, string | undefined>();
	return ({path, from}) => {
		const key = pathKey(path);

		if (from !== undefined && !last.has(from)) {
			last.set(from, lastOf(from));
		}

		return paths.has(key) || (from !== undefined && key > (last.get(from) ?? key));
	};
}

/** Marks what was selected for a set, by name, and nothing else; or says that there is none. */
export function markAsBefore(review: ReviewState, earlier: EarlierSelection | undefined): ReviewState {
	if (!earlier) {
		return {...review, message: 'There is no earlier set of this host and source.'};
	}

	const {date, paths} = earlier;
	const isMeant = wasMeant(paths);
	const files = [...review.rows.entries()].filter(([, {isSelectable, folder}]) => isSelectable && folder === undefined);
	const next = setMarks(review, files.map(([number, {entry}]) => [number, isMeant(entry)]));
	const here = new Set(files.map(([, {entry}]) => pathKey(entry.path)));
	const gone = paths.difference(here).size;
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
