import {type CopyRecord, type MissingRecord, nameFields} from '../set/manifest/manifest.ts';
import {isNote} from '../set/notes.ts';
import {formatCount} from '../text/format.ts';
import type {EventQueue} from './event-queue.ts';
import {statusOf} from './status-event.ts';
import type {Progress} from './copying/copy-progress.ts';

/** Reports the outcome of each entry in events, and counts them. */
export class OutcomeRecorder {
	/** The entries there is no copy of, so far. */
	readonly missing: MissingRecord[] = [];
	readonly #queue: EventQueue;
	readonly #progress: Progress;

	constructor(queue: EventQueue, progress: Progress) {
		this.#queue = queue;
		this.#progress = progress;
	}

	/** There is a copy. */
	settle(record: CopyRecord, isResumed = false): void {
		this.#progress.filesDone++;
		this.#progress.filesTakenOver += isResumed ? 1 : 0;
		this.#queue.push({
			message_type: 'file',
			...nameFields('path', record.path),
			...(record.listedAs && nameFields('listed_as', record.listedAs)),
			outcome: record.reusedFrom === undefined ? 'done' : 'reused',
			...(record.reusedFrom !== undefined && {reused_from: record.reusedFrom}),
			notes: record.notes.filter(note => isNote(note)),
			bytes_in: record.bytesIn,
			bytes_out: record.bytesOut,
			verified: record.isVerified,
			resumed: isResumed,
		});
	}

	/** There will be none. */
	settleMissing(missing: MissingRecord): void {
		this.missing.push(missing);
		this.#progress.filesDone++;

		if (missing.outcome === 'failed') {
			this.#progress.errorCount++;
			this.#queue.push({message_type: 'error', ...nameFields('path', missing.path), error: missing.error ?? {message: 'unknown'}});
			return;
		}

		this.#queue.push({
			message_type: 'file', ...nameFields('path', missing.path), outcome: 'vanished', notes: [], bytes_in: 0, bytes_out: 0, verified: false, resumed: false,
		});
	}

	/** So many copies were taken over from an interrupted run. */
	noteResumed(files: number): void {
		if (files > 0) {
			this.#queue.push({
				message_type: 'notice',
				notice: 'resumed',
				message: `an earlier run was interrupted: ${formatCount(files, 'complete copy', 'complete copies')} of unchanged files taken over from it`,
				files,
			});
		}
	}

	/** So many files of interrupted runs were removed. */
	noteSwept(files: number): void {
		if (files > 0) {
			this.#queue.push({
				message_type: 'notice',
				notice: 'swept',
				message: `an earlier run was interrupted: ${formatCount(files, 'left-over file')} removed`,
				files,
			});
		}
	}

	/** Reports the progress. */
	reportStatus(): void {
		this.#queue.push(statusOf(this.#progress, performance.now()));
	}
}
