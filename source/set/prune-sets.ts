import {lstatSync, readdirSync} from 'node:fs';
import {readdir, rename} from 'node:fs/promises';
import {type Directory, joinPath} from '../files/directory.ts';
import {
	errorCode,
	type Reason,
	toDestinationError,
	toReason,
} from '../files/errors.ts';
import {fileIdentity, identityKey} from '../files/identity.ts';
import {removeDirectory} from '../files/remove-tree.ts';
import {displayText} from '../text/display-name.ts';
import {readCatalog, type SetOverview} from './catalog.ts';
import type {Hold} from './hold.ts';
import {applyPolicy, type KeepPolicy} from './keep-policy.ts';
import {describeOrigin, isOf, type Whose} from './names/provenance.ts';
import {isDate} from './names/set-names.ts';
import {isPushed, readPushed} from './pushed.ts';

/** A set that stays, and why. */
export type KeptSet = {
	readonly overview: SetOverview;
	/** For a person; at least one. */
	readonly reasons: readonly string[];
};

/** A set that goes, and what that frees. */
export type RemovableSet = {
	readonly overview: SetOverview;
	/** Bytes of files that no set which stays has too (hard links); those it shares with other sets that go count with the newest of these. */
	readonly bytesFreed: number;
};

/** Newest first, both. */
export type PrunePlan = {
	readonly kept: readonly KeptSet[];
	readonly removed: readonly RemovableSet[];
};

/** Where a set is removed: out of sight, so that a set is either there whole, or not at all. */
const removalName = (date: string) => `.${date}.pruned`;

const isRemovalName = (name: string) => isDate(/^\.(?<date>.+)\.pruned$/v.exec(name)?.groups?.date ?? '');

type Links = {readonly size: number; left: number};

/** Takes the links of all files below a directory away, and adds up the sizes of those that have none left. */
function countFreed(directory: Buffer, known: Map<string, Links>): number {
	let freed = 0;

	for (const entry of readdirSync(directory, {encoding: 'buffer', withFileTypes: true})) {
		const location = joinPath(directory, entry.name);

		if (entry.isDirectory()) {
			freed += countFreed(location, known);
			continue;
		}

		const stats = lstatSync(location, {bigint: true});
		const id = identityKey(fileIdentity(stats));
		const links = known.get(id) ?? {size: Number(stats.size), left: Number(stats.nlink)};
		links.left--;
		known.set(id, links);
		freed += links.left === 0 ? links.size : 0;
	}

	return freed;
}

/** Bytes that removing a set frees: of files that no other set holds. `undefined` if it cannot be looked into. */
export function bytesFreedBy(destination: Directory, date: string): number | undefined {
	try {
		return countFreed(destination.at(date), new Map());
	} catch {
		return undefined;
	}
}

/** Adds what removing them, oldest first, frees. Of a set that cannot be looked into that is nothing. */
function measure(destination: Directory, overviews: readonly SetOverview[]): RemovableSet[] {
	const known = new Map<string, Links>();
	return overviews.toReversed().map(overview => {
		try {
			return {overview, bytesFreed: countFreed(destination.at(overview.date), known)};
		} catch {
			return {overview, bytesFreed: 0};
		}
	}).toReversed();
}

/** Scope of a prune. */
export type Pruning = {
	/** The local date. */
	readonly today: string;
	/** Host and sources whose sets may be removed. */
	readonly whose: Whose;
	/** Where sets are pushed (`REMOTE:PATH`), if they are: what is not there yet stays. */
	readonly pushTo?: string | undefined;
};

/** Why a set stays whatever the policy says. */
function protect({date, state, origin}: SetOverview, {today, whose}: Pruning): string[] {
	return [
		...(isOf(origin, whose) ? [] : [`of ${describeOrigin(origin!, whose)}`]),
		...(date > today ? ['in the future'] : []),
		...(state === 'foreign' ? ['foreign'] : []),
		...(state === 'damaged' || state === 'empty' ? [`${state}: look at it, and remove it by hand`] : []),
	];
}

/** Whether the policy decides about it: a set of this program and of whom is meant, whole or partial, and not in the future. */
const isCounted = ({date, state, origin}: SetOverview, {today, whose}: Pruning) => (state === 'complete' || state === 'partial') && date <= today && isOf(origin, whose);

/** Sets of one source that the policy keeps, by date. */
function applyToSource(counted: readonly SetOverview[], policy: KeepPolicy): Map<string, readonly string[]> {
	const wanted = applyPolicy(counted.map(({date}) => date), policy);
	const newestComplete = counted.find(({state}) => state === 'complete')?.date;
	return new Map(counted.map(({date}) => [date, [...(wanted.get(date) ?? []), ...(date === newestComplete ? ['newest complete set'] : [])]]));
}

