import {errorReasonForRoot, toReason} from '../files/errors.ts';
import {type ExtrasStore, openExtrasStore} from '../files/extras/extras-store.ts';
import {atOnce} from '../files/open-files.ts';
import {nameFields} from '../set/manifest/manifest.ts';
import {isJournalDay} from '../origin/journal-facts.ts';
import type {OpenedSet, SetFile} from '../set/open-set.ts';
import {displayText} from '../text/display-name.ts';
import {fractionDone, StatusClock} from '../text/status-clock.ts';
import {Losses} from './losses.ts';
import {type PlannedFile, totalSize} from './plan-restore.ts';
import type {RestoreEvent} from './restore-events.ts';
import {restoreDay} from './restore-day.ts';
import {restoreFile} from './restore-file.ts';
import type {RestoreTarget} from './restore-target.ts';
import {TargetError} from './target-error.ts';

/** Open at once for a file: its copy, the draft, and directories on the way to them. */
const descriptorsEach = 6;

export type Restoration = {
	readonly set: Pick<OpenedSet, 'directory' | 'date'>;
	readonly plan: readonly PlannedFile[];
	readonly target: RestoreTarget;
	readonly overwrite: boolean;
	/** Path of systemd-journal-remote, if days of the journal are to become journals; else they are restored as exports. */
	readonly journalRemote?: string | undefined;
	/** Number of files restored at once. */
	readonly jobs: number;
	readonly report: (event: RestoreEvent) => void;
	readonly signal: AbortSignal;
};

/** Result of a restoration. */
export type Restored = {
	readonly total_files: number;
	readonly files_restored: number;
	readonly files_failed: number;
	readonly bytes_restored: number;
	readonly seconds_elapsed: number;
};

/** Restores files, many at once. */
class Restorer {
	readonly #options: Restoration;
	readonly #extras: Promise<ExtrasStore> = openExtrasStore();
	readonly #losses = new Losses();
	readonly #clock = new StatusClock();
	readonly #fatal = new AbortController();
	readonly #signal: AbortSignal;
	readonly #totalBytes: number;
	#bytesDone = 0;
	#bytes = 0;
	#restored = 0;
	#failed = 0;

	constructor(options: Restoration) {
		this.#options = options;
		this.#totalBytes = totalSize(options.plan);
		this.#signal = AbortSignal.any([options.signal, this.#fatal.signal]);
	}

	async run(): Promise<Restored> {
		const {plan, target, set, report, jobs} = this.#options;
		await target.refuseWithoutSpace({bytes: this.#totalBytes, files: plan.length});
		report({
			message_type: 'restore_start', date: set.date, to: displayText(target.location), total_files: plan.length, total_bytes: this.#totalBytes,
		});
		// The largest first, so that no large one is left to a single core at the end.
		const turns = plan.toSorted((one, other) => (other.size ?? 0) - (one.size ?? 0)).values();

		const work = async () => {
			for (const planned of turns) {
				this.#signal.throwIfAborted();
				await this.#restore(planned);
			}
		};

		const workers = await Promise.allSettled(Array.from({length: Math.min(atOnce(jobs, descriptorsEach), plan.length)}, work));

		for (const notice of this.#losses.notices()) {
			report(notice);
		}

		for (const worker of workers) {
			if (worker.status === 'rejected') {
				throw worker.reason as Error;
			}
		}

		return this.standing;
	}

	get standing(): Restored {
		return {
			total_files: this.#options.plan.length,
			files_restored: this.#restored,
			files_failed: this.#failed,
			bytes_restored: this.#bytes,
			seconds_elapsed: this.#clock.seconds,
		};
	}

	async #restore({file, problem}: PlannedFile): Promise<void> {
		if (problem !== undefined) {
			this.#fail(file, new Error(problem));
			return;
		}

		try {
			const {journalRemote} = this.#options;
			const restoration = {
				set: this.#options.set.directory,
				target: this.#options.target,
				extras: await this.#extras,
				overwrite: this.#options.overwrite,
				signal: this.#signal,
				onBytes: (more: number) => {
					this.#bytesDone += more;
					this.#tell();
				},
			};
			const {bytes, isReplaced, lost} = await (journalRemote !== undefined && isJournalDay(file) ? restoreDay(file, {...restoration, journalRemote}) : restoreFile(file, restoration));
			this.#restored++;
			this.#bytes += bytes;
			this.#losses.add(lost);
			this.#options.report({
				message_type: 'file', ...nameFields('path', file.path), outcome: isReplaced ? 'replaced' : 'restored', bytes,
			});
		} catch (error) {
			this.#signal.throwIfAborted();

			if (error instanceof TargetError) {
				this.#fatal.abort(error);
				throw error;
			}

			this.#fail(file, error);
		}
	}

	#fail(file: SetFile, error: unknown): void {
		this.#failed++;
		this.#options.report({message_type: 'error', ...nameFields('path', file.path), error: toReason(error, errorReasonForRoot(error))});
	}

	#tell(): void {
		this.#clock.throttle(() => {
			this.#options.report({
				message_type: 'status',
				seconds_elapsed: this.#clock.seconds,
				percent_done: fractionDone(this.#bytesDone, this.#totalBytes),
				total_files: this.#options.plan.length,
				files_done: this.#restored + this.#failed,
				total_bytes: this.#totalBytes,
				bytes_done: this.#bytesDone,
				error_count: this.#failed,
			});
		});
	}
}

/**
Restores files of a set below a directory, and finishes it. Each is checked while it is unpacked; one that fails is reported and costs no other.
However it ends, what has been restored stays, and nothing that is not whole.

@throws {TargetError} If there is not enough space, or the directory cannot take any more files.
@throws The signal's reason, once it is aborted.
*/
export async function restoreFiles(options: Restoration): Promise<Restored> {
	const {target, report} = options;
	const restorer = new Restorer(options);

	try {
		const restored = await restorer.run();
		await target.finish();
		return restored;
	} catch (error) {
		await target.finish().catch(() => undefined);
		const {files_restored: files} = restorer.standing;

		if (files > 0) {
			const [what, stays] = files === 1 ? ['1 file was', 'stays'] : [`${files} files were`, 'stay'];
			report({message_type: 'notice', notice: 'stopped', message: `${what} restored before that, and ${stays} in ${displayText(target.location)}`});
		}

		throw error;
	}
}
