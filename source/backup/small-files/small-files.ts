import {spareDescriptors} from '../../files/open-files.ts';
import type {Entry} from '../../origin/entry.ts';
import {isStream} from '../../origin/stream-source.ts';
import type {Complete} from '../../set/staging/committer.ts';
import type {Claim} from '../copying/claims.ts';
import type {CopyContext} from '../copying/copy-file.ts';
import type {Tracked} from '../copying/copy-progress.ts';
import {CopyGroups} from './copy-groups.ts';
import {
	type SmallCopy,
	type SmallFile,
	smallFileLimit,
	type SmallFileResult,
} from './small-file-messages.ts';
import {
	planReuse,
	planTask,
	type SmallFileTask,
	type SmallFileContext,
	toComplete,
	toLinked,
	toRequest,
} from './small-file-task.ts';
import {SmallFileThread} from './small-file-thread.ts';

/** From so many small files on, threads are worth their start (some 20 ms each). */
const worthwhile = 64;

/** More threads only wait for each other: the directory that they all create files in takes one at a time. */
const maxThreads = 4;

/** Most files, and bytes, handed over at once. */
const batchSize = 64;
const batchBytes = 1024 * 1024;

/** So many batches keep a thread busy while the main thread is, with a group of records. */
const batchesAhead = 4;

/** Most files that may be unfinished at once, from being handed over until they have their final names: all of them may be open. */
const maxUnfinished = 5120;

/** Copies that are synced together. */
const groupSize = 1024;

/** A file takes a block on the disk, however small it is. */
const diskBlock = 4096;

export type SmallFilesOptions = CopyContext & SmallFileContext & {
	/** Finishes complete copies together, and reports them. What it rejects with ends the run. */
	readonly commit: (copies: readonly Complete[]) => Promise<void>;
	/** Asked what a file's copy is to be called; `undefined` if that is not easily told. */
	readonly claim: (entry: Entry) => Claim | undefined;
	/** Takes a file that needs the ordinary way. */
	readonly handBack: (entry: Entry) => void;
};

/** A file that a path and names in the set were found for. */
type Claimed = Pick<SmallFileTask, 'entry' | 'claim' | 'reuse'>;

/** With fewer descriptors to spare, there are too few for batches of files, and for what a thread needs itself. */
const fewDescriptors = 512;

/** The small files of a run, for threads of their own to copy. */
export class SmallFiles {
	/**
	Those of the entries that are small, if they are enough to be worth it, and so many files may be open; and the others. The small ones come in the order of their paths: a manifest
	has that order, and finds their records together.
	*/
	static choose(entries: readonly Entry[]): {readonly small: readonly Entry[]; readonly others: readonly Entry[]} {
		const isSmall = (entry: Entry) => entry.size <= smallFileLimit && !isStream(entry);
		const small = entries.filter(entry => isSmall(entry));

		const isWorth = small.length >= worthwhile && spareDescriptors() >= fewDescriptors;
		return isWorth
			? {small: small.toSorted((one, other) => one.path.compare(other.path)), others: entries.filter(entry => !isSmall(entry))}
			: {small: [], others: entries};
	}

	readonly #options: SmallFilesOptions;
	readonly #entries: readonly Entry[];
	readonly #threads: SmallFileThread[] = [];
	readonly #underWay = new Map<number, SmallFileTask>();
	readonly #groups: CopyGroups;
	#unfinished = 0;
	#maxUnfinished = maxUnfinished;
	#next = 0;
	#started = 0;
	#count = 0;

