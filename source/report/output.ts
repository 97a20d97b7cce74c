import {errorCode, errorReason} from '../files/errors.ts';
import {terminalSize} from '../text/terminal-size.ts';
import {Spool} from './spool.ts';

/** Takes back what stands on the current line of a terminal. */
export const eraseLine = '\r\u{1B}[K';

/** Error codes of a stream whose reader has gone away. */
const gone: ReadonlySet<string> = new Set(['EPIPE', 'ECONNRESET']);

/** A terminal that has gone away fails as a failing disk does. */
export const isReaderGone = (error: unknown, {isTTY}: NodeJS.WriteStream): boolean => gone.has(errorCode(error) ?? '') || (isTTY && errorCode(error) === 'EIO');

export type OutputOptions = {
	/** Told once when its reader has gone away. */
	readonly onBroken?: () => void;
	/** Whether what a slow reader has not read yet waits on the disk: of a run, which waits for nobody, that may become any amount. */
	readonly isSpooled?: boolean;
	/** Puts what is written into another form: into ASCII. */
	readonly convert?: (text: string) => string;
};

/**
One of the standard streams. A reader that went away (`| head -1`, a dropped connection) is not an error here: later output is dropped,
and `onBroken` is told once. Any other error, such as a full disk, is kept for `flush`.
*/
export class Output {
	readonly #stream: NodeJS.WriteStream;
	readonly #onBroken: () => void;
	readonly #spool: Spool | undefined;
	readonly #convert: (text: string) => string;
	#isBroken = false;
	#failure: unknown;

	constructor(stream: NodeJS.WriteStream, {onBroken = () => undefined, isSpooled = false, convert = text => text}: OutputOptions = {}) {
		this.#stream = stream;
		this.#onBroken = onBroken;
		this.#convert = convert;
		this.#spool = isSpooled ? new Spool(stream) : undefined;
		stream.on('error', error => {
			const isFirst = !this.#isBroken;
			this.#isBroken = true;

			if (!isReaderGone(error, stream)) {
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
		const loss = await this.#spool?.emptied();

		if (loss !== undefined) {
			this.#failure ??= new Error(`its reader was slow, and what it had not read could not be kept: ${errorReason(loss)}`);
		}

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

	/** Whether its reader is so far behind that what is written waits on the disk. */
	get isBehind(): boolean {
		return this.#spool?.isInUse ?? false;
	}

	write(text: string): void {
		if (this.#isBroken) {
			return;
		}

		const converted = this.#convert(text);

		if (this.#spool) {
			this.#spool.write(converted);
		} else {
			this.#stream.write(converted);
		}
	}
}
