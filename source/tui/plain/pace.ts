/** Milliseconds: how far something is is never said sooner after the last time, and never later. */
const leastPause = 10_000;
const longestPause = 60_000;

/** How many times it is said in all, if neither of them comes in between. */
const steps = 10;

/** When to say how far something is that is listened to. */
export class Pace {
	#saidAt: number | undefined;
	#step = 0;

	/** It has begun; or it has just been told how far it is. `clock` in milliseconds of a steady clock. */
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
