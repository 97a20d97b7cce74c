import type {TerminalContext} from '../context.ts';
import type {Store} from '../store.ts';
import {Comparer} from './comparer.ts';
import {Inspector} from './inspector.ts';
import {Sampler} from './sampler.ts';

/** Starts what is found out about the list while the operator chooses: forecast and details. Ends by itself when the screen is to be left. */
export function startBackground({openPrevious, sample, inspect}: Pick<TerminalContext, 'openPrevious' | 'sample' | 'inspect'>, store: Store): void {
	const comparer = openPrevious && new Comparer(store, openPrevious);
	const sampler = sample && new Sampler(store, sample);
	const inspector = inspect && new Inspector(store, inspect);

	// What the newest set tells need not be sampled.
	const estimate = async () => {
		await comparer?.wake();
		await sampler?.wake();
	};

	const unsubscribe = store.subscribe((next, previous) => {
		if (next.exit) {
			inspector?.stop();
			unsubscribe();
			return;
		}

		const {isScanning, totals, rows} = next.review;

		if (!isScanning && (previous.review.isScanning || totals !== previous.review.totals || rows !== previous.review.rows || next.browse.removals !== previous.browse.removals)) {
			void estimate();
		}

		inspector?.follow(next);
	});
}
