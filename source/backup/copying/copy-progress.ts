import type {Reached} from '../../origin/open-source.ts';
import {TimeLeft} from './time-left.ts';

/** The rate is that of the last few seconds: what the disk does now, without the jumps of a single tick. */
const rateWindow = 5000;

/** A file being copied. */
export type Tracked = {
	readonly path: Buffer;
	bytesDone: number;
	totalBytes: number;
	/** Whether the total is an estimate. */
	readonly isEstimate?: boolean;
	/** How far it has been read, if it is made of records. */
	reached?: () => Reached | undefined;
};

/** From so many records on they tell of the others. */
const tellingRecords = 1000;

type RateSample = {readonly time: number; readonly bytes: number};

/** Counts what a run has done; bytes are bytes of source. Times are milliseconds of a monotonic clock. */
export class Progress {
	/** Files with an outcome. */
	filesDone = 0;
	/** Of these, those that an interrupted run had copied: they cost no time. */
	filesTakenOver = 0;
	errorCount = 0;
	bytesWritten = 0;
	/** Files being copied that are not worth counting bytes of. */
	others: () => readonly Tracked[] = () => [];
	totalFiles: number;
	/** Milliseconds that the run was halted. */
	paused = 0;
	/** Later by all the time that the run was halted: neither how long it takes nor its rate is made of that. */
	started: number;
	readonly #active = new Set<Tracked>();
	readonly #checking = new Set<Tracked>();
	#samples: RateSample[] = [];
	#totalBytes: number;
	/** Read by this run, and so what its rate is made of. */
	#bytesRead = 0;
	/** Of files that are over, one way or the other. */
	#bytesSettled = 0;
	readonly #timeLeft = new TimeLeft();
	/** Its counts when it last did something, and when that was. */
	#seen = '';
	#activeSince: number;

	constructor(totalFiles: number, totalBytes: number, now: number) {
		this.totalFiles = totalFiles;
		this.#totalBytes = totalBytes;
		this.started = now;
		this.#activeSince = now;
		this.#samples.push({time: now, bytes: 0});
	}

	get activeFiles(): readonly Tracked[] {
		return [...this.#active];
	}

	get totalBytes(): number {
		return this.#totalBytes;
	}

	/** Of files that are over, and of those under way. */
	get bytesDone(): number {
		return this.#bytesSettled + this.activeFiles.reduce((sum, file) => sum + file.bytesDone, 0);
	}

	/** There is more to do than was known. */
	expect(files: number, bytes: number): void {
		this.totalFiles += files;
		this.#totalBytes += bytes;
	}

	/** A file's turn has come. `expected` is the size that the run's total was made of. */
	begin(path: Buffer, expected: number, isEstimate = false): Tracked {
		const tracked = {
			path, bytesDone: 0, totalBytes: expected, isEstimate,
		};
		this.#active.add(tracked);
		return tracked;
	}

	/** The size that counts turned out to be another than was expected. */
	resize(tracked: Tracked, bytes: number): void {
		this.#totalBytes += bytes - tracked.totalBytes;
		tracked.totalBytes = bytes;
	}

	advance(tracked: Tracked, bytes: number): void {
		tracked.bytesDone += bytes;
		this.#bytesRead += bytes;

		const {records = 0, total = 0} = tracked.reached?.() ?? {};

		// So many records tell better than any estimate how long all of them are.
		if (records >= tellingRecords) {
			this.resize(tracked, Math.round(tracked.bytesDone * total / records));
		}

		// Its size said less than there is.
		if (tracked.bytesDone > tracked.totalBytes) {
			this.resize(tracked, tracked.bytesDone);
		}
	}

	/** A file has been read, as far as it goes. What was not read of it counts no more. */
	end(tracked: Tracked): void {
		this.resize(tracked, tracked.bytesDone);
		this.#bytesSettled += tracked.bytesDone;
		this.#active.delete(tracked);
	}

	/** A file is read from its beginning again. */
	restart(tracked: Tracked): void {
		tracked.bytesDone = 0;
	}

	/** A file's turn comes again. */
	postpone(tracked: Tracked): void {
		this.#active.delete(tracked);
	}

	/** The run was halted for so many milliseconds. */
	pause(milliseconds: number): void {
		this.started += milliseconds;
		this.paused += milliseconds;
		this.#activeSince += milliseconds;
		this.#samples = this.#samples.map(({time, bytes}) => ({time: time + milliseconds, bytes}));
	}

	get checkingFiles(): readonly Tracked[] {
		return [...this.#checking];
	}

	/** A file that has been read is read back and synced, until it is over. */
	check(tracked: Tracked): void {
		this.#checking.add(tracked);
	}

	checked(tracked: Tracked): void {
		this.#checking.delete(tracked);
	}

	/** A file needs no reading. */
	skip(bytes: number): void {
		this.#bytesSettled += bytes;
	}

	/** Bytes read in a second, over the last few seconds: between the calls of this. */
	rate(now: number): number {
		this.#samples.push({time: now, bytes: this.#bytesRead});

		while (this.#samples.length > 2 && this.#samples[1]!.time < now - rateWindow) {
			this.#samples.shift();
		}

		const first = this.#samples[0]!;
		return now > first.time ? (this.#bytesRead - first.bytes) / (now - first.time) * 1000 : 0;
	}

	/** Takes note of what is done by now, for `secondsLeft` and `idle`. To be called whenever that is told. */
	note(now: number): void {
		const files = this.filesDone - this.filesTakenOver;
		this.#timeLeft.note({seconds: (now - this.started) / 1000, bytes: this.#bytesRead, files});
		const seen = `${this.#bytesRead} ${this.bytesWritten} ${this.filesDone}`;

		if (seen !== this.#seen) {
			this.#seen = seen;
			this.#activeSince = now;
		}
	}

	/** Seconds that the rest takes, if it goes on like that; `undefined` while there is nothing to tell it by. */
	get secondsLeft(): number | undefined {
		return this.#timeLeft.tell(this.totalBytes - this.bytesDone, this.totalFiles - this.filesDone);
	}

	/** Milliseconds for which nothing was read, written or finished. */
	idle(now: number): number {
		return now - this.#activeSince;
	}
}
