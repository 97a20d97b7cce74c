import type {BrowseState} from './state.ts';
import type {SetRow} from './browser.ts';

/** The newest complete set that is not in the future: what is restored from first. */
const newestComplete = (sets: readonly SetRow[], today: string) =>
	sets.find(({name, state}) => !name.isStaging && state === 'complete' && name.date <= today)?.name.date;

/** Why a set must not be removed by hand; nothing if it may be. `today` is the local date. */
export function refuseRemoval({name, state}: SetRow, {sets, isListing}: Pick<BrowseState, 'sets' | 'isListing'>, today: string): string | undefined {
	if (name.isStaging) {
		return state === 'running' ? 'A run is filling it.' : 'It stays: the next run takes it over.';
	}

	if (isListing) {
		return 'Wait: the sets are still being read.';
	}

	return newestComplete(sets, today) === name.date ? 'The newest complete set stays.' : undefined;
}
