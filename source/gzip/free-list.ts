/** Things that are costly to make, kept for the next who needs one. */
export class FreeList<Item> {
	readonly #make: () => Item;
	readonly #free: Item[] = [];

	constructor(make: () => Item) {
		this.#make = make;
	}

	take(): Item {
		return this.#free.pop() ?? this.#make();
	}

	giveBack(item: Item): void {
		this.#free.push(item);
	}
}
