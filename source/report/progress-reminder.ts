/** The shortest and the longest pause between two reports of progress, in milliseconds. */
const leastPause = 10_000;
const longestPause = 60_000;

/** The number of reminders in all, if nothing else is said in between. */
const steps = 10;

/** Decides when to report progress to somebody who listens, or reads a log. */
export class ProgressReminder {
	#saidAt: number | undefined;
	#step = 0;

	/** Notes that it has begun, or that its progress has just been told. `clock` in milliseconds of a steady clock. */
	note(clock: number): void {
		this.#saidAt = clock;
	}

	/**
	Whether it is time to say how far it is.

	@param fraction How far it is, 0–1.
	@param isDense Whether nothing else is heard meanwhile, so that it is said as often as may be.
	*/
	isDue(fraction: number, clock: number, isDense = false): boolean {
		const step = Math.floor(fraction * steps);
		this.#saidAt ??= clock;
		const pause = clock - this.#saidAt;

		if (pause < leastPause || (!isDense && step <= this.#step && pause < longestPause)) {
			return false;
		}

		this.#saidAt = clock;
		this.#step = step;
		return true;
	}
}