	constructor(entries: readonly Entry[], options: SmallFilesOptions) {
		this.#options = options;
		this.#entries = entries;
		this.#groups = new CopyGroups(options.commit, count => {
			this.#unfinished -= count;
		});
		options.progress.others = () => this.#current();
		options.signal.addEventListener('abort', () => {
			for (const thread of this.#threads) {
				thread.halt();
			}
		}, {once: true});
	}

	/**
	Copies files in a thread of its own, until there are no more; several can be at work at once. Where no thread is to be had, all files are handed
	back.

	@throws {DestinationError} If the destination fails.
	@throws The signal's reason, once it is aborted.
	*/
	async work(): Promise<void> {
		const isNeeded = this.#started < maxThreads && this.#next < this.#entries.length;

		if (!isNeeded) {
			return;
		}

		this.#started++;
		this.#maxUnfinished = Math.min(maxUnfinished, spareDescriptors() / 2);
		const thread = await this.#start();

		if (!thread) {
			return;
		}

		const asked: Array<Promise<void>> = [];

		try {
			for (let files = await this.#draw(); files.length > 0; files = await this.#draw()) {
				const copied = thread.copy(files, results => {
					this.#take(results);
				});
				copied.catch(() => undefined);
				asked.push(copied);

				while (asked.length >= batchesAhead || (asked.length > 0 && this.#isFull)) {
					await asked.shift();
				}
			}
		} finally {
			await Promise.allSettled(asked);
		}

		await Promise.all(asked);
	}

	/** Finishes what is complete, and ends the threads. To be called once nobody is at work any more. */
	async end(): Promise<void> {
		await this.#groups.finishAll();
		this.#options.staging.nameWith(undefined);
		await Promise.all(this.#threads.map(async thread => thread.end()));
	}

	get #isFull(): boolean {
		return this.#unfinished + batchSize > this.#maxUnfinished;
	}

	async #start(): Promise<SmallFileThread | undefined> {
		const {source, staging, previous, engine, level, verify, signal} = this.#options;

		try {
			const thread = await SmallFileThread.start({
				source: source.fd, staging: staging.fd, previous: previous?.fd, stagingLabel: staging.label, format: engine.format, level, verify,
			});
			this.#threads.push(thread);
			staging.nameWith(async names => thread.name(names));
			return thread;
		} catch {
			// As many as there are do it; without any, the main thread.
			while (this.#threads.length === 0 && this.#next < this.#entries.length) {
				this.#options.handBack(this.#entries[this.#next++]!);
			}

			return undefined;
		} finally {
			signal.throwIfAborted();
		}
	}

	/** The next files to be handed over; none if there are no more. Waits while too much is waiting to be synced, and makes sure that there is room for them. */
	async #draw(): Promise<SmallFile[]> {
		const {signal, space} = this.#options;
		let files: SmallFile[] = [];

		while (files.length === 0 && this.#next < this.#entries.length) {
			while (this.#isFull && !this.#groups.isEmpty) {
				await this.#groups.finishSome();
			}

			signal.throwIfAborted();
			const claimed = this.#claim();
			this.#unfinished += claimed.length;
			await space?.spend(claimed.reduce((bytes, {entry}) => bytes + entry.size + diskBlock, 0));
			files = await this.#plan(claimed);
		}

		return files;
	}

	/** The next files that there is a path for. */
	#claim(): Claimed[] {
		const claimed: Claimed[] = [];
		let bytes = 0;

		while (claimed.length < batchSize && bytes < batchBytes && this.#next < this.#entries.length) {
			const entry = this.#entries[this.#next++]!;
			const claim = this.#options.claim(entry);

			if (!claim) {
				this.#options.handBack(entry);
				continue;
			}

			claimed.push({entry, claim, reuse: planReuse(entry, claim, this.#options)});
			bytes += entry.size + diskBlock;
		}

		return claimed;
	}

	/** Looks at what the files have beside their modes, which a thread cannot; but not of what is linked: that was looked at before. */
	async #plan(claimed: readonly Claimed[]): Promise<SmallFile[]> {
		const {source, extras: store} = this.#options;
		const lookedAt = Date.now();
		const copied = claimed.filter(({reuse}) => !reuse).map(({entry}) => entry);
		const found = await store.readPaths(source, copied.map(({path, kind}) => ({path, isLink: kind === 'symlink'})));
		const seen = new Map(copied.map((entry, index) => [entry, found[index]]));
		const files: SmallFile[] = [];

		for (const one of claimed) {
			const extras = one.reuse ? {} : seen.get(one.entry);

			if (extras) {
				const number = ++this.#count;
				const task = planTask({...one, extras, lookedAt}, this.#options);
				this.#underWay.set(number, task);
				files.push(toRequest(number, task));
			} else {
				this.#unfinished--;
				this.#options.handBack(one.entry);
			}
		}

		return files;
	}

	#take(results: readonly SmallFileResult[]): void {
		const complete: Complete[] = [];

		for (const result of results) {
			const task = this.#underWay.get(result.number)!;
			this.#underWay.delete(result.number);

			if (result.outcome === 'copied') {
				this.#countCopied(task.entry, result);
				complete.push(toComplete(result, task, this.#options.verify));
			} else if (result.outcome === 'linked') {
				this.#options.progress.skip(task.entry.size);
				complete.push(toLinked(task));
			} else {
				this.#unfinished--;
				this.#options.handBack(task.entry);
			}
		}

		this.#groups.add(complete, Math.min(groupSize, this.#maxUnfinished / 4));
	}

	#countCopied(entry: Entry, {reading: {source, bytesIn}, written: {bytesOut}}: SmallCopy): void {
		const {progress} = this.#options;
		const tracked = progress.begin(entry.path, entry.size);
		progress.resize(tracked, source.size);
		progress.advance(tracked, bytesIn);
		progress.end(tracked);
		progress.bytesWritten += bytesOut;
	}

	/** Files that the threads are copying. */
	#current(): Tracked[] {
		return this.#threads
			.map(thread => this.#underWay.get(thread.current)?.entry)
			.filter(entry => entry !== undefined)
			.map(({path, size}) => ({path, bytesDone: 0, totalBytes: size}));
	}
}
