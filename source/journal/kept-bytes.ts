const zero = 0x30;

/** Memory is taken for so many bytes at first, and for twice as many whenever that is too little. */
const atFirst = 512;

/** Most digits of a number that is exact. */
const mostDigits = 16;

/** Some bytes that are kept, of a value that is looked at. */
export class KeptBytes {
	#bytes = Buffer.alloc(atFirst);
	#length = 0;

	/** One character a byte. */
	get text(): string {
		return this.#bytes.toString('latin1', 0, this.#length);
	}

	/** The number that its digits say; `undefined` if it is anything else. */
	get number(): number | undefined {
		let number = 0;

		for (let index = 0; index < this.#length; index++) {
			const digit = this.#bytes[index]! - zero;

			if (digit < 0 || digit > 9) {
				return undefined;
			}

			number = (10 * number) + digit;
		}

		return this.#length > 0 && this.#length <= mostDigits ? number : undefined;
	}

	/** Until something else is kept. */
	get bytes(): Buffer {
		return this.#bytes.subarray(0, this.#length);
	}

	/**
	@param limit No more are kept.
	@returns Whether all are.
	*/
	add(chunk: Buffer, start: number, end: number, limit: number): boolean {
		const kept = Math.min(end - start, limit - this.#length);
		this.#makeRoom(this.#length + kept);
		this.#length += chunk.copy(this.#bytes, this.#length, start, start + kept);
		return kept === end - start;
	}

	clear(): void {
		this.#length = 0;
	}

	take(other: KeptBytes): void {
		this.#makeRoom(other.#length);
		this.#length = other.#bytes.copy(this.#bytes, 0, 0, other.#length);
	}

	equals(other: KeptBytes): boolean {
		if (this.#length !== other.#length) {
			return false;
		}

		for (let index = 0; index < this.#length; index++) {
			if (this.#bytes[index] !== other.#bytes[index]) {
				return false;
			}
		}

		return true;
	}

	#makeRoom(length: number): void {
		if (length > this.#bytes.length) {
			this.#bytes = Buffer.concat([this.#bytes], Math.max(length, 2 * this.#bytes.length));
		}
	}
}

/** So many values are told apart; a day has fewer boots. */
const mostValues = 1000;

/** Values, each once, in order. */
export class DistinctValues {
	readonly #values = new Set<string>();
	readonly #latest = new KeptBytes();

	get values(): readonly string[] {
		return [...this.#values];
	}

	note(value: KeptBytes): void {
		if (this.#values.size < mostValues && (this.#values.size === 0 || !this.#latest.equals(value))) {
			this.#latest.take(value);
			this.#values.add(value.text);
		}
	}
}
