import type {SourceFile} from './source-file.ts';
import {type Layout, refuseZeros} from './sparse.ts';

/** As many zeros as are compared at once. */
const zeros = Buffer.alloc(64 * 1024);

function isZero(content: Buffer): boolean {
	for (let start = 0; start < content.length; start += zeros.length) {
		const part = content.subarray(start, start + zeros.length);

		if (!part.equals(zeros.subarray(0, part.length))) {
			return false;
		}
	}

	return true;
}

/** Reads exactly what was laid out when the file was opened, or less if it has become shorter. */
export class SourceReader {
	/** Bytes of content, holes left out. */
	bytesRead = 0;
	readonly #file: SourceFile;
	readonly #layout: Layout;
	readonly #signal: AbortSignal;
	readonly #advance: (bytes: number) => void;
	/** Of the extent that is being read: its number, and how much of it has been read. */
	#extent = 0;
	#done = 0;
	#zeros = 0;

	constructor(file: SourceFile, layout: Layout, signal: AbortSignal, advance: (bytes: number) => void) {
		this.#file = file;
		this.#layout = layout;
		this.#signal = signal;
		this.#advance = advance;
	}

	/** Fills the buffer; fewer bytes only at the end. */
	async read(into: Buffer): Promise<number> {
		let filled = 0;

		while (filled < into.length && this.#extent < this.#layout.extents.length) {
			this.#signal.throwIfAborted();
			const [offset, length] = this.#layout.extents[this.#extent]!;
			const rest = into.subarray(filled, filled + Math.min(into.length - filled, length - this.#done));
			const read = rest.length === 0 ? 0 : await this.#file.read(rest, offset + this.#done);
			filled += read;
			this.#done += read;
			this.bytesRead += read;
			this.#advance(read);

			if (this.#done === length) {
				this.#extent++;
				this.#done = 0;
			} else if (read === 0) {
				// It ends here by now.
				this.#extent = this.#layout.extents.length;
			}
		}

		this.#countZeros(into.subarray(0, filled));
		return filled;
	}

	/** If holes cannot be told from data, reading zeros must come to an end. */
	#countZeros(content: Buffer): void {
		this.#zeros += this.#layout.mostZeros < Infinity && isZero(content) ? content.length : 0;

		if (this.#zeros > this.#layout.mostZeros) {
			throw refuseZeros();
		}
	}
}
