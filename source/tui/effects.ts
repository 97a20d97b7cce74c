import type {Effect, State} from './state.ts';
import type {SessionStore} from './session-store.ts';

type Handler<One> = (effect: One, state: State) => void;

/** The handler of each effect. `state` is the one that asks for it. */
export type EffectHandlers = {readonly [Type in Effect['type']]: Handler<Extract<Effect, {readonly type: Type}>>};

/** Does what a state asks for, as far as there are handlers. */
export function perform(state: State, handlers: Partial<EffectHandlers>): void {
	for (const effect of state.effects) {
		// The handler under its own type takes it.
		(handlers[effect.type] as Handler<Effect> | undefined)?.(effect, state);
	}
}

/** Does what the state asks for, now and after each change; returns a function that stops that. */
export function performEffects({getState, subscribe}: Pick<SessionStore, 'getState' | 'subscribe'>, handlers: Partial<EffectHandlers>): () => void {
	const stop = subscribe((next, previous) => {
		if (next.effects !== previous.effects) {
			perform(next, handlers);
		}
	});
	perform(getState(), handlers);
	return stop;
}
