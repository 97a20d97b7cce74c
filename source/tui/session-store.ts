import type {Action} from './actions.ts';
import {createStore, type Store} from './kit/store.ts';
import {reduce} from './reducer.ts';
import type {State} from './state.ts';

export type SessionStore = Store<State, Action>;

/** The store of a session. */
export const createSessionStore = (initial: State): SessionStore => createStore(initial, reduce);
