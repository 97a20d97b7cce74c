/** Lets only so much work go on at once, in the order in which it came, but for what is urgent. */
export class Turns {
	readonly #waiting: Array<() => void> = [];
	#free: number;

	/** @param count How many may be at work at once, at least 1. */
	constructor(count: number) {
		this.#free = count;
	}

	/** Does work when it is its turn; urgent work before all other that waits. Settles as the work does. */
	async take<Result>(work: () => Promise<Result>, isUrgent = false): Promise<Result> {
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
