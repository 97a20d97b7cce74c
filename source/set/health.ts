import type {Directory} from '../files/directory.ts';
import {localDate} from '../text/format.ts';
import {
	describeSet,
	isRunUnderWay,
	listSetNames,
	type SetOverview,
} from './catalog.ts';
import type {SetName} from './set-names.ts';

/** Whether there is a good backup that is recent enough. */
export type Verdict = 'ok' | 'too old' | 'partial' | 'damaged' | 'none';

export type Health = {
	readonly verdict: Verdict;
	/** The newest finished set that is not of a day to come; missing if there is none. */
	readonly newest?: SetOverview;
	/** How long ago it was finished, in milliseconds; missing if nothing tells. */
	readonly age?: number;
	readonly isRunning: boolean;
	/** Dates of staging directories that interrupted runs left. */
	readonly interrupted: readonly string[];
	/** Dates of sets that are of days to come: a wrong clock, then or now. They don't count. */
	readonly future: readonly string[];
};

/** How much a clock may be ahead of the one that dated a set, in milliseconds. */
const clockTolerance = 5 * 60_000;

/** When a set was finished; a foreign one when something was last put into it. */
async function finishedAt(destination: Directory, {date, head}: SetOverview): Promise<number | undefined> {
	if (head) {
		return head.finished.getTime();
	}

	try {
		const {mtimeMs} = await destination.lstat(date);
		return Number(mtimeMs);
	} catch {
		return undefined;
	}
}

function judge({state}: SetOverview, age: number | undefined, maximumAge: number): Verdict {
	if (state === 'damaged' || state === 'partial') {
		return state;
	}

	// One that was finished in the future is of no known age.
	return age === undefined || age > maximumAge || age < -clockTolerance ? 'too old' : 'ok';
}

/** The newest set that can be described: one may be removed meanwhile. */
function describeNewest(destination: Directory, names: readonly SetName[]): SetOverview | undefined {
	for (const name of names) {
		const overview = describeSet(destination, name, false);

		if (overview) {
			return overview;
		}
	}

	return undefined;
}

/**
Judges the newest set, and reads no other.

@param maximumAge In milliseconds.
@throws {DestinationError} If the destination cannot be listed.
*/
export async function readHealth(destination: Directory, maximumAge: number, now: Date): Promise<Health> {
	const names = await listSetNames(destination);
	const today = localDate(now);
	const finished = names.filter(({isStaging}) => !isStaging);
	const newest = describeNewest(destination, finished.filter(({date}) => date <= today));
	const finishedTime = newest && await finishedAt(destination, newest);
	const age = finishedTime === undefined ? undefined : now.getTime() - finishedTime;
	const isRunning = await isRunUnderWay(destination);
	return {
		verdict: newest ? judge(newest, age, maximumAge) : 'none',
		...(newest && {newest}),
		...(age !== undefined && {age}),
		isRunning,
		interrupted: isRunning ? [] : names.filter(({isStaging}) => isStaging).map(({date}) => date),
		future: finished.map(({date}) => date).filter(date => date > today),
	};
}
