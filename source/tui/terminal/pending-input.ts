import {
	closeSync,
	constants,
	openSync,
	readSync,
} from 'node:fs';

const atOnce = 4096;

/**
The input that a terminal has ready to be read at this moment, without waiting for more. It tells text typed before something was shown
from text typed after.
*/
export class PendingInput {
	static #open(path: string): number | undefined {
		try {
			return openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
		} catch {
			return undefined;
		}
	}

	/** A descriptor of its own, which does not block. */
	readonly #descriptor: number | undefined;

	constructor(terminal: {readonly fd: number}) {
		this.#descriptor = PendingInput.#open(`/proc/self/fd/${terminal.fd}`) ?? PendingInput.#open('/dev/tty');
	}

	/** Nothing, where the terminal cannot be asked. */
	read(): Uint8Array {
		const parts: Uint8Array[] = [];

		for (;;) {
			const part = this.#readPart();

			if (part.length === 0) {
				return Buffer.concat(parts);
			}

			parts.push(part);
		}
	}

	close(): void {
		if (this.#descriptor !== undefined) {
			closeSync(this.#descriptor);
		}
	}

	#readPart(): Uint8Array {
		const buffer = Buffer.alloc(atOnce);

		try {
			return this.#descriptor === undefined ? Buffer.alloc(0) : buffer.subarray(0, readSync(this.#descriptor, buffer));
		} catch {
			// There is nothing (EAGAIN); or the terminal is gone, which whoever reads it in earnest is told.
			return Buffer.alloc(0);
		}
	}
}

/** Lets go of the lines that were typed on a terminal before there was a question. */
export function forgetTyped(input: {readonly fd: number; readonly isTTY: boolean}): void {
	if (input.isTTY) {
		const pending = new PendingInput(input);
		pending.read();
		pending.close();
	}
}
