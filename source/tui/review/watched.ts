import type {Store} from '../kit/store.ts';
import type {ReviewAction} from './review-reducer.ts';
import type {ReviewView} from './review-state.ts';

/** The state as the work in the background sees it. */
export type WatchedState = ReviewView & {
	/** When a set is removed, everything derived from the list of sets is derived anew. */
	readonly browse: {readonly removals: number};
};

/** The store that it watches, and sends its results to. */
export type WatchedStore = Store<WatchedState, ReviewAction>;
