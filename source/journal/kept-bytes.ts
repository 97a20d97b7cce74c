const zero = 0x30;

/** Longest value that is kept, in bytes. */
const longestValue = 512;

/** Most digits of a number that is exact. */
const mostDigits = 16;

/** Some bytes that are kept, of a value that is looked at. */
export class KeptBytes {
	readonly #bytes = Buffer.alloc(longestValue);
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

	/** @returns Whether there is room for them. */
	add(chunk: Buffer, start: number, end: number): boolean {
		if (this.#length + end - start > longestValue) {
			return false;
		}

		this.#length += chunk.copy(this.#bytes, this.#length, start, end);
		return true;
	}

	clear(): void {
		this.#length = 0;
	}

	take(other: KeptBytes): void {
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
