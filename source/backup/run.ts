import {formatOf} from '../formats/formats.ts';
import {openDestination} from '../set/destination.ts';
import {Hold} from '../set/hold.ts';
import {Lock} from '../set/lock/lock.ts';
import {describeFailure, exitCodeFor} from '../exit/failure.ts';
import {chooseGoal, refuseNothing} from './choose-goal.ts';
import {EventQueue} from './event-queue.ts';
import type {BackupEvent, ExitErrorEvent, SummaryEvent} from './events.ts';
import {runLocked, type RunCounts} from './locked-run.ts';
import type {RunOptions} from './run-options.ts';

const toExitError = (error: unknown, {kept, notDone}: RunCounts): ExitErrorEvent => ({
	message_type: 'exit_error', code: exitCodeFor(error), ...describeFailure(error), files_kept: kept, files_not_done: notDone,
});

/** Takes the lock for a run and gives it back. Rejects with what prevents the run; what ends it once it has begun is an event. */
async function execute(options: RunOptions, queue: EventQueue, counts: RunCounts, signal: AbortSignal): Promise<SummaryEvent | ExitErrorEvent> {
	if (!options.selectRetry) {
		refuseNothing(options);
	}

	await using destination = await openDestination(options.destinationPath, {source: options.source, create: true});
	// It never fails, and has the time that the lock takes to load.
	const chosen = formatOf(options.format).chooseEngine(options);
	const lock = await Lock.take(destination!, options.lockWait, signal);

	try {
		const hold = new Hold(destination!, options.destinationPath, lock);
		const goal = await chooseGoal(options, {destination: destination!, hold, signal}, queue);

		if ('message_type' in goal) {
			// Left-overs of a killed run, and its record, are out of date now.
			await options.observer?.started(destination!);
			await options.observer?.ended(destination!, goal);
			return goal;
		}

		const last = await runLocked(options, goal, {
			destination: destination!, hold, chosen, queue, counts, signal,
		}).catch((error: unknown) => toExitError(error, counts));
		await options.observer?.ended(destination!, last);
		return last;
	} finally {
		await lock.release();
	}
}

/**
Runs one backup: the selected entries, into the set of a date. What it yields is all there is to know of it; it does not throw. The last event
is a `summary`, or an `exit_error` if it could not start, could not go on, or was stopped.

@param signal Aborted with an `Interruption`, it stops the run: complete copies stay for the next one.
*/
export async function * runBackup(options: RunOptions, signal: AbortSignal): AsyncGenerator<BackupEvent> {
	const queue = new EventQueue();
	const counts = {kept: 0, notDone: options.entries.length + options.missing.length};

	const work = async () => {
		queue.push(await execute(options, queue, counts, signal).catch((error: unknown) => toExitError(error, counts)));
		queue.close();
	};

	void work();
	yield * queue;
}
