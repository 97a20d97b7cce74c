/** Lets only so much work go on at once, in the order in which it came. */
export class Turns {
	readonly #waiting: Array<() => void> = [];
	#free: number;

	/** @param count How many may be at work at once, at least 1. */
	constructor(count: number) {
		this.#free = count;
	}

	/** Does work when it is its turn. Settles as the work does. */
	async take<Result>(work: () => Promise<Result>): Promise<Result> {
		if (this.#free === 0) {
			await new Promise<void>(resolve => {
				this.#waiting.push(resolve);
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
