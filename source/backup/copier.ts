import {setImmediate} from 'node:timers/promises';
import {pathKey} from '../files/path-key.ts';
import type {Directory} from '../files/directory.ts';
import {RefusedCopyError, SourceError} from '../files/errors.ts';
import type {ExtrasStore} from '../files/extras/extras-store.ts';
import {atOnce, spareDescriptors} from '../files/open-files.ts';
import type {Engine} from '../compression/engine.ts';
import type {FormatName} from '../compression/format-names.ts';
import {bytesToRead, type Entry} from '../origin/entry.ts';
import type {Streams} from '../origin/streams.ts';
import {isStream} from '../origin/stream-source.ts';
import type {Hold} from '../set/hold.ts';
import type {CopyRecord, MissingRecord} from '../set/manifest/manifest.ts';
import {
	type NamePlan,
	type Occupied,
	planNames,
} from '../set/names/names.ts';
import type {PreviousSet} from '../set/previous.ts';
import type {SpaceWatch} from '../set/space.ts';
import type {Staging} from '../set/staging/staging.ts';
import type {Complete} from '../set/staging/committer.ts';
import {appendAll} from '../text/lists.ts';
import {statusInterval} from '../text/status-clock.ts';
import {LeasedError, OtherFileError, VanishedError} from '../origin/source-file.ts';
import {Backlog} from './backlog.ts';
import {type Claim, Claims} from './copying/claims.ts';
import {type CopyContext, copyFile, type FreshCopy} from './copying/copy-file.ts';
import type {EventQueue} from './event-queue.ts';
import {RenameFollower} from './rename-follower.ts';
import {Leases} from './leases.ts';
import {OutcomeRecorder} from './outcome-recorder.ts';
import {Progress, type Tracked} from './copying/copy-progress.ts';
import type {OlderStreams} from './copying/older-streams.ts';
import {findReusable, reuseCopy} from './copying/reuse.ts';
import {takeOver} from './resume.ts';
import {SmallFiles} from './small-files/small-files.ts';

/** Milliseconds between two statuses from which on the run may have been halted. */
const noticedGap = 2 * statusInterval;

/**
How many files are under way at once: while one is opened, or gets its mode and time, there is another to compress. With one core they go one after
the other; who asks for that wants as little as possible at a time.
*/
const filesAtOnce = (jobs: number) => jobs === 1 ? 1 : 2 * jobs;

/** Open at once for a file that is under way (source, draft, and directories on the way to them), and for a copy that waits. */
const descriptorsUnderWay = 5;
const descriptorsWaiting = 1;

/** Most complete copies that may wait to be synced; beyond it, copying waits. */
const commitBacklog = 256;

export type CopierOptions = {
	readonly source: Directory;
	readonly streams: Streams;
	/** Right to write to the destination. */
	readonly hold: Hold;
	readonly entries: readonly Entry[];
	/** When they were listed, in milliseconds since the epoch. */
	readonly listedSince: number;
	/** Asked for by name, and not to be had. */
	readonly missing: readonly MissingRecord[];
	/** For a set that stands: names it has already. */
	readonly occupied?: Occupied;
	/** Whether the destination keeps odd names in another form. */
	readonly isAltering: boolean;
	/** Whether an entry that is gone when it is its turn has failed; else it has vanished, which is a note. */
	readonly mustBeThere?: (path: Buffer) => boolean;
	/** Files of other interrupted runs that were removed already. */
	readonly swept: number;
	readonly engine: Engine;
	readonly extras: ExtrasStore;
	/** The set to link unchanged files from, and what of it fits. */
	readonly previous: PreviousSet | undefined;
	readonly reusable: ReadonlyMap<Entry, CopyRecord>;
	/** Streams to link from sets before that. */
	readonly olderStreams?: OlderStreams | undefined;
	/** One of the levels of the engine's format. */
	readonly level: number;
	/** Number of CPU cores to use. */
	readonly jobs: number;
	/** Whether each copy is read back before it counts. */
	readonly verify: boolean;
	/** `undefined`: nobody watches the space. */
	readonly space: SpaceWatch | undefined;
};

