import type {Asking} from './keys/screen.ts';
import type {Effect, State} from './state.ts';

/** The state as a room is given it: nothing is asked for yet. */
type Entered = Omit<State, 'effects'> & Asking<never>;

export const enter = (state: State): Entered => ({...state, effects: []});

/** Takes back what a room has made of the part of the state that it knows, with what it asks for; the same object where nothing has changed. */
export const takeBack = <Slice extends Asking<Effect>>(state: State, slice: Slice, next: Slice): State =>
	next === slice ? state : {...state, ...next, effects: [...state.effects, ...next.effects]};

/** Makes a step of the whole state from one of a room. */
export const lift = <Slice extends Asking<Effect>>(step: (slice: Slice) => Slice, toSlice: (state: State) => NoInfer<Slice>) => (state: State): State => {
	const slice = toSlice(state);
	return takeBack(state, slice, step(slice));
};
