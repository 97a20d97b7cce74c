/*
Steps from one screen of the sets to another, which several keys take.
*/
import type {SetName} from '../../set/names/set-names.ts';
import {ask, type ScreenName} from '../keys/screen.ts';
import {pathBelow} from '../kit/facts.ts';
import {emptyTree} from '../tree/tree-state.ts';
import {
	type BrowseState,
	emptyEditor,
	type OpenedState,
	type OpenedFrom,
	type SetsSlice,
} from './sets-state.ts';
import {isSameSet} from './set-name.ts';
import type {LongRequest, SetsRequest} from './request.ts';
import {startTask} from './task.ts';

export const withBrowse = (state: SetsSlice, changes: Partial<BrowseState>): SetsSlice => ({...state, browse: {...state.browse, ...changes}});

/** Makes a request, whose answer is wanted until the next request. */
export const request = (state: SetsSlice, wanted: SetsRequest): SetsSlice => ask(withBrowse(state, {request: wanted}), {type: 'request', request: wanted});

/** Has the sets listed anew, whatever is shown meanwhile. */
export function relist(state: SetsSlice): SetsSlice {
	const {remote, away} = state.browse;
	return request(withBrowse(state, {isListing: true, problem: undefined, away: {...away, isListing: remote !== undefined, isUnknown: false}}), {kind: 'list'});
}

/** The list of sets, read anew. */
export const listAnew = (state: SetsSlice): SetsSlice => relist({...state, screen: 'sets', pageTop: 0});

/** Goes back to a screen, and drops the request that is under way. */
export const goBack = (state: SetsSlice, screen: ScreenName): SetsSlice => withBrowse({...state, screen, pageTop: 0}, {
	request: undefined, editor: {...state.browse.editor, isBusy: false}, message: undefined,
});

/** Goes from another screen to the sets. */
export const showSets = (state: SetsSlice, origin: OpenedFrom): SetsSlice =>
	listAnew(withBrowse(state, {origin, message: undefined, partner: undefined}));

export function leave(state: SetsSlice): SetsSlice {
	const {origin} = state.browse;
	return origin === 'none' ? {...state, exit: {kind: 'quit'}} : {...state, screen: origin, pageTop: 0};
}

export function open(state: SetsSlice, name: SetName): SetsSlice {
	const opened: OpenedState = {
		name, items: new Map(), files: {...emptyTree(state.size), unread: 0, isScanning: false}, problems: [], isReading: true,
	};
	return request(withBrowse({...state, screen: 'set'}, {opened, message: undefined}), {kind: 'open', name});
}

/** Begins long work. `to`: the directory to restore to, or the remote. */
export const begin = (state: SetsSlice, work: LongRequest, {names, base = state.browse.base, to}: {
	readonly names: readonly SetName[];
	readonly base?: BrowseState['base'];
	readonly to?: string;
}): SetsSlice => request(withBrowse({...state, screen: 'task', pageTop: 0}, {task: startTask(work, names, to), base, message: undefined}), work);

export function verify(state: SetsSlice, names: readonly SetName[], base: BrowseState['base']): SetsSlice {
	return names.length === 0
		? withBrowse(state, {message: 'There is no finished set to verify.'})
		: begin(state, {kind: 'verify', names}, {names, base});
}

export function askTarget(state: SetsSlice, name: SetName, paths: readonly Buffer[], base: BrowseState['base']): SetsSlice {
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
			editor: {...emptyEditor, text: pathBelow(home, `restore-${name.date}`)},
			message: undefined,
		});
}

export function compare(state: SetsSlice, one: SetName, other: SetName): SetsSlice {
	return isSameSet(one, other)
		? withBrowse(state, {message: 'That is the same set: choose another.'})
		: request(withBrowse({...state, screen: 'diff', pageTop: 0}, {comparison: undefined, partner: undefined, message: undefined}), {kind: 'compare', one, other});
}

export function choosePartner(state: SetsSlice, name: SetName): SetsSlice {
	return withBrowse({...state, screen: 'sets'}, {partner: name, message: undefined});
}
