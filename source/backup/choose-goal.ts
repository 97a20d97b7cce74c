import path from 'node:path';
import type {Directory} from '../files/directory.ts';
import {findSet} from '../set/existing.ts';
import type {Hold} from '../set/hold.ts';
import {CopyTotals} from '../set/manifest/manifest.ts';
import {finishMerges, removeLeftStaging} from '../set/staging/left-staging.ts';
import {displayText} from '../text/display-name.ts';
import {alreadyExists, NothingToDoError} from '../exit/failure.ts';
import type {EventQueue} from './event-queue.ts';
import type {SummaryEvent} from './events.ts';
import {
	countSettled,
	type Goal,
	newSet,
	type Settled,
} from './goal.ts';
import {
	nothingTried,
	openStandingSet,
	readRetried,
	refuseUnfit,
	retriedSet,
} from './retried-set.ts';
import type {RunOptions} from './run-options.ts';

/** The event that ends a run whose set stands, or would, had there been anything to put into it. */
export const summarize = (
	options: RunOptions,
	settled: Settled,
	{started, finished, resumed, paused = 0}: {
		readonly started: Date;
		readonly finished: Date;
		/** Copies taken over from an interrupted run, and what they hold that is not linked. */
		readonly resumed?: {readonly files: number; readonly bytes: number};
		readonly paused?: number;
	},
): SummaryEvent => ({
	message_type: 'summary',
	...(settled.isThere && {set: displayText(path.join(options.destinationPath, options.date))}),
	started: started.toISOString(),
	finished: finished.toISOString(),
	files_resumed: resumed?.files ?? 0,
	...(resumed && resumed.bytes > 0 && {bytes_resumed: resumed.bytes}),
	...countSettled(settled),
	seconds_elapsed: Number(((Date.now() - started.getTime() - paused) / 1000).toFixed(2)),
});

/** @throws {NothingToDoError} If nothing is selected. */
export function refuseNothing({entries, missing, origin}: RunOptions): void {
	if (entries.length + missing.length === 0) {
		throw new NothingToDoError(`nothing to back up: no file in ${displayText(origin.source)} is selected`);
	}
}

/** The goal of the run, once it has the lock; or its summary, if there is nothing to retry. */
export async function chooseGoal(options: RunOptions, {destination, hold, signal}: {
	readonly destination: Directory;
	readonly hold: Hold;
	readonly signal: AbortSignal;
}, queue: EventQueue): Promise<Goal | SummaryEvent> {
	const {date, selectRetry, isAddition} = options;
	// Somebody may have been faster, between the first look and the lock.
	const existing = await findSet(destination, date, signal);

	if (!existing) {
		refuseNothing(options);
		const {waiting} = await finishMerges(destination, hold);

		for (const message of waiting) {
			queue.push({
				message_type: 'notice', notice: 'merge_waits', message, files: 0,
			});
		}

		return newSet(options.entries, options.missing, options.leftOut);
	}

	if (!selectRetry) {
		throw alreadyExists(existing, options);
	}

	refuseUnfit(existing, options, isAddition);
	const started = new Date();

	const {isFinished} = await finishMerges(destination, hold, date);

	if (isFinished) {
		queue.push({
			message_type: 'notice', notice: 'merged', message: `an earlier --retry or --add was interrupted: what it had copied is in the set ${date} now`, files: 0,
		});
	}

	await using set = await openStandingSet(destination, date);
	const manifest = await readRetried(set, date, {own: options.own, add: isAddition});
	const goal = await retriedSet({destination, date, set}, manifest, await selectRetry(manifest, destination));

	if (goal) {
		return goal;
	}

	await removeLeftStaging(destination, date, hold);
	queue.push({
		message_type: 'notice',
		...(isAddition
			? {notice: 'add', message: `nothing to add: the set ${date} has all that is selected`}
			: {notice: 'retry', message: `nothing to retry: no file of the set ${date} has failed`}),
		files: 0,
	});
	return summarize(options, {
		...nothingTried, copies: CopyTotals.of(manifest.copies), missing: manifest.missing, leftOut: manifest.leftOut,
	}, {started, finished: new Date()});
}
