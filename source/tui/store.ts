import type {Action} from './actions.ts';
import {reduce} from './reducer.ts';
import type {State} from './state.ts';

export type Listener = (next: State, previous: State) => void;

/** Holds the state outside React, so that signals, the scan and the backup reach it, and it outlives the screen. */
export type Store = {
	readonly getState: () => State;
	readonly dispatch: (action: Action) => void;
	/** Called after each change; gives back how to stop that. */
	readonly subscribe: (listener: Listener) => () => void;
};

export function createStore(initial: State): Store {
	const listeners = new Set<Listener>();
	let state = initial;

	return {
		getState: () => state,
		dispatch(action) {
			const previous = state;
			state = reduce(state, action);

			if (state === previous) {
				return;
			}

			const next = state;

			for (const listener of listeners) {
				listener(next, previous);
			}
		},
		subscribe(listener) {
			listeners.add(listener);
			return () => {
				listeners.delete(listener);
			};
		},
	};
}
