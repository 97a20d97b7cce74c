/*
The ways from one room to another: no room knows the others.
*/
import type {SetName} from '../set/names/set-names.ts';
import {displayName} from '../text/display-name.ts';
import {ask} from './keys/screen.ts';
import {isTooSmall} from './kit/layout.ts';
import {enter, lift} from './lift.ts';
import {rescan} from './review/review-screen.ts';
import {noPast, type ReviewSlice} from './review/review-state.ts';
import {putAside} from './review/review-steps.ts';
import {askSaving} from './review/save-page.ts';
import {emptyRun, type RunSlice} from './run/run-state.ts';
import {runOfSet, startRetry, startRun} from './run/run-steps.ts';
import type {OpenedFrom, SetsSlice} from './sets/sets-state.ts';
import {showSets} from './sets/sets-steps.ts';
import type {State} from './state.ts';
import {markedRows} from './tree/tree-state.ts';

/** From the question to the run of what is marked. Never start what can't be seen. */
export function start(state: State): State {
	if (isTooSmall(state.size)) {
		return state;
	}

	// A directory that cannot be listed is named by the run as it is, without the slash that it has in the list.
	const marked = markedRows(state.review).map(({path, bytes}) => ({name: displayName(path), bytes}));
	const {existing, isAddition} = state;
	const earlier = existing && isAddition ? runOfSet(existing.directory, existing.failures ?? []) : undefined;
	return lift((slice: RunSlice) => startRun(slice, marked, earlier), enter)(state);
}

/** From today's set to the list, to choose what is to be added to it. */
export const addToExisting = (state: State): State =>
	lift((slice: ReviewSlice) => ask<ReviewSlice>({
		...slice, screen: 'review', pageTop: 0, isAddition: true,
	}, {type: 'scan'}, {type: 'readSpace'}), enter)(state);

/** From a run that was refused back to the list, with all marks. What had not been read when the run began is read now. */
export function chooseAgain(state: State): State {
	const {review} = state;
	const list: State = {
		...state, screen: 'review', pageTop: 0, run: emptyRun,
	};
	return lift((slice: ReviewSlice) => review.unread > 0 ? rescan(slice) : ask(slice, {type: 'readSpace'}), enter)(list);
}

/** From the summary of a run to saving what was marked for it; of a run that was only watched, that is not known. */
export const saveMarks = (state: State): State => state.run.isAttached ? state : lift((slice: ReviewSlice) => askSaving(slice, 'summary'), enter)(state);

/** From today's set to another attempt at what failed in it. */
export function retryExisting(state: State): State {
	const {directory = '', failures = []} = state.existing ?? {};
	return lift((slice: RunSlice) => startRetry(slice, runOfSet(directory, failures), failures), enter)(state);
}

/** Why there are no sets to be seen, and how to get back those that are off the host. */
const whyNoSets = ({destinationProblem, facts: {destination}, browse: {remote}}: State): string => destinationProblem?.message
	?? (remote === undefined ? `There are no sets in ${destination} yet.` : `No sets here; logbackup-tui fetch gets back those at ${remote}.`);

/** From another screen to the sets; or says that there is no directory for them. */
export const openSets = (origin: OpenedFrom) => (state: State): State => {
	const left: State = {...state, review: putAside(state.review)};
	return state.browse.isThere
		? lift((slice: SetsSlice) => showSets(slice, origin), enter)(left)
		: {...left, review: {...left.review, message: whyNoSets(state)}};
};

/** Drops everything derived from a set that has been removed. If it was today's, the list takes the place of the question about it. */
export function forgetSet(state: State, {date, isStaging}: SetName): State {
	const {browse, existing, facts, review} = state;
	const next: State = {...state, review: {...review, past: noPast}};
	return existing && !isStaging && date === facts.date
		? {
			...next,
			existing: undefined,
			isAddition: false,
			browse: {...browse, origin: browse.origin === 'exists' ? 'review' : browse.origin},
			effects: [...state.effects, {type: 'scan'}, {type: 'readSpace'}],
		}
		: next;
}