/** Formats of earlier copies, by path: of those that an interrupted run has made already, and those that may be linked. */
function earlierFormats({entries, reusable}: CopierOptions, {recorded}: Staging): ReadonlyMap<string, FormatName> {
	const formats = new Map<string, FormatName>();

	for (const entry of entries) {
		const key = pathKey(entry.path);
		const record = recorded.get(key) ?? reusable.get(entry);

		if (record && record.stored !== 'as-is') {
			formats.set(key, record.stored);
		}
	}

	return formats;
}

/** Fills an open staging directory with the copies of the selected entries, and reports how it goes. */
export class Copier {
	readonly #options: CopierOptions;
	readonly #staging: Staging;
	readonly #outcomes: OutcomeRecorder;
	readonly #progress: Progress;
	readonly #names: NamePlan;
	readonly #claims: Claims;
	readonly #follower: RenameFollower;
	/** Fields for the records of missing entries, by path, that a retry needs. */
	readonly #marks: ReadonlyMap<string, Pick<MissingRecord, 'isSymlink' | 'from'>>;
	/** The previous set's copies of entries that were renamed since. */
	readonly #followedCopies = new Map<Entry, CopyRecord>();
	readonly #fatal = new AbortController();
	readonly #signal: AbortSignal;
	readonly #spare = spareDescriptors();
	readonly #commits = new Backlog(atOnce(commitBacklog, descriptorsWaiting, this.#spare / 2));
	readonly #leases = new Leases();
	#resumed = {files: 0, bytes: 0};

