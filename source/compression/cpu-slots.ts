import {availableParallelism} from 'node:os';

/** Lets only so much work go on at once, in the order in which it came, but for what is urgent. */
export class CpuSlots {
	readonly #waiting: Array<() => void> = [];
	#free: number;

	/** @param count How many may be at work at once, at least 1. */
	constructor(count: number) {
		this.#free = count;
	}

	/** Does work once a slot is free; urgent work before all other that waits. Settles as the work does. */
	async run<Result>(work: () => Promise<Result>, isUrgent = false): Promise<Result> {
		if (this.#free === 0) {
			await new Promise<void>(resolve => {
				if (isUrgent) {
					this.#waiting.unshift(resolve);
				} else {
					this.#waiting.push(resolve);
				}
			});
		} else {
			this.#free--;
		}

		try {
			return await work();
		} finally {
			const next = this.#waiting.shift();

			if (next) {
				next();
			} else {
				this.#free++;
			}
		}
	}
}

/**
Slots for work that takes a whole core.

@param jobs How many cores may be taken, at least 1. If these are all there are, nobody has to wait: the system deals them out better, as no core is
then idle while the main thread is told of an end and begins the next.
*/
export const cpuSlotsFor = (jobs: number): CpuSlots => new CpuSlots(jobs < availableParallelism() ? jobs : Infinity);
