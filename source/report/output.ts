import {errorCode} from '../files/errors.ts';
import {terminalSize} from '../text/terminal-size.ts';

/** Takes back what stands on the current line of a terminal. */
export const eraseLine = '\r\u{1B}[K';

/** What a stream fails with when its reader has gone away. */
const gone: ReadonlySet<string> = new Set(['EPIPE', 'ECONNRESET']);

/** A terminal that has gone away fails as a failing disk does. */
const isGone = (error: unknown, {isTTY}: NodeJS.WriteStream) => gone.has(errorCode(error) ?? '') || (isTTY && errorCode(error) === 'EIO');

/**
One of the standard streams. A reader that went away (`| head -1`, a dropped connection) is no error here: what is written after is dropped,
and `onBroken` is told once. Any other error, such as a full disk, is kept for `flush`.
*/
export class Output {
	readonly #stream: NodeJS.WriteStream;
	readonly #onBroken: () => void;
	#isBroken = false;
	#failure: unknown;

	constructor(stream: NodeJS.WriteStream, onBroken: () => void = () => undefined) {
		this.#stream = stream;
		this.#onBroken = onBroken;
		stream.on('error', error => {
			const isFirst = !this.#isBroken;
			this.#isBroken = true;

			if (!isGone(error, stream)) {
				this.#failure ??= error;
			} else if (isFirst) {
				this.#onBroken();
			}
		});
	}

	/** Whether what is written goes nowhere any more. */
	get isBroken(): boolean {
		return this.#isBroken;
	}

	/** Waits until all is written. Resolves with the system's error if it could not be, other than for want of a reader: a full disk. */
	async flush(): Promise<unknown> {
		await new Promise<void>(resolve => {
			this.#stream.write('', () => {
				resolve();
			});
		});
		return this.#failure;
	}

	/** Columns of the terminal it leads to; `undefined` if it leads to none, or to one that knows no cursor movement. */
	get columns(): number | undefined {
		const isCapable = this.#stream.isTTY && process.env.TERM !== 'dumb';
		return isCapable ? terminalSize(this.#stream).columns : undefined;
	}

	write(text: string): void {
		if (!this.#isBroken) {
			this.#stream.write(text);
		}
	}
}
