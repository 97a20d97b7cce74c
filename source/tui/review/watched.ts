import type {Store} from '../kit/store.ts';
import type {ReviewAction} from './review-reducer.ts';
import type {ReviewView} from './review-state.ts';

/** The state as the work in the background sees it. */
export type WatchedState = ReviewView & {
	/** Where a set is removed, what was derived from those there were is to be derived anew. */
	readonly browse: {readonly removals: number};
};

/** The store that it watches, and tells what it finds out. */
export type WatchedStore = Store<WatchedState, ReviewAction>;
