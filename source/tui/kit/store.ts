export type Listener<State> = (next: State, previous: State) => void;

/** Holds the state outside React, so that signals, the scan and the backup reach it, and it outlives the screen. */
export type Store<State, Action> = {
	readonly getState: () => State;
	readonly dispatch: (action: Action) => void;
	/** Called after each change; gives back how to stop that. */
	readonly subscribe: (listener: Listener<State>) => () => void;
};

/** @param reduce Gives the next state, or the same object where nothing changes. */
export function createStore<State, Action>(initial: State, reduce: (state: State, action: Action) => State): Store<State, Action> {
	const listeners = new Set<Listener<State>>();
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