	constructor(options: CopierOptions, staging: Staging, queue: EventQueue, signal: AbortSignal) {
		const {entries, missing} = options;
		this.#options = options;
		this.#staging = staging;
		this.#progress = new Progress(entries.length + missing.length, totalBytes(entries), performance.now());
		this.#outcomes = new OutcomeRecorder(queue, this.#progress);
		const naming = {format: options.engine.format, isAltering: options.isAltering};
		const extensions = new Map(entries.flatMap(({path, extension}) => extension === undefined ? [] : [[pathKey(path), extension]]));
		this.#names = planNames(entries.map(entry => entry.path), {
			...naming, occupied: options.occupied, extensions, earlier: earlierFormats(options, staging),
		});
		this.#claims = new Claims(this.#names, naming);
		this.#marks = new Map(entries
			.filter(({kind}) => kind !== 'file')
			.map(({path, kind, from}) => [pathKey(path), {...(kind === 'symlink' && {isSymlink: true}), ...(from !== undefined && {from})}]));
		this.#follower = new RenameFollower({...options, claims: this.#claims, progress: this.#progress});
		this.#signal = AbortSignal.any([signal, this.#fatal.signal]);
	}

	/** The entries there is no copy of, so far. */
	get missing(): readonly MissingRecord[] {
		// A vanished entry is not listed if another one has its path now.
		return this.#outcomes.missing.filter(({path, outcome}) => outcome === 'failed' || !this.#claims.isTaken(path));
	}

	/** Milliseconds that the run was halted. */
	get paused(): number {
		return this.#progress.paused;
	}

	/** Copies taken over from an interrupted run, and bytes of the sources of those that are not linked. */
	get resumed(): {readonly files: number; readonly bytes: number} {
		return this.#resumed;
	}

	/** Copies all entries. Rejects with what ends a run; what costs only a file has become an event and a record. */
	async copyAll(): Promise<void> {
		let ticked = performance.now();
		let isContinued = false;
		let isOver = false;
		const onContinued = () => {
			isContinued = true;
		};

		const tick = async () => {
			const gap = performance.now() - ticked;
			ticked += gap;

			if (gap > noticedGap) {
				// A signal is told of after the timers that are due.
				await setImmediate();
				await setImmediate();

				// A disk that made everything wait is no pause.
				if (isContinued) {
					this.#progress.pause(gap - statusInterval);
				}
			}

			isContinued = false;

			if (isOver) {
				return;
			}

			this.#outcomes.reportStatus();
			void this.#orEnd(this.#watch()).catch(() => undefined);
		};

		this.#outcomes.reportStatus();
		process.on('SIGCONT', onContinued);
		const timer = setInterval(() => {
			void tick();
		}, statusInterval);

		try {
			for (const missing of this.#options.missing) {
				this.#outcomes.settleMissing(missing);
			}

			await this.#copyEntries(await this.#resume());
		} finally {
			isOver = true;
			clearInterval(timer);
			process.off('SIGCONT', onContinued);
			this.#outcomes.reportStatus();
		}
	}

	async #copyEntries(entries: readonly Entry[]): Promise<void> {
		const {source, streams, engine, extras, level, space, verify, previous, reusable, jobs} = this.#options;
		const context = {
			source, streams, staging: this.#staging, engine, extras, level, verify, progress: this.#progress, signal: this.#signal, space,
		};
		const {small, others} = SmallFiles.choose(entries);
		// The largest first, so that no large one is left to a single core at the end.
		const turns = others.toSorted((one, other) => other.size - one.size);
		const together = new SmallFiles(small, {
			...context,
			previous,
			reusable,
			commit: async copies => this.#orEnd(this.#settleTogether(copies)),
			claim: entry => {
				const claim = this.#claims.take(entry);
				return claim?.path === entry.path ? claim : undefined;
			},
			handBack: entry => {
				this.#claims.release(entry);
				turns.push(entry);
			},
		});
		let next = 0;

		/** All workers draw from the one list, which grows by what is handed back. */
		const copyEach = async () => {
			while (next < turns.length) {
				this.#signal.throwIfAborted();
				const entry = turns[next++]!;
				const more = await this.#copy(context, entry);

				for (const [index, following] of more.entries()) {
					turns.splice(next + index, 0, following);
				}
			}
		};

		const workWithThread = async () => {
			await copyEach();
			await together.work();
			await copyEach();
		};

		await this.#workAtOnce(async index => index < jobs ? workWithThread() : copyEach());
		await together.end();

		while (this.#leases.areWaiting && !this.#signal.aborted) {
			appendAll(turns, await this.#leases.due(this.#signal));
			await this.#workAtOnce(copyEach);
		}

		await this.#commits.settled();
		this.#signal.throwIfAborted();
	}

	/** Lets workers draw files until there are none left. Resolves in any case: what ends the run has aborted the signal. */
	async #workAtOnce(work: (index: number) => Promise<void>): Promise<void> {
		await Promise.allSettled(Array.from({length: atOnce(filesAtOnce(this.#options.jobs), descriptorsUnderWay, this.#spare / 2)}, async (_, index) => this.#orEnd(work(index))));
	}

	/** Ends the run when space runs out, or the lock is lost. */
	async #watch(): Promise<void> {
		const {space, hold} = this.#options;
		await Promise.all([space?.check(), hold.check()]);
	}

	/** Whatever fails here ends the run for all workers. */
	async #orEnd(work: Promise<void>): Promise<void> {
		try {
			await work;
		} catch (error) {
			this.#fatal.abort(error);
			throw error;
		}
	}

	/** Copies one entry. Resolves with what is to be copied in its place, if it is another file by now. */
	async #copy(context: CopyContext, entry: Entry): Promise<readonly Entry[]> {
		if (await this.#reuse(entry)) {
			return [];
		}

		const tracked = this.#progress.begin(entry.path, bytesToRead(entry), isStream(entry));

		try {
			const copy = await copyFile(context, entry, () => this.#claim(entry), tracked);
			this.#progress.end(tracked);
			this.#commits.add(this.#orEnd(this.#commit(copy, tracked)));
		} catch (error) {
			if (error instanceof LeasedError && await this.#leases.postpone(entry)) {
				this.#progress.postpone(tracked);
				return [];
			}

			// If the run ends, progress keeps this file as far as it was read.
			if (!(error instanceof RefusedCopyError || error instanceof SourceError)) {
				throw error;
			}

			this.#progress.end(tracked);

			if (error instanceof RefusedCopyError) {
				this.#settleFailed(this.#claims.take(entry)?.path ?? entry.path, error);
				return [];
			}

			const followed = await this.#follow(entry, error);

			if (followed.length > 0) {
				return followed;
			}

			this.#settleError(entry, error);
		}

		await this.#commits.room();
		return [];
	}

	/** @throws {OtherFileError} If another file was copied under its name: then it was renamed, too. */
	#claim(entry: Entry): Claim {
		const claim = this.#claims.take(entry);

		if (!claim) {
			throw new OtherFileError();
		}

		return claim;
	}

	async #follow(entry: Entry, error: SourceError): Promise<readonly Entry[]> {
		const {source, streams, previous, extras} = this.#options;
		const followed = await this.#follower.follow(entry, error);

		if (previous) {
			for (const [found, record] of await findReusable(source, followed, {previous, extras, streams})) {
				this.#followedCopies.set(found, record);
			}
		}

		return followed;
	}

	/** There is no copy of an entry. */
	#settleError(entry: Entry, error: SourceError): void {
		const path = entry.listedAs ?? entry.path;
		const isGone = error instanceof VanishedError || error instanceof OtherFileError;

		if (isGone && !this.#options.mustBeThere?.(path)) {
			this.#settleMissing({path, outcome: 'vanished'});
			return;
		}

		this.#settleFailed(this.#claims.take(entry)?.path ?? path, error);
	}

	async #reuse(entry: Entry): Promise<boolean> {
		const {reusable, olderStreams} = this.#options;
		const older = olderStreams?.of(entry);
		const previous = older?.set ?? this.#options.previous;
		const record = older?.record ?? reusable.get(entry) ?? this.#followedCopies.get(entry);
		const claim = record && this.#claims.take(entry);
		const reused = previous && record && claim && await reuseCopy({entry, record}, {
			claim, previous, staging: this.#staging, signal: this.#signal,
		});

		if (reused) {
			this.#progress.skip(bytesToRead(entry));
			this.#outcomes.settle(reused);
		}

		return reused !== undefined;
	}

	/** While the rest of a copy is read back and it is synced, its worker goes on with the next file. */
	async #commit({draft, check, record}: FreshCopy, tracked: Tracked): Promise<void> {
		this.#progress.check(tracked);

		try {
			await check?.finish(record);
		} catch (error) {
			await this.#staging.drop(draft);
			throw error;
		}

		await this.#settleTogether([{draft, record}]);
		this.#progress.checked(tracked);
	}

	#settleFailed(path: Buffer, {message, code, remedy}: SourceError | RefusedCopyError): void {
		this.#settleMissing({path, outcome: 'failed', error: {message, ...(code !== undefined && {code}), ...(remedy !== undefined && {remedy})}});
	}

	/** Records that an entry was chosen as a symbolic link, or from which stream it comes: a retry needs both. */
	#settleMissing(missing: MissingRecord): void {
		this.#outcomes.settleMissing({...missing, ...this.#marks.get(pathKey(missing.path))});
	}

	async #settleTogether(copies: readonly Complete[]): Promise<void> {
		for (const {record, error} of await this.#staging.commit(copies)) {
			if (error) {
				this.#settleFailed(record.path, error);
			} else {
				this.#outcomes.settle(record);
			}
		}
	}

	/** Takes over the copies that an interrupted run completed of files that are still the same. Resolves with the other entries. */
	async #resume(): Promise<readonly Entry[]> {
		const {source, streams, entries, extras, verify, swept} = this.#options;
		const {taken, left} = await takeOver({
			source, streams, entries, extras, names: this.#names, staging: this.#staging, mustBeVerified: verify, signal: this.#signal,
		});
		await this.#options.hold.check();
		const removed = await this.#staging.sweep();
		const there = taken.filter(({record}) => this.#staging.holds(record));

		for (const {entry, record} of there) {
			this.#claims.take(entry);
			this.#progress.skip(bytesToRead(entry));
			this.#outcomes.settle(record, true);
		}

		this.#resumed = {
			files: there.length,
			bytes: there.reduce((sum, {record}) => sum + (record.reusedFrom === undefined ? record.bytesIn : 0), 0),
		};
		this.#outcomes.noteResumed(there.length);
		this.#outcomes.noteSwept(swept + removed);
		return [...left, ...taken.filter(({record}) => !this.#staging.holds(record)).map(({entry}) => entry)];
	}
}

/** Bytes that a run has to read. */
export const totalBytes = (entries: readonly Entry[]) => entries.reduce((sum, entry) => sum + bytesToRead(entry), 0);
