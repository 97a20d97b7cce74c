import type {BrowseState} from './state.ts';
import type {SetRow} from './browser.ts';

/** The newest complete set that is not in the future: what is restored from first. */
const newestComplete = (sets: readonly SetRow[], today: string) =>
	sets.find(({name, state}) => !name.isStaging && state === 'complete' && name.date <= today)?.name.date;

/** Why a set must not be removed by hand; nothing if it may be. `today` is the local date. */
export function refuseRemoval({name, state}: SetRow, {sets, isListing}: Pick<BrowseState, 'sets' | 'isListing'>, today: string): string | undefined {
	if (name.isStaging) {
		return state === 'running' ? 'A run is filling it.' : 'The next run takes over what is whole in it, and removes the rest.';
	}

	if (isListing) {
		return 'The sets are still being read.';
	}

	return newestComplete(sets, today) === name.date ? 'It is the newest complete set, and stays.' : undefined;
}
