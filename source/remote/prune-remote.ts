import {ForeseenError, type Reason, toReason} from '../files/errors.ts';
import {type KeepPolicy} from '../set/keep-policy.ts';
import {isObject, parseJson} from '../set/manifest/json.ts';
import {choosePrunable, type PrunePlan} from '../set/prune-sets.ts';
import {markerName, removalName} from './marker.ts';
import type {Rclone} from './rclone.ts';
import {isFinished, type RemoteSet, toOverview} from './remote-listing.ts';

/** What a policy says of one host's sets. */
export type HostPlan = {
	readonly host: string;
	readonly plan: PrunePlan;
};

/**
Decides which sets of each host a policy removes; never the newest complete one.

@param today The local date.
*/
export function planRemotePrune(sets: readonly RemoteSet[], policy: KeepPolicy, today: string): HostPlan[] {
	const finished = sets.filter(set => isFinished(set));
	return [...Map.groupBy(finished, ({host}) => host)].map(([host, own]) => {
		const overviews = own.map(set => toOverview(set)).toReversed();
		const {kept, removed} = choosePrunable(overviews, policy, {today, whose: {host}});
		return {host, plan: {kept, removed: removed.map(overview => ({overview, bytesFreed: overview.head?.bytesOut ?? 0}))}};
	});
}

/** Takes away first what makes it a set: half removed, it is none. */
async function removeSet(rclone: Rclone, host: string, date: string): Promise<void> {
	const directory = `${host}/${date}`;
	await rclone.write(`${directory}/${removalName}`, `\n${JSON.stringify({directory: host, date})}\n`);
	await rclone.removeFile(`${directory}/${markerName}`);
	await rclone.removeDirectory(directory);
}

/** Removes what interrupted removals left. */
async function sweep(rclone: Rclone, sets: readonly RemoteSet[]): Promise<void> {
	const unfinished = sets.filter(set => !isFinished(set));

	if (unfinished.length === 0) {
		return;
	}

	const begun = await rclone.readAll('', `/*/*/${removalName}`);
	const removals = begun.toString().split('\n').map(line => parseJson(line)).filter(json => isObject(json));
	const isBegun = ({host, date}: RemoteSet) => removals.some(removal => removal.directory === host && removal.date === date);

	for (const {host, date} of unfinished.filter(set => isBegun(set))) {
		await rclone.removeDirectory(`${host}/${date}`);
	}
}

/** Result of a prune at a remote. */
export type RemotePruned = {
	readonly removed: PrunePlan['removed'];
	readonly failed: ReadonlyArray<{readonly date: string; readonly error: Reason}>;
	/** Sets not tried, as it was stopped. */
	readonly left: number;
};

/**
Carries plans out, the oldest sets first, and removes what an interrupted prune left.

@param sets All that were listed.
@throws {RemoteError} If what was left cannot be removed.
*/
export async function pruneRemote(rclone: Rclone, sets: readonly RemoteSet[], plans: readonly HostPlan[], signal: AbortSignal): Promise<RemotePruned> {
	await sweep(rclone, sets);
	const work = plans.flatMap(({host, plan}) => plan.removed.map(set => ({host, set}))).toReversed();
	const removed: Array<PrunePlan['removed'][number]> = [];
	const failed: Array<{readonly date: string; readonly error: Reason}> = [];

	for (const {host, set} of work) {
		if (signal.aborted) {
			break;
		}

		try {
			await removeSet(rclone, host, set.overview.date);
			removed.push(set);
		} catch (error) {
			if (signal.aborted) {
				break;
			}

			if (!(error instanceof ForeseenError)) {
				throw error;
			}

			failed.push({date: set.overview.date, error: toReason(error)});
		}
	}

	return {removed, failed, left: work.length - removed.length - failed.length};
}