/**
Decides which sets a policy removes. Never those of others, those in the future, foreign and damaged ones, which don't count for it either; and
never the newest complete one of a source. Each source is counted for itself.

@param overviews Of finished sets, newest first.
*/
export function choosePrunable(overviews: readonly SetOverview[], policy: KeepPolicy, pruning: Pruning): {readonly kept: readonly KeptSet[]; readonly removed: readonly SetOverview[]} {
	const sources = Map.groupBy(overviews.filter(overview => isCounted(overview, pruning)), ({origin}) => origin?.source);
	const wanted = new Map([...sources.values()].flatMap(counted => [...applyToSource(counted, policy)]));
	const judged = overviews.map(overview => ({overview, reasons: [...(wanted.get(overview.date) ?? []), ...protect(overview, pruning)]}));
	return {
		kept: judged.filter(({reasons}) => reasons.length > 0),
		removed: judged.filter(({reasons}) => reasons.length === 0).map(({overview}) => overview),
	};
}

/** Sets that are not off the host as they are here, by the last look there. */
async function findUnpushed(destination: Directory, overviews: readonly SetOverview[], pushTo: string): Promise<ReadonlySet<SetOverview>> {
	const pushed = await readPushed(destination, pushTo);
	const unpushed = new Set<SetOverview>();

	for (const overview of overviews) {
		if (!await isPushed(destination, overview, pushed)) {
			unpushed.add(overview);
		}
	}

	return unpushed;
}

/**
Looks at all sets and decides which ones a policy removes. Where sets are pushed, that is not asked of the remote, but of what is remembered of it.

@throws {DestinationError} If the destination cannot be listed.
*/
export async function planPrune(destination: Directory, policy: KeepPolicy, pruning: Pruning): Promise<PrunePlan> {
	const overviews: SetOverview[] = [];

	for await (const overview of readCatalog(destination)) {
		if (!overview.isStaging) {
			overviews.push(overview);
		}
	}

	const {kept, removed} = choosePrunable(overviews, policy, pruning);
	const unpushed = pruning.pushTo === undefined ? new Set<SetOverview>() : await findUnpushed(destination, removed, pruning.pushTo);
	const held = [...unpushed].map(overview => ({overview, reasons: [`not in ${displayText(pruning.pushTo!)} yet`]}));
	return {
		kept: [...kept, ...held].toSorted((one, other) => other.overview.date.localeCompare(one.overview.date)),
		removed: measure(destination, removed.filter(overview => !unpushed.has(overview))),
	};
}

/**
Removes a finished set: takes its dated name away with one rename, syncs that, and removes what was in it. The caller holds the lock.

@throws {DestinationError} If it cannot; the set is then either whole under its name, or out of sight, for `sweepPruned` to remove.
*/
export async function removeSet(destination: Directory, date: string): Promise<void> {
	try {
		await rename(destination.at(date), destination.at(removalName(date)));
		await destination.sync();
	} catch (error) {
		throw toDestinationError(error, `remove the set ${date}`);
	}

	try {
		await removeDirectory(destination, removalName(date));
	} catch (error) {
		throw toDestinationError(error, `remove all of the set ${date}; what is left is in ${removalName(date)}, and the next run or prune tries again`);
	}
}

/** Left-overs of interrupted removals. */
export type Swept = {
	readonly files: number;
	/** Left-overs that could not be removed, for a person. */
	readonly problems: readonly Reason[];
};

/**
Removes what a removal left that was interrupted. The caller holds the lock.

@throws {DestinationError} If the destination cannot be listed. What cannot be removed is told in the result.
*/
export async function sweepPruned(destination: Directory): Promise<Swept> {
	const problems: Reason[] = [];
	let files = 0;
	let names: string[];

	try {
		names = await readdir(destination.self);
	} catch (error) {
		throw toDestinationError(error, 'list the sets in the destination');
	}

	for (const name of names.filter(entry => isRemovalName(entry))) {
		try {
			files += await removeDirectory(destination, name);
		} catch (error) {
			if (errorCode(error) !== 'ENOENT') {
				problems.push(toReason(toDestinationError(error, `remove ${name}, which is left of a set that was removed`)));
			}
		}
	}

	return {files, problems};
}

/** Result of carrying out a plan. */
export type PruneResult = {
	readonly removed: readonly RemovableSet[];
	readonly failed: ReadonlyArray<{readonly date: string; readonly error: Reason}>;
	/** Number of sets not tried, as it was stopped. */
	readonly left: number;
};

/**
Removes the sets of a plan, oldest first. One that cannot be removed costs no other; but without the lock, none is.

@param place The destination, and what entitles to remove something there.
@param sets Newest first.
@param signal Aborted, it leaves those that have not been begun.
*/
export async function removeSets({destination, hold}: {readonly destination: Directory; readonly hold: Hold}, sets: readonly RemovableSet[], signal: AbortSignal): Promise<PruneResult> {
	const removed: RemovableSet[] = [];
	const failed: Array<{readonly date: string; readonly error: Reason}> = [];

	for (const set of sets.toReversed()) {
		if (signal.aborted) {
			break;
		}

		const {date} = set.overview;

		try {
			await hold.check();
		} catch (error) {
			failed.push({date, error: toReason(error)});
			break;
		}

		try {
			await removeSet(destination, date);
			removed.push(set);
		} catch (error) {
			failed.push({date, error: toReason(error)});
		}
	}

	return {removed, failed, left: sets.length - removed.length - failed.length};
}
