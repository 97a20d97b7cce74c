import {readFile} from 'node:fs/promises';
import {setTimeout} from 'node:timers/promises';
import type {Entry} from '../origin/entry.ts';

/** In milliseconds: between attempts; beyond the kernel's time, for the holder to be told and the file to be opened; and the longest wait there is. */
const pauseTime = 200;
const leeway = 5000;
const longestWait = 120_000;

/** The kernel's default, in seconds. */
const usualBreakTime = 45;

/** For how many milliseconds a lease is waited for: after `/proc/sys/fs/lease-break-time` seconds the kernel breaks it (proc(5)). */
async function readPatience(): Promise<number> {
	const text = await readFile('/proc/sys/fs/lease-break-time', 'latin1').catch(() => '');
	const seconds = /^\d+\s*$/v.test(text) ? Number(text) : usualBreakTime;
	return Math.min((seconds * 1000) + leeway, longestWait);
}

/**
Files that somebody holds a lease on. The first attempt to open one tells its holder to give it back, and so do all leases run out at the same
time, while the other files are copied: however many there are, they are waited for once.
*/
export class Leases {
	readonly #deadlines = new Map<Entry, number>();
	#postponed: Entry[] = [];
	#patience: Promise<number> | undefined;

	/** A file could not be opened for a lease on it. Resolves with whether it is worth another attempt, later. */
	async postpone(entry: Entry): Promise<boolean> {
		this.#patience ??= readPatience();
		const patience = await this.#patience;
		const deadline = this.#deadlines.get(entry) ?? (performance.now() + patience);
		this.#deadlines.set(entry, deadline);

		if (performance.now() >= deadline) {
			return false;
		}

		this.#postponed.push(entry);
		return true;
	}

	/** Whether any is to be tried again. */
	get areWaiting(): boolean {
		return this.#postponed.length > 0;
	}

	/** Those that are to be tried again, after a moment; at once when the signal is aborted. */
	async due(signal: AbortSignal): Promise<readonly Entry[]> {
		const due = this.#postponed;
		this.#postponed = [];
		await setTimeout(pauseTime, undefined, {signal}).catch(() => undefined);
		return due;
	}
}
