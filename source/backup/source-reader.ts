import type {SourceFile} from './source-file.ts';

/** Reads exactly the size that was seen when the file was opened, or less if it has become shorter. */
export class SourceReader {
	readonly #file: SourceFile;
	readonly #signal: AbortSignal;
	readonly #advance: (bytes: number) => void;
	#left: number;
	bytesRead = 0;

	constructor(file: SourceFile, size: number, signal: AbortSignal, advance: (bytes: number) => void) {
		this.#file = file;
		this.#left = size;
		this.#signal = signal;
		this.#advance = advance;
	}

	/** Fills the buffer; fewer bytes only at the end. */
	async read(into: Buffer): Promise<number> {
		let filled = 0;

		while (filled < into.length && this.#left > 0) {
			this.#signal.throwIfAborted();
			const length = await this.#file.read(into.subarray(filled, filled + Math.min(into.length - filled, this.#left)), this.bytesRead);

			if (length === 0) {
				this.#left = 0;
			}

			filled += length;
			this.#left -= length;
			this.bytesRead += length;
			this.#advance(length);
		}

		return filled;
	}
}
