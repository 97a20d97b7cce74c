import {setTimeout} from 'node:timers/promises';
import type {ExitErrorEvent, StartEvent, SummaryEvent} from '../backup/events.ts';
import {exitCodes} from '../exit/exit-codes.ts';
import type {Directory} from '../files/directory.ts';
import {describeSet} from '../set/catalog.ts';
import {readManifest} from '../set/existing.ts';
import {readLastRun} from '../set/last-run.ts';
import {decodeCopies} from '../set/manifest/manifest-text.ts';
import {Lock} from '../set/lock/lock.ts';
import type {Whose} from '../set/names/provenance.ts';
import {displayText} from '../text/display-name.ts';

/** Interval at which to check whether a run is over, in milliseconds. */
const pollInterval = 250;

async function countVerified(destination: Directory, date: string): Promise<number> {
	await using set = await destination.openDirectory(date);
	const text = await readManifest(set);
	return text === undefined ? 0 : [...decodeCopies(text)].filter(({isVerified}) => isVerified).length;
}

/** Summary of the run that made a set, read from the set. */
async function summarizeSet(destination: Directory, start: StartEvent): Promise<SummaryEvent | undefined> {
	const head = describeSet(destination, {date: start.date, isStaging: false}, false)?.head;

	// One that stands since before the run began tells nothing of it.
	if (!head || head.finished.toISOString() < start.started) {
		return undefined;
	}

	const {filesDone: done, filesFailed: failed, filesVanished: vanished, bytesIn, bytesOut, reuse} = head;
	return {
		message_type: 'summary',
		exit_code: failed > 0 ? exitCodes.someFailed : exitCodes.done,
		set: start.set,
		started: start.started,
		finished: head.finished.toISOString(),
		total_files: done + failed + vanished,
		files_done: done,
		files_failed: failed,
		files_vanished: vanished,
		files_resumed: 0,
		files_reused: reuse?.files ?? 0,
		files_verified: await countVerified(destination, start.date),
		bytes_in: bytesIn,
		bytes_out: bytesOut,
		bytes_new: reuse?.bytesNew ?? bytesOut,
		seconds_elapsed: (head.finished.getTime() - new Date(start.started).getTime()) / 1000,
	};
}

/**
How a run ended, by what it left at the destination: for those who followed it, and missed its end. Waits until it is over.

@param start What the run said first.
@param own Whose run it is.
@returns `undefined` if nothing tells: it was killed.
*/
export async function findEnd(destination: Directory, start: StartEvent, own: Whose): Promise<SummaryEvent | ExitErrorEvent | undefined> {
	for (let holder = await Lock.holder(destination); holder && (holder === 'unknown' || holder.pid === start.pid); holder = await Lock.holder(destination)) {
		// The timer does not keep the process running.
		await setTimeout(pollInterval, undefined, {ref: false});
	}

	const summary = await summarizeSet(destination, start);

	if (summary) {
		return summary;
	}

	const last = await readLastRun(destination, own);
	return last && last.ended >= start.started
		? {
			message_type: 'exit_error', code: last.code, message: displayText(last.message), files_kept: 0, files_not_done: 0,
		}
		: undefined;
}
