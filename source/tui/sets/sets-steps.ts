/*
Steps from one screen of the sets to another, which several keys take.
*/
import type {SetName} from '../../set/set-names.ts';
import {emptyReview} from '../tree/tree-state.ts';
import type {State} from '../state.ts';
import {
	type BrowseState,
	emptyEditor,
	isSameSet,
	type LongRequest,
	type OpenedState,
	type Origin,
} from './sets-state.ts';
import {startTask} from './task.ts';

export const withBrowse = (state: State, changes: Partial<BrowseState>): State => ({...state, browse: {...state.browse, ...changes}});

/** Has the sets listed anew, whatever is shown meanwhile. */
export const relist = (state: State): State => withBrowse(state, {request: {kind: 'list'}, isListing: true, problem: undefined});

/** The list of sets, read anew. */
export const list = (state: State): State => relist({...state, screen: 'sets', pageTop: 0});

/** Goes back to a screen; what was asked for where one was is no longer wanted. */
export const goBack = (state: State, screen: State['screen']): State => withBrowse({...state, screen, pageTop: 0}, {
	request: undefined, editor: {...state.browse.editor, isBusy: false}, message: undefined,
});

/** Goes from another screen to the sets. */
export function openSets(state: State, origin: Origin): State {
	// What waited for the scan would come up while something else is looked at.
	const left = {...state, review: {...state.review, isWaiting: false, message: undefined}};
	return state.browse.isThere
		? list(withBrowse(left, {origin, message: undefined, partner: undefined}))
		: {...left, review: {...left.review, message: `There are no sets in ${state.facts.destination} yet.`}};
}

export function leave(state: State): State {
	const {origin} = state.browse;
	return origin === 'none' ? {...state, exit: {kind: 'quit'}} : {...state, screen: origin, pageTop: 0};
}

export function open(state: State, name: SetName): State {
	const opened: OpenedState = {
		name, items: new Map(), files: {...emptyReview(state.size), unread: 0, isScanning: false}, problems: [], isReading: true,
	};
	return withBrowse({...state, screen: 'set'}, {opened, request: {kind: 'open', name}, message: undefined});
}

/** Begins what takes its time. `to`: where it is restored to. */
export const begin = (state: State, request: LongRequest, {names, base = state.browse.base, to}: {
	readonly names: readonly SetName[];
	readonly base?: BrowseState['base'];
	readonly to?: string;
}): State => withBrowse({...state, screen: 'task', pageTop: 0}, {
	task: startTask(request, names, to), base, request, message: undefined,
});

export function verify(state: State, names: readonly SetName[], base: BrowseState['base']): State {
	return names.length === 0
		? withBrowse(state, {message: 'There is no finished set to verify.'})
		: begin(state, {kind: 'verify', names}, {names, base});
}

export function askTarget(state: State, name: SetName, paths: readonly Buffer[], base: BrowseState['base']): State {
	if (name.isStaging) {
		return withBrowse(state, {message: 'That set is not finished: its files can be looked at one by one, with p.'});
	}

	const {home} = state.browse;
	return paths.length === 0 && base === 'set'
		? withBrowse(state, {message: 'There is no copy to restore: Space marks a file.'})
		: withBrowse({...state, screen: 'restoreTo', pageTop: 0}, {
			base,
			preview: undefined,
			order: {
				name, paths, to: '', overwrite: false,
			},
			editor: {...emptyEditor, text: `${home === '/' ? '' : home}/restore-${name.date}`},
			message: undefined,
		});
}

export function compare(state: State, one: SetName, other: SetName): State {
	return isSameSet(one, other)
		? withBrowse(state, {message: 'That is the same set: choose another.'})
		: withBrowse({...state, screen: 'diff', pageTop: 0}, {
			comparison: undefined, partner: undefined, message: undefined, request: {kind: 'compare', one, other},
		});
}

export function choosePartner(state: State, name: SetName): State {
	return withBrowse({...state, screen: 'sets'}, {partner: name, message: undefined});
}
