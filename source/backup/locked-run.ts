import path from 'node:path';
import type {Directory} from '../files/directory.ts';
import {DestinationError} from '../files/errors.ts';
import {type ExtrasStore, openExtrasStore} from '../files/extras/extras-store.ts';
import type {ChosenEngine} from '../compression/compression-format.ts';
import type {Entry} from '../origin/entry.ts';
import {noStreams} from '../origin/streams.ts';
import type {Hold} from '../set/hold.ts';
import type {CopyRecord} from '../set/manifest/manifest.ts';
import {isAlterable} from '../set/names/names.ts';
import {refuseTooMany} from '../set/manifest/manifest-file.ts';
import {settleJournal} from '../origin/settle-journal.ts';
import {fileSystemType} from '../set/lost-mount.ts';
import {PreviousSet} from '../set/previous.ts';
import {sweepPruned} from '../set/prune-sets.ts';
import {nameLackOfInodes, SpaceWatch} from '../set/space.ts';
import {syncDatedName} from '../set/staging/publish.ts';
import {StagedSet} from '../set/staging/staged-set.ts';
import type {Staging} from '../set/staging/staging.ts';
import {displayText} from '../text/display-name.ts';
import {formatCount, localDate} from '../text/format.ts';
import {exitCodes} from '../exit/exit-codes.ts';
import {OlderStreams} from './copying/older-streams.ts';
import {summarize} from './choose-goal.ts';
import {ratioOfCopy} from './compare.ts';
import {Copier, totalBytes} from './copier.ts';
import type {EventQueue} from './event-queue.ts';
import type {SummaryEvent} from './events.ts';
import type {Goal} from './goal.ts';
import {pruneAfterRun} from './prune-after.ts';
import {findReusable} from './copying/reuse.ts';
import {tellRemarks} from './remarks.ts';
import type {RunOptions} from './run-options.ts';
import {refuseWithoutSpace} from './space-check.ts';

/** Counts for an `exit_error`, kept up to date as the run goes on. */
export type RunCounts = {
	/** Complete copies that the next run takes over. */
	kept: number;
	/** Files there is no such copy of. */
	notDone: number;
};

/** Only of odd names it matters whether the destination keeps them as they are. */
const isAltering = async (staging: Staging, entries: readonly Entry[]): Promise<boolean> =>
	entries.some(({path: source}) => isAlterable(source)) && staging.isAltering();

async function fillStaging(
	options: RunOptions,
	goal: Goal,
	{staged, hold, swept, chosen, extras, space, previous, reusable, olderStreams, destination, queue, started, counts, signal}: {
		readonly staged: StagedSet;
		readonly hold: Hold;
		readonly swept: number;
		readonly chosen: ChosenEngine;
		readonly extras: ExtrasStore;
		readonly space: SpaceWatch | undefined;
		readonly previous: PreviousSet | undefined;
		readonly reusable: ReadonlyMap<Entry, CopyRecord>;
		readonly olderStreams: OlderStreams | undefined;
		readonly destination: Directory;
		readonly queue: EventQueue;
		readonly started: Date;
		readonly counts: RunCounts;
		readonly signal: AbortSignal;
	},
): Promise<SummaryEvent> {
	const {engine, fallback} = chosen;

	if (fallback !== undefined && (options.isVerbose || options.engine !== undefined)) {
		queue.push({
			message_type: 'notice', notice: 'engine', message: fallback, files: 0,
		});
	}

	if (!extras.isAble) {
		queue.push({
			message_type: 'notice', notice: 'access', message: 'nothing here tells whether files have ACLs (neither koffi nor getfacl and setfacl are installed): copies are for their owners alone', files: 0,
		});
	}

	const copier = new Copier({
		...options, ...goal, streams: options.streams ?? noStreams, isAltering: await isAltering(staged.staging, goal.entries), hold, swept, space, engine, extras, previous, reusable, olderStreams,
	}, staged.staging, queue, signal);

	try {
		await copier.copyAll();
	} finally {
		counts.kept = staged.staging.keepable;
		counts.notDone = Math.max(0, goal.entries.length + goal.missing.length - counts.kept);
	}

	const {unkept, unkeptKinds} = staged.staging.copies.totals;

	if (unkept > 0) {
		const what = [...unkeptKinds].toSorted().join(', ');
		queue.push({
			message_type: 'notice',
			notice: 'unkept',
			message: `the file system of the destination does not keep ${what} of ${formatCount(unkept, 'copy', 'copies')}; the manifest does`,
			files: unkept,
		});
	}

	const finished = new Date();
	const settled = await goal.settle(staged, copier.missing, {
		version: options.version,
		...options.origin,
		engine: engine.name,
		level: options.level,
		started: started.toISOString(),
		finished: finished.toISOString(),
	});

	if (settled.isThere && !await syncDatedName(destination, options.date)) {
		queue.push({
			message_type: 'notice',
			notice: 'unkept',
			message: 'the file system of the destination cannot be told to write directories to disk: after a power failure within the next minute, names might be missing',
			files: 0,
		});
	}

	return summarize(options, settled, {
		started, finished, resumed: copier.resumed, paused: copier.paused,
	});
}

