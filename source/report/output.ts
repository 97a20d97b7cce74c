/** Takes back what stands on the current line of a terminal. */
export const eraseLine = '\r\u{1B}[K';

/**
One of the standard streams. A reader that went away (`| head -1`, a dropped connection) is no error here: what is written after is dropped,
and `onBroken` is told once.
*/
export class Output {
	readonly #stream: NodeJS.WriteStream;
	readonly #onBroken: () => void;
	#isBroken = false;

	constructor(stream: NodeJS.WriteStream, onBroken: () => void = () => undefined) {
		this.#stream = stream;
		this.#onBroken = onBroken;
		stream.on('error', () => {
			this.#break();
		});
	}

	/** Whether nobody reads it any more. */
	get isBroken(): boolean {
		return this.#isBroken;
	}

	/** Columns of the terminal it leads to; `undefined` if it leads to none, or to one that knows no cursor movement. */
	get columns(): number | undefined {
		const isCapable = this.#stream.isTTY && process.env.TERM !== 'dumb';
		return isCapable ? (this.#stream).columns : undefined;
	}

	write(text: string): void {
		if (!this.#isBroken) {
			this.#stream.write(text);
		}
	}

	#break(): void {
		if (!this.#isBroken) {
			this.#isBroken = true;
			this.#onBroken();
		}
	}
}
