import type {Directory} from '../files/directory.ts';
import {displayText} from '../text/display-name.ts';
import {describeSet, type SetOverview} from './catalog.ts';
import {
	describeOrigin,
	describeWhose,
	isOf,
	isSameOrigin,
	type Origin,
	type Whose,
} from './names/provenance.ts';
import type {SetName} from './names/set-names.ts';
import {settleSet} from './settle-set.ts';

/** Whether a set holds nothing that could be restored. */
export const isNoBackup = ({state}: SetOverview): boolean => state === 'empty';

/** A set, and what is to be said of its being the newest. */
export type Latest = {
	readonly overview: SetOverview;
	/** For a person; missing where nothing is special about it. */
	readonly remark?: string;
};

/** Finished sets that are not of a day to come, newest first, each looked at only when it is its turn: a wrong clock makes none newest for ever. */
export function * describeCurrent(destination: Directory, names: readonly SetName[], today: string): Generator<SetOverview> {
	for (const name of names) {
		const overview = name.isStaging || name.date > today ? undefined : describeSet(destination, name, false);

		if (overview) {
			yield overview;
		}
	}
}

/** The newest set of each origin, those that are none of this host's or source's included; newest first. */
export function newestOfEach(overviews: Iterable<SetOverview>): Array<SetOverview & {readonly origin: Origin}> {
	const newest: Array<SetOverview & {readonly origin: Origin}> = [];

	for (const overview of overviews) {
		const {origin} = overview;

		if (origin && newest.every(other => !isSameOrigin(other.origin, origin))) {
			newest.push({...overview, origin});
		}
	}

	return newest;
}

/** The first of them that is a backup for certain. */
async function firstBackup(destination: Directory, overviews: readonly SetOverview[], signal: AbortSignal | undefined): Promise<SetOverview | undefined> {
	for (const overview of overviews) {
		const settled = await settleSet(destination, overview, signal);

		if (settled && !isNoBackup(settled)) {
			return settled;
		}
	}

	return undefined;
}

/**
Chooses what `latest` means: the newest backup of this host and source that is not of a day to come. Where there is none, as on the disk of another
machine, the newest of anybody's, and that is said; so it is where the source was not named, and there are several. Where it has no manifest, its copies
are unpacked until one is whole. `today` is the local date; `signal`, aborted, ends the unpacking.

@param names Newest first.
@returns `undefined` if there is none at all.
@throws The signal's reason, once it is aborted.
*/
export async function findLatest(destination: Directory, names: readonly SetName[], {whose, today, signal}: {
	readonly whose: Whose;
	readonly today: string;
	readonly signal?: AbortSignal;
}): Promise<Latest | undefined> {
	const own: SetOverview[] = [];
	let other: SetOverview | undefined;

	for (const overview of describeCurrent(destination, names, today)) {
		if (isNoBackup(overview)) {
			continue;
		}

		if (!isOf(overview.origin, whose)) {
			other ??= overview;
			continue;
		}

		// With a source that was named, what else there is does not matter.
		const backup = whose.sources && await firstBackup(destination, [overview], signal);

		if (backup) {
			return {overview: backup};
		}

		if (!whose.sources) {
			own.push(overview);
		}
	}

	const newest = await firstBackup(destination, own, signal);
	const overview = newest ?? other;

	if (!overview) {
		return undefined;
	}

	const {date, origin} = overview;
	const what = origin ? `the set of ${date}, of ${describeOrigin(origin, whose)}` : `the set of ${date}`;

	if (!newest) {
		return {overview, remark: `there is no set of ${describeWhose(whose)} here: latest is ${what}`};
	}

	const others = newestOfEach(own).filter(({origin: another}) => origin && !isSameOrigin(another, origin)).map(another => `${displayText(another.origin.source)} (${another.date})`);
	return others.length === 0 ? {overview} : {overview, remark: `latest is ${what}; there are sets of ${others.join(', ')} too. Name one with --source`};
}
