/*
Acting on what is named and not on what a cursor is at, for a session that has no cursor.
*/
import type {SetName} from '../set/names/set-names.ts';
import {isSameSet} from './sets/set-name.ts';
import type {State} from './state.ts';
import {reduceTreeAct, type TreeAct} from './tree/tree-acts.ts';

export type NamedAct =
	| TreeAct
	/** The next command is about this set. */
	| {readonly kind: 'set'; readonly name: SetName};

/** Applies a command to named rows of the list that is shown, or puts the cursor on a named set. */
export function reduceNamed(state: State, act: NamedAct): State {
	const {browse, review, screen} = state;
	const {sets, opened} = browse;

	if (act.kind === 'set') {
		const cursor = sets.findIndex(({name}) => isSameSet(name, act.name));
		return cursor === -1 ? state : {...state, browse: {...browse, cursor, message: undefined}};
	}

	return screen === 'set' && opened
		? {...state, browse: {...browse, opened: {...opened, files: reduceTreeAct(opened.files, act)}, message: undefined}}
		: {...state, review: reduceTreeAct(review, act)};
}
