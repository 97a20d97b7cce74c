/** The least and the most that the second byte of a character may be, by the first one, where that is not any (RFC 3629). */
const seconds: ReadonlyMap<number, readonly [least: number, most: number]> = new Map([
	[0xE0, [0xA0, 0xBF]], [0xED, [0x80, 0x9F]], [0xF0, [0x90, 0xBF]], [0xF4, [0x80, 0x8F]],
]);

const lengthOf = (first: number): number => first >= 0xC2 && first < 0xF5 ? 2 + Number(first >= 0xE0) + Number(first >= 0xF0) : 1;

/** A character of the input: its code point, or a byte that is none in UTF-8. */
export type Unit = {
	readonly code: number;
	readonly isByte: boolean;
};

/** Splits bytes into characters of UTF-8, wherever they are cut. A byte that belongs to none comes out as it is. */
export class CharacterSplitter {
	#pending: number[] = [];

	/** Whether the last bytes may be the beginning of a character. */
	get isInside(): boolean {
		return this.#pending.length > 0;
	}

	push(byte: number): readonly Unit[] {
		const [first] = this.#pending;

		if (first === undefined) {
			return this.#begin(byte);
		}

		const [least, most] = (this.#pending.length === 1 ? seconds.get(first) : undefined) ?? [0x80, 0xBF];

		if (byte < least || byte > most) {
			return [...this.#giveUp(), ...this.#begin(byte)];
		}

		this.#pending.push(byte);

		if (this.#pending.length < lengthOf(first)) {
			return [];
		}

		const text = new TextDecoder('utf-8', {ignoreBOM: true}).decode(Uint8Array.from(this.#pending));
		this.#pending = [];
		return [{code: text.codePointAt(0)!, isByte: false}];
	}

	/** Forgets a character of which the rest did not come. */
	reset(): void {
		this.#pending = [];
	}

	#begin(byte: number): readonly Unit[] {
		if (byte < 0x80 || lengthOf(byte) === 1) {
			return [{code: byte, isByte: byte >= 0x80}];
		}

		this.#pending = [byte];
		return [];
	}

	#giveUp(): readonly Unit[] {
		const units = this.#pending.map(code => ({code, isByte: true}));
		this.#pending = [];
		return units;
	}
}
