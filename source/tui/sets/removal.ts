import {isSameOrigin} from '../../set/names/provenance.ts';
import type {BrowseState} from './sets-state.ts';
import type {SetRow} from './browser.ts';

/** The newest complete set of a host and source that is not in the future: what is restored from first. */
const newestComplete = (sets: readonly SetRow[], {head: ours}: SetRow, today: string) =>
	sets.find(({name, state, head, away}) => !name.isStaging && away === undefined && state === 'complete' && name.date <= today && (!ours || !head || isSameOrigin(head, ours)))?.name.date;

/** Why a set must not be removed by hand; nothing if it may be. `today` is the local date. */
export function refuseRemoval(row: SetRow, {sets, isListing}: Pick<BrowseState, 'sets' | 'isListing'>, today: string): string | undefined {
	const {name, state} = row;

	if (name.isStaging) {
		return state === 'running' ? 'A run is filling it.' : 'It stays: the next run takes it over.';
	}

	if (isListing) {
		return 'Still reading the sets.';
	}

	return newestComplete(sets, row, today) === name.date ? 'The newest complete set can\'t be deleted.' : undefined;
}
