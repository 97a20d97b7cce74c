import {Comparer, type Previous} from './comparer.ts';
import {type Inspect, Inspector} from './inspector.ts';
import {type Sample, Sampler} from './sampler.ts';
import type {WatchedStore} from './watched.ts';

/** The ways to find out more about the list in the background; each may be missing. */
export type BackgroundPorts = {
	/** The newest set, unless there is none. */
	readonly openPrevious?: () => Promise<Previous | undefined>;
	readonly sample?: Sample;
	readonly inspect?: Inspect;
};

/** Starts what is found out about the list while the operator chooses: forecast and details. Ends by itself when the screen is to be left. */
export function startBackground({openPrevious, sample, inspect}: BackgroundPorts, store: WatchedStore): void {
	const comparer = openPrevious && new Comparer(store, openPrevious);
	const sampler = sample && new Sampler(store, sample);
	const inspector = inspect && new Inspector(store, inspect);

	// Files whose ratio the newest set tells need not be sampled.
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
