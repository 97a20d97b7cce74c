import {hostname} from 'node:os';
import path from 'node:path';
import type {Directory} from '../files/directory.ts';
import {type Chosen, chooseEngine, type EngineName} from '../gzip/choose-engine.ts';
import type {Entry} from '../scan/entry.ts';
import {openDestination} from '../set/destination.ts';
import type {KeepPolicy} from '../set/keep-policy.ts';
import {sweepPruned} from '../set/prune.ts';
import {PreviousSet} from '../set/previous.ts';
import {Lock} from '../set/lock.ts';
import type {CopyRecord, MissingRecord} from '../set/manifest.ts';
import {NoSpaceError, type Reserve, SpaceWatch} from '../set/space.ts';
import {StagedSet} from '../set/staged-set.ts';
import {DestinationError} from '../files/errors.ts';
import {displayText} from '../text/display-name.ts';
import {formatBytes, formatCount} from '../text/format.ts';
import {Copier, totalBytes} from './copier.ts';
import {predictAll, worstCaseOf} from './estimate.ts';
import {findReusable} from './reuse.ts';
import {EventQueue} from './event-queue.ts';
import {pruneAfterRun} from './prune-after.ts';
import type {BackupEvent, ExitErrorEvent, SummaryEvent} from './events.ts';
import {exitCodes} from './exit-codes.ts';
import {
	exitCodeFor,
	failureMessage,
} from './failure.ts';
import {chooseGoal, refuseNothing, summarize} from './choose-goal.ts';
import type {Goal} from './goal.ts';
import type {SelectRetry} from './retried-set.ts';

/** Somebody beside the reader of the events. What it does must not fail. */
export type RunObserver = {
	/** The lock is held, and the run begins. */
	readonly started: (destination: Directory) => Promise<void>;
	/** The run is over; the lock is given back once this resolves. */
	readonly ended: (destination: Directory, last: SummaryEvent | ExitErrorEvent) => Promise<void>;
};

export type RunOptions = {
	readonly version: string;
	readonly source: Directory;
	/** Absolute paths, for messages and the manifest. */
	readonly sourcePath: string;
	readonly destinationPath: string;
	/** `YYYY-MM-DD`: names the set. */
	readonly date: string;
	readonly entries: readonly Entry[];
	/** Asked for by name, and not to be had. */
	readonly missing: readonly MissingRecord[];
	/** What to try again if the set of the date is there; `undefined`: then nothing is done. */
	readonly selectRetry: SelectRetry | undefined;
	/** Whether to copy also what has not changed since the newest set. */
	readonly full: boolean;
	/** `undefined` for the best there is. */
	readonly engine: EngineName | undefined;
	/** Whether to tell why it is not the best. */
	readonly isVerbose: boolean;
	/** 1–9. */
	readonly level: number;
	/** How many files are copied at once, and blocks of one compressed. */
	readonly jobs: number;
	/** Whether each copy is read back before it counts. */
	readonly verify: boolean;
	/** Whether free space is checked before and watched during the run. */
	readonly checkSpace: boolean;
	/** What must stay free; `undefined` for the default. */
	readonly reserve: Reserve | undefined;
	/** Told of the run while it holds the lock. */
	readonly observer?: RunObserver;
	/** Which sets to keep after success; `undefined` keeps all. */
	readonly keep: KeepPolicy | undefined;
	/** How long to wait for another run to end, in milliseconds. */
	readonly lockWait: number;
};

/** Counts for an `exit_error` that comes before the first copy. */
type Standing = {kept: number; notDone: number};

async function fillStaging(
	options: RunOptions,
	goal: Goal,
	{staged, swept, chosen, space, previous, reusable, queue, started, standing, signal}: {
		readonly staged: StagedSet;
		readonly swept: number;
		readonly chosen: Chosen;
		readonly space: SpaceWatch | undefined;
		readonly previous: PreviousSet | undefined;
		readonly reusable: ReadonlyMap<Entry, CopyRecord>;
		readonly queue: EventQueue;
		readonly started: Date;
		readonly standing: Standing;
		readonly signal: AbortSignal;
	},
): Promise<SummaryEvent> {
	const {engine, fallback} = chosen;

	if (fallback && options.isVerbose) {
		queue.push({
			message_type: 'notice', notice: 'engine', message: fallback, files: 0,
		});
	}

	const copier = new Copier({
		...options, ...goal, swept, space, engine, previous, reusable,
	}, staged.staging, queue, signal);

	try {
		await copier.copyAll();
	} finally {
		standing.kept = staged.staging.copies.length;
		standing.notDone = goal.entries.length + goal.missing.length - standing.kept;
	}

	const finished = new Date();
	const settled = await goal.settle(staged, copier.missing, {
		version: options.version,
		host: hostname(),
		source: options.sourcePath,
		engine: engine.name,
		level: options.level,
		started: started.toISOString(),
		finished: finished.toISOString(),
	});
	return summarize(options, settled, {started, finished, resumed: copier.resumed});
}

/**
Compares what the copies can take with what is free. Only where the worst case does not fit are the files looked into, because log text shrinks to
a tenth, and a backup that would easily fit is the one that a server short of space needs.
*/
async function refuseWithoutSpace(options: RunOptions, entries: readonly Entry[], watch: SpaceWatch | undefined): Promise<void> {
	if (!watch) {
		return;
	}

	const {free, reserve} = await watch.read();
	const usable = free - reserve;
	const worst = worstCaseOf(entries);

	if (worst <= usable) {
		return;
	}

	const needed = await predictAll(options.source, entries, options.level);

	if (needed > usable) {
		const numbers = `the backup needs about ${formatBytes(needed)}; ${formatBytes(free)} are free, of which ${formatBytes(reserve)} must stay free (--reserve)`;
		const remedy = 'Make room there, name another place with --dest, or try all the same with --no-space-check';
		throw new NoSpaceError(`not enough space in ${displayText(options.destinationPath)}: ${numbers}. ${remedy}`);
	}
}

