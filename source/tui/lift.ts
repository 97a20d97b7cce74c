import type {Asking} from './keys/screen.ts';
import type {Effect, State} from './state.ts';

/** The state as a room gets it: without effects. */
type Entered = Omit<State, 'effects'> & Asking<never>;

export const enter = (state: State): Entered => ({...state, effects: []});

/** Puts a room's part of the state back into the whole, with its effects; returns the same object if nothing has changed. */
export const takeBack = <Slice extends Asking<Effect>>(state: State, slice: Slice, next: Slice): State =>
	next === slice ? state : {...state, ...next, effects: [...state.effects, ...next.effects]};

/** Turns a room's step into one of the whole state. */
export const lift = <Slice extends Asking<Effect>>(step: (slice: Slice) => Slice, toSlice: (state: State) => NoInfer<Slice>) => (state: State): State => {
	const slice = toSlice(state);
	return takeBack(state, slice, step(slice));
};
