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
} from './provenance.ts';
import type {SetName} from './set-names.ts';

/** Whether a set is no backup: nothing is to be had from it. */
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

/**
Chooses what `latest` means: the newest backup of this host and source that is not of a day to come. Where there is none, as on the disk of another
machine, the newest of anybody's, and that is said; so it is where the source was not named, and there are several.

@param names Newest first.
@param today The local date.
@returns `undefined` if there is none at all.
*/
export function findLatest(destination: Directory, names: readonly SetName[], {whose, today}: {readonly whose: Whose; readonly today: string}): Latest | undefined {
	const seen: SetOverview[] = [];

	for (const overview of describeCurrent(destination, names, today)) {
		if (isNoBackup(overview)) {
			continue;
		}

		seen.push(overview);

		// With a source that was named, what else there is does not matter.
		if (whose.sources && isOf(overview.origin, whose)) {
			return {overview};
		}
	}

	const own = seen.filter(({origin}) => isOf(origin, whose));
	const [overview = seen[0]] = own;

	if (!overview) {
		return undefined;
	}

	const {date, origin} = overview;
	const what = origin ? `the set of ${date}, of ${describeOrigin(origin, whose)}` : `the set of ${date}`;

	if (own.length === 0) {
		return {overview, remark: `there is no set of ${describeWhose(whose)} here: latest is ${what}`};
	}

	const others = newestOfEach(own).filter(other => origin && !isSameOrigin(other.origin, origin)).map(other => `${displayText(other.origin.source)} (${other.date})`);
	return others.length === 0 ? {overview} : {overview, remark: `latest is ${what}; there are sets of ${others.join(', ')} too. Name one with --source`};
}
