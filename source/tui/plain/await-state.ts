import type {State} from '../state.ts';
import type {SessionStore} from '../session-store.ts';

/**
Waits until the state is so, or the session ends.

@param limit Milliseconds to wait at most.
@returns Whether it is so.
*/
export async function awaitState(store: SessionStore, isSo: (state: State) => boolean, limit = Infinity): Promise<boolean> {
	const {promise, resolve} = Promise.withResolvers<void>();
	const check = (state: State) => {
		if (isSo(state) || state.exit) {
			resolve();
		}
	};

	const unsubscribe = store.subscribe(check);
	const timer = limit < Infinity ? setTimeout(resolve, limit) : undefined;
	check(store.getState());
	await promise;
	clearTimeout(timer);
	unsubscribe();
	return isSo(store.getState());
}
