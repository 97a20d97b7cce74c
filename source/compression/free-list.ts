/** Memory for something that is needed could not be allocated. */
export class OutOfMemoryError extends Error {
	constructor(message: string, cause?: unknown) {
		super(message, {cause});
		this.name = 'OutOfMemoryError';
	}
}

/** Pool of objects that are costly to make. If memory is too short for another, callers wait for one that exists. */
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
