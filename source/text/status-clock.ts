/** Milliseconds between two status events of a run, a verification or a restoration. */
export const statusInterval = 250;

/** Tells how long work has taken, and keeps its statuses far enough apart. */
export class StatusClock {
	readonly #started = performance.now();
	#lastStatus = 0;

	/** Seconds, as reports have them. */
	get seconds(): number {
		return Number(((performance.now() - this.#started) / 1000).toFixed(2));
	}

	/** Calls `report`, unless it did so just now. */
	throttle(report: () => void): void {
		const now = performance.now();

		if (now - this.#lastStatus >= statusInterval) {
			this.#lastStatus = now;
			report();
		}
	}
}

/** Fraction done of a total, 0–1, as in reports; at most 1, even if the total was too small. */
export const fractionDone = (done: number, total: number): number => total === 0 ? 0 : Math.min(1, Number((done / total).toFixed(3)));