/** Without space left, what was used of it is given back; after any other end, complete copies stay for the next run. */
async function leaveStaging(staged: StagedSet, error: unknown, standing: Standing): Promise<void> {
	if (staged.isPublished) {
		standing.kept = 0;
		return;
	}

	if (error instanceof DestinationError && error.isNoSpace) {
		standing.notDone += standing.kept;
		standing.kept = 0;
		await staged.discard().catch(() => undefined);
		return;
	}

	if (!await staged.isInPlace()) {
		standing.notDone += standing.kept;
		standing.kept = 0;
	}

	await staged.close().catch(() => undefined);
}

/** Removes old sets, now that there is a new one. That some cannot be removed is nothing to keep quiet about. */
async function prune(summary: SummaryEvent, choice: {readonly policy: KeepPolicy; readonly date: string}, {destination, queue, signal}: {
	readonly destination: Directory;
	readonly queue: EventQueue;
	readonly signal: AbortSignal;
}): Promise<SummaryEvent> {
	const pruned = await pruneAfterRun(destination, choice, signal);
	queue.push(pruned);
	return pruned.failed.length > 0 ? {...summary, exit_code: exitCodes.someFailed} : summary;
}

/** The run under the lock. */
async function runLocked(options: RunOptions, goal: Goal, {destination, chosen, queue, standing, signal}: {
	readonly destination: Directory;
	readonly chosen: Promise<Chosen>;
	readonly queue: EventQueue;
	readonly standing: Standing;
	readonly signal: AbortSignal;
}): Promise<SummaryEvent> {
	const started = new Date();
	const {date} = options;
	const {entries, missing} = goal;
	standing.notDone = entries.length + missing.length;
	await options.observer?.started(destination);
	// Before the space is looked at: that is what it gives back.
	const {files: leftovers} = await sweepPruned(destination);
	const space = options.checkSpace ? new SpaceWatch(destination, options.reserve) : undefined;
	await using previous = options.full ? undefined : await PreviousSet.openNewest(destination, date);
	const reusable = previous ? await findReusable(options.source, entries, previous) : new Map<Entry, CopyRecord>();
	await refuseWithoutSpace(options, entries.filter(entry => !reusable.has(entry)), space);
	const {staged, swept} = await StagedSet.open(destination, date, goal.adopts);
	queue.push({
		message_type: 'start',
		version: options.version,
		pid: process.pid,
		host: displayText(hostname()),
		started: started.toISOString(),
		date,
		source: displayText(options.sourcePath),
		set: displayText(path.join(options.destinationPath, date)),
		total_files: entries.length + missing.length,
		total_bytes: totalBytes(entries),
	});

	if (leftovers > 0) {
		queue.push({
			message_type: 'notice', notice: 'swept', message: `the removal of an old set was interrupted: ${formatCount(leftovers, 'left-over file')} removed`, files: leftovers,
		});
	}

	try {
		const summary = await fillStaging(options, goal, {
			staged, swept, chosen: await chosen, space, previous, reusable, queue, started, standing, signal,
		});
		return options.keep && summary.exit_code === exitCodes.done ? await prune(summary, {policy: options.keep, date}, {destination, queue, signal}) : summary;
	} catch (error) {
		await leaveStaging(staged, error, standing);
		throw error;
	}
}

const toExitError = (error: unknown, {kept, notDone}: Standing): ExitErrorEvent => ({
	message_type: 'exit_error', code: exitCodeFor(error), message: failureMessage(error), files_kept: kept, files_not_done: notDone,
});

/** Takes the lock for a run and gives it back. Rejects with what prevents the run; what ends it once it has begun is an event. */
async function execute(options: RunOptions, queue: EventQueue, standing: Standing, signal: AbortSignal): Promise<SummaryEvent | ExitErrorEvent> {
	if (!options.selectRetry) {
		refuseNothing(options);
	}

	await using destination = await openDestination(options.destinationPath, {source: options.source, create: true});
	// It never fails, and has the time that the lock takes to load.
	const chosen = chooseEngine(options);
	const lock = await Lock.take(destination!, options.lockWait, signal);

	try {
		const goal = await chooseGoal(options, destination!, queue);

		if ('message_type' in goal) {
			// What a run left that was killed, and what is known of it, is out of date now.
			await options.observer?.started(destination!);
			await options.observer?.ended(destination!, goal);
			return goal;
		}

		const last = await runLocked(options, goal, {
			destination: destination!, chosen, queue, standing, signal,
		}).catch((error: unknown) => toExitError(error, standing));
		await options.observer?.ended(destination!, last);
		return last;
	} finally {
		await lock.release();
	}
}

/**
Runs one backup: the selected entries, into the set of a date. What it yields is all there is to know of it; it does not throw. The last event
is a `summary`, or an `exit_error` if it could not start, could not go on, or was stopped.

@param options
@param signal Aborted with an `Interruption`, it stops the run: complete copies stay for the next one.
*/
export async function * runBackup(options: RunOptions, signal: AbortSignal): AsyncGenerator<BackupEvent> {
	const queue = new EventQueue();
	const standing = {kept: 0, notDone: options.entries.length + options.missing.length};

	const work = async () => {
		queue.push(await execute(options, queue, standing, signal).catch((error: unknown) => toExitError(error, standing)));
		queue.close();
	};

	void work();
	yield * queue;
}
