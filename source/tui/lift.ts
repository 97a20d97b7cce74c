import type {Asking} from './keys/screen.ts';
import type {Effect, State} from './state.ts';

/** The state as a room is given it: nothing is asked for yet. */
type Entered = Omit<State, 'effects'> & Asking<never>;

export const enter = (state: State): Entered => ({...state, effects: []});

/** Takes back what a room has made of the part of the state that it knows, with what it asks for; the same object where nothing has changed. */
export function lift<Slice extends Asking<Effect>>(step: (slice: Slice) => Slice, toSlice: (state: State) => NoInfer<Slice>): (state: State) => State {
	return state => {
		const slice = toSlice(state);
		const next = step(slice);
		return next === slice ? state : {...state, ...next, effects: [...state.effects, ...next.effects]};
	};
}