/** @throws {DestinationError} If what is written there is sent elsewhere later: a run would say that it is done before anything is safe. */
function refuseDeferring(destinationPath: string): void {
	if (fileSystemType(destinationPath) === 'fuse.rclone') {
		throw new DestinationError('the destination is a mount of rclone, which sends later what is written there, if it can: a backup would be called done before it is safe', {
			remedy: 'Back up to a disk here with --dest, and send that with logbackup-tui push',
		});
	}
}

/** Without space left, what was used of it is given back; after any other end, complete copies stay for the next run. */
async function leaveStaging(staged: StagedSet, error: unknown, counts: RunCounts): Promise<void> {
	if (staged.isPublished) {
		counts.kept = 0;
		return;
	}

	if (error instanceof DestinationError && error.isNoSpace) {
		counts.notDone += counts.kept;
		counts.kept = 0;
		await staged.discard().catch(() => undefined);
		return;
	}

	if (!await staged.isInPlace()) {
		counts.notDone += counts.kept;
		counts.kept = 0;
	}

	await staged.close().catch(() => undefined);
}

/** Removes old sets, now that there is a new one. That some cannot be removed is nothing to keep quiet about. */
async function prune(summary: SummaryEvent, choice: Parameters<typeof pruneAfterRun>[1], {destination, hold, queue, signal}: {
	readonly destination: Directory;
	readonly hold: Hold;
	readonly queue: EventQueue;
	readonly signal: AbortSignal;
}): Promise<SummaryEvent> {
	const pruned = await pruneAfterRun({destination, hold}, choice, signal);
	queue.push(pruned);
	return pruned.failed.length > 0 ? {...summary, exit_code: exitCodes.someFailed} : summary;
}

/**
The run, while it holds the lock: fills the staging, makes it a set, and removes old ones.

@throws The error that prevents or ends the run; complete copies stay for the next one, unless there is no space.
*/
export async function runLocked(options: RunOptions, goal: Goal, {destination, hold, chosen, queue, counts, signal}: {
	readonly destination: Directory;
	readonly hold: Hold;
	readonly chosen: Promise<ChosenEngine>;
	readonly queue: EventQueue;
	readonly counts: RunCounts;
	readonly signal: AbortSignal;
}): Promise<SummaryEvent> {
	const started = new Date();
	const {date, streams = noStreams} = options;
	const {entries, missing} = goal;
	counts.notDone = entries.length + missing.length;
	refuseTooMany(entries.map(entry => entry.path));
	refuseDeferring(options.destinationPath);
	await options.observer?.started(destination);
	await hold.check();
	// Before the space is looked at: that is what it gives back.
	const {files: leftovers, problems: notSwept} = await sweepPruned(destination);
	const space = options.checkSpace ? new SpaceWatch(destination, options.reserve) : undefined;
	const extras = await openExtrasStore();
	const today = localDate(started);
	const unsound: string[] = [];
	await using previous = options.full
		? undefined
		: await PreviousSet.openNewest(destination, {
			date, own: options.own, today, onUnsound(message) {
				unsound.push(message);
			},
		});
	const reusable = previous ? await findReusable(options.source, entries, {previous, extras, streams}) : new Map<Entry, CopyRecord>();
	await using olderStreams = previous && await OlderStreams.find(destination, entries.filter(entry => !reusable.has(entry)), {
		newest: previous, streams, run: {date, own: options.own, today},
	});
	await refuseWithoutSpace(options, {
		...Object.groupBy(entries, entry => reusable.has(entry) || olderStreams?.of(entry) ? 'linked' : 'copied'),
		ratioOf(entry) {
			const earlier = previous?.at(entry.path);
			return earlier && ratioOfCopy(earlier);
		},
	}, space);
	const {staged, swept} = await StagedSet.open({destination, hold}, {
		date, adopts: goal.adopts, origin: options.origin, own: options.own, today, extras, space,
	});
	queue.push({
		message_type: 'start',
		version: options.version,
		pid: process.pid,
		host: displayText(options.origin.host),
		started: started.toISOString(),
		date,
		source: displayText(options.origin.source),
		set: displayText(path.join(options.destinationPath, date)),
		total_files: entries.length + missing.length,
		total_bytes: totalBytes(entries),
	});

	for (const message of unsound) {
		queue.push({
			message_type: 'notice', notice: 'unsound', message, files: 0,
		});
	}

	for (const {message, remedy} of notSwept) {
		queue.push({
			message_type: 'notice', notice: 'not_swept', message, ...(remedy !== undefined && {remedy}), files: 0,
		});
	}

	if (leftovers > 0) {
		queue.push({
			message_type: 'notice', notice: 'swept', message: `the removal of an old set was interrupted: ${formatCount(leftovers, 'left-over file')} removed`, files: leftovers,
		});
	}

	if (goal.adopts || options.isAddition) {
		tellRemarks({...options, leftOut: goal.leftOut}, queue);
	}

	try {
		await settleJournal(entries, signal);
		const summary = await fillStaging(options, goal, {
			staged, hold, swept, chosen: await chosen, extras, space, previous, reusable, olderStreams, destination, queue, started, counts, signal,
		});

		if (!options.keep || summary.exit_code !== exitCodes.done) {
			return summary;
		}

		return await prune(summary, {
			policy: options.keep, date, own: options.own, pushTo: options.pushTo,
		}, {
			destination, hold, queue, signal,
		});
	} catch (error) {
		// Before what was written is removed: that gives inodes back.
		const reason = await nameLackOfInodes(error, destination.self);
		await leaveStaging(staged, reason, counts);
		throw reason;
	}
}
