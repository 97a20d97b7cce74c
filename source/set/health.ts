import type {Directory} from '../files/directory.ts';
import {localDate} from '../text/format.ts';
import {isRunUnderWay, listSetNames, type SetOverview} from './catalog.ts';
import {describeCurrent, newestOfEach} from './latest.ts';
import {isOf, isSameOrigin, type Whose} from './names/provenance.ts';
import type {SetName} from './names/set-names.ts';
import {isPushed, pushedSum, readPushed} from './pushed.ts';
import {settleSet} from './settle-set.ts';

/** Whether there is a good backup that is recent enough, and off the host, where sets are pushed. */
export type Verdict = 'ok' | 'not pushed' | 'too old' | 'partial' | 'damaged' | 'none';

/** State of the sets of one source. */
export type SourceHealth = {
	readonly verdict: Verdict;
	/** The newest finished set that is not of a day to come; missing if there is none. */
	readonly newest?: SetOverview;
	/** Time since it was finished, in milliseconds; missing if unknown. */
	readonly age?: number;
	/** Whether it is off the host, where a push is configured. */
	readonly push?: PushHealth;
};

/** What is known of the newest set at a remote; it is as old as the last look there. */
export type PushHealth = {
	/** `REMOTE:PATH`. */
	readonly remote: string;
	readonly isPushed: boolean;
	/** Missing if it was never looked at from here. */
	readonly seen?: Date;
};

/** Of several sources, what is said is about the one that is worst off. */
export type Health = SourceHealth & {
	/** There is no directory for sets. */
	readonly isMissing: boolean;
	/** Where the file system is missing that is to hold it; missing itself if all is mounted. */
	readonly mountPoint?: string;
	/** Host and sources whose sets were looked for. */
	readonly whose: Whose;
	/** The other sources of this host, where none was named and there are several. */
	readonly sources: readonly SourceHealth[];
	/** The newest set of anybody else's: it does not count. */
	readonly other?: SetOverview;
	readonly isRunning: boolean;
	/** Dates of staging directories that interrupted runs left. */
	readonly interrupted: readonly string[];
	/** Dates of sets that are of days to come: a wrong clock, then or now. They don't count. */
	readonly future: readonly string[];
};

/** Tolerated difference between the clock that dated a set and this one, in milliseconds. */
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
	if (state === 'damaged' || state === 'empty') {
		return 'damaged';
	}

	if (state === 'partial') {
		return state;
	}

	// One that was finished in the future is of no known age.
	return age === undefined || age > maximumAge || age < -clockTolerance ? 'too old' : 'ok';
}

/** The worst first. */
const severity: readonly Verdict[] = ['damaged', 'none', 'partial', 'too old', 'not pushed', 'ok'];

/** The newest set of each source, and somebody else's newest. */
type Newest = {
	readonly own: readonly SetOverview[];
	readonly other: SetOverview | undefined;
};

/** As a glance tells of them. */
function glanceAtNewest(destination: Directory, names: readonly SetName[], {whose, today}: {readonly whose: Whose; readonly today: string}): Newest {
	const own: SetOverview[] = [];
	let other: SetOverview | undefined;

	for (const overview of describeCurrent(destination, names, today)) {
		if (isOf(overview.origin, whose)) {
			own.push(overview);
		} else {
			other ??= overview;
		}

		// Of a source that was named, that was its newest.
		if (whose.sources && own.length > 0) {
			return {own, other};
		}
	}

	const sources = newestOfEach(own);
	// A set of unknown origin may be the newest of any source.
	const [newest] = own;
	return {own: sources.length === 0 || (newest && !newest.origin) ? own.slice(0, 1) : sources, other};
}

/** For certain. One may be removed meanwhile: then there is another newest. */
async function chooseNewest(destination: Directory, names: readonly SetName[], choosing: {
	readonly whose: Whose;
	readonly today: string;
	readonly signal: AbortSignal | undefined;
}): Promise<Newest> {
	for (let left = names; ;) {
		const {own, other} = glanceAtNewest(destination, left, choosing);
		const settled: SetOverview[] = [];

		for (const overview of own) {
			const certain = await settleSet(destination, overview, choosing.signal);

			if (certain) {
				settled.push(certain);
			}
		}

		if (settled.length === own.length) {
			return {own: settled, other};
		}

		left = left.filter(({date}) => own.every(overview => overview.date !== date) || settled.some(overview => overview.date === date));
	}
}

