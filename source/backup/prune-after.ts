import type {Directory} from '../files/directory.ts';
import {toReason} from '../files/errors.ts';
import type {Hold} from '../set/hold.ts';
import type {KeepPolicy} from '../set/keep-policy.ts';
import type {Whose} from '../set/names/provenance.ts';
import {planPrune, removeSets} from '../set/prune-sets.ts';
import {formatBytes, formatCount, localDate} from '../text/format.ts';
import type {PrunedEvent} from './events.ts';

type PruneFacts = Omit<PrunedEvent, 'message_type' | 'message'>;

function describe({removed, failed, sets_kept: kept, bytes_freed: freed}: PruneFacts): string {
	const [first] = failed;
	const done = removed.length > 0 ? `${formatCount(removed.length, 'old set')} removed, ${formatBytes(freed)} freed` : 'no old set removed';
	const failure = first ? `; ${failed.length > 1 ? `${failed.length} could not be removed; the first: ` : ''}${first.error.message}` : '';
	return `${done}, ${kept} kept${failure}`;
}

/**
Removes old sets after a run that succeeded, which holds the lock still. Never rejects: the backup stands, whatever comes of this.

@param place The destination, and what entitles to remove something there.
@param run Which sets to keep, the date of the set that was made, which stays in any case, whose sets the rules are for, and where sets are pushed, if they are.
@param signal Aborted, it leaves the rest to the next run.
*/
export async function pruneAfterRun(
	{destination, hold}: {readonly destination: Directory; readonly hold: Hold},
	run: {readonly policy: KeepPolicy; readonly date: string; readonly own: Whose; readonly pushTo?: string | undefined},
	signal: AbortSignal,
): Promise<PrunedEvent> {
	const complete = (facts: PruneFacts): PrunedEvent => ({message_type: 'pruned', message: describe(facts), ...facts});

	try {
		const plan = await planPrune(destination, run.policy, {today: localDate(new Date()), whose: run.own, pushTo: run.pushTo});
		// Of an older date, it may not be among those that the rules keep; but nobody makes a set to have it removed.
		const chosen = plan.removed.filter(({overview}) => overview.date !== run.date);
		const {removed, failed, left} = await removeSets({destination, hold}, chosen, signal);
		return complete({
			removed: removed.map(({overview: {date}, bytesFreed}) => ({date, bytes_freed: bytesFreed})),
			failed,
			sets_kept: plan.kept.length + (plan.removed.length - chosen.length) + left,
			bytes_freed: removed.reduce((sum, {bytesFreed}) => sum + bytesFreed, 0),
		});
	} catch (error) {
		return complete({
			removed: [], failed: [{error: toReason(error)}], sets_kept: 0, bytes_freed: 0,
		});
	}
}
