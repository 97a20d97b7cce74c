/** There is no memory left for something that is needed. */
export class OutOfMemoryError extends Error {
	constructor(message: string, cause?: unknown) {
		super(message, {cause});
		this.name = 'OutOfMemoryError';
	}
}

/** Things that are costly to make, kept for the next who needs one. Where memory is too short for one more, those that are there have to do. */
export class FreeList<Item> {
	readonly #make: () => Item;
	readonly #free: Item[] = [];
	readonly #waiting: Array<(item: Item) => void> = [];
	#isFull = false;

	/**
	Makes the first.

	@throws Whatever `make` throws.
	*/
	constructor(make: () => Item) {
		this.#make = make;
		this.#free.push(make());
	}

	/** Waits for another's, if no more can be made; in turn. */
	async take(): Promise<Item> {
		const item = this.#free.pop() ?? this.#makeOne();
		return item ?? new Promise(resolve => {
			this.#waiting.push(resolve);
		});
	}

	giveBack(item: Item): void {
		const next = this.#waiting.shift();

		if (next) {
			next(item);
		} else {
			this.#free.push(item);
		}
	}

	#makeOne(): Item | undefined {
		if (this.#isFull) {
			return undefined;
		}

		try {
			return this.#make();
		} catch {
			this.#isFull = true;
			return undefined;
		}
	}
}