/** What is known of the sets of one source at a remote. */
type KnownPushes = {
	readonly health: PushHealth;
	/** Time since the newest set that is there was finished, in milliseconds; missing if none is. */
	readonly age?: number;
};

async function readPushHealth(destination: Directory, names: readonly SetName[], {newest, remote, now, today}: {
	readonly newest: SetOverview;
	readonly remote: string;
	readonly now: Date;
	readonly today: string;
}): Promise<KnownPushes> {
	const pushed = await readPushed(destination, remote);
	const isThere = await isPushed(destination, newest, pushed);
	const health = {remote, isPushed: isThere, ...(pushed && {seen: pushed.seen})};

	for (const overview of describeCurrent(destination, names, today)) {
		const isCandidate = overview.date === newest.date ? isThere : pushedSum(overview, pushed) !== undefined;

		if (isCandidate && overview.head && newest.origin && overview.origin && isSameOrigin(overview.origin, newest.origin)) {
			return {health, age: now.getTime() - overview.head.finished.getTime()};
		}
	}

	return {health};
}

/** Whether the sets that there are can be looked at, where they are meant to be. */
export const isAvailable = ({isMissing, mountPoint}: Health): boolean => !isMissing && mountPoint === undefined;

/** The health of a destination that is not there: no backup. */
export const missingHealth = (whose: Whose, mountPoint: string | undefined): Health => ({
	verdict: 'none', isMissing: true, ...(mountPoint !== undefined && {mountPoint}), whose, sources: [], isRunning: false, interrupted: [], future: [],
});

/**
Judges the newest set of this host and source, and reads no other; of each source, where none is named. Without a manifest, its copies are unpacked
until one is whole. `maximumAge` in milliseconds, for the newest set, and for the newest that was pushed; `mountPoint`: where a file system is missing at the destination, if one is;
`pushTo`: where sets are pushed, if they are; `signal`, aborted, ends the unpacking.

@throws {DestinationError} If the destination cannot be listed.
@throws The signal's reason, once it is aborted.
*/
export async function readHealth(destination: Directory, {maximumAge, whose, now, mountPoint, pushTo, signal}: {
	readonly maximumAge: number;
	readonly mountPoint?: string | undefined;
	readonly whose: Whose;
	readonly now: Date;
	readonly pushTo?: string | undefined;
	readonly signal?: AbortSignal;
}): Promise<Health> {
	const names = await listSetNames(destination);
	const today = localDate(now);
	const {own, other} = await chooseNewest(destination, names, {whose, today, signal});
	const judged: SourceHealth[] = [];

	for (const newest of own) {
		const finishedTime = await finishedAt(destination, newest);
		const age = finishedTime === undefined ? undefined : now.getTime() - finishedTime;
		const verdict = judge(newest, age, maximumAge);
		const pushes = pushTo === undefined
			? undefined
			: await readPushHealth(destination, names, {
				newest, remote: pushTo, now, today,
			});
		// A set is pushed some time after it is made: until then, one before it that is not too old will do.
		const isBehind = pushes !== undefined && (pushes.age === undefined || pushes.age > maximumAge);
		judged.push({
			newest, verdict: verdict === 'ok' && isBehind ? 'not pushed' : verdict, ...(age !== undefined && {age}), ...(pushes && {push: pushes.health}),
		});
	}

	const [worst = {verdict: 'none' as const}, ...sources] = judged.toSorted((one, another) => severity.indexOf(one.verdict) - severity.indexOf(another.verdict));
	const isRunning = await isRunUnderWay(destination);
	return {
		...worst,
		isMissing: false,
		...(mountPoint !== undefined && {mountPoint}),
		whose,
		sources,
		...(other && {other}),
		isRunning,
		interrupted: isRunning ? [] : names.filter(({isStaging}) => isStaging).map(({date}) => date),
		future: names.filter(({date, isStaging}) => !isStaging && date > today).map(({date}) => date),
	};
}
