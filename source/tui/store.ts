import type {Action} from './actions.ts';
import {createStore as createAnyStore, type Store as AnyStore} from './kit/store.ts';
import {reduce} from './reducer.ts';
import type {State} from './state.ts';

export type Store = AnyStore<State, Action>;

/** The store of a session. */
export const createStore = (initial: State): Store => createAnyStore(initial, reduce);
