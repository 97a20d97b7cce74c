import {
	closeSync,
	constants,
	openSync,
	readSync,
	unlinkSync,
	writeSync,
} from 'node:fs';
import {privateMode} from '../files/modes.ts';

/** Bytes kept in memory: enough for most runs. The rest goes to the disk, in blocks of this size. */
const blockSize = 512 * 1024;

/**
All that was said, in order, for readers that are each somewhere else in it. It takes no more memory than a block, however long it gets: what is
older lies in a file without a name, which is gone with the process. Where that cannot be written, what is older is lost to those who have not read it.
*/
export class EventLog {
	readonly #location: Buffer;
	#descriptor: number | undefined;
	/** Bytes not yet in the file, from position `#flushed` on. */
	#recent: Buffer[] = [];
	#recentBytes = 0;
	#flushed = 0;
	/** Position of the first byte still kept. */
	#start = 0;
	#loss: unknown;

	/** @param location Where the file may be made: its name is taken away again at once. */
	constructor(location: Buffer) {
		this.#location = location;
	}

	/** Bytes, counted from the beginning: where the next line will stand. */
	get end(): number {
		return this.#flushed + this.#recentBytes;
	}

	/** Why something is lost, if it is. */
	get loss(): unknown {
		return this.#loss;
	}

	append(line: string): void {
		const bytes = Buffer.from(line);
		this.#recent.push(bytes);
		this.#recentBytes += bytes.length;

		if (this.#recentBytes >= blockSize) {
			this.#flush();
		}
	}

	/**
	Reads the log from a position on.

	@param maximum In bytes.
	@returns The bytes, at least one unless the position is the end; and the position behind them. Lost ones are skipped.
	*/
	read(position: number, maximum: number): {readonly bytes: Buffer; readonly next: number} {
		const from = Math.max(position, this.#start);

		if (from < this.#flushed) {
			const buffer = Buffer.allocUnsafe(Math.min(maximum, this.#flushed - from));
			const length = readSync(this.#descriptor!, buffer, 0, buffer.length, from);
			return {bytes: buffer.subarray(0, length), next: from + length};
		}

		// Together, so that the next reader finds one.
		this.#recent = [Buffer.concat(this.#recent)];
		const bytes = this.#recent[0]!.subarray(from - this.#flushed, from - this.#flushed + maximum);
		return {bytes, next: from + bytes.length};
	}

	close(): void {
		if (this.#descriptor !== undefined) {
			closeSync(this.#descriptor);
			this.#descriptor = undefined;
		}

		this.#start = this.#flushed;
	}

	/** Lines are never cut by what is lost: it ends where a line does. */
	#flush(): void {
		const block = Buffer.concat(this.#recent);
		const end = this.#flushed + block.length;

		try {
			this.#descriptor ??= this.#open();

			for (let written = 0; written < block.length;) {
				written += writeSync(this.#descriptor, block, written, block.length - written, this.#flushed + written);
			}
		} catch (error) {
			this.#loss ??= error;
			this.#start = end;
		}

		this.#flushed = end;
		this.#recent = [];
		this.#recentBytes = 0;
	}

	#open(): number {
		const descriptor = openSync(this.#location, constants.O_RDWR | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW, privateMode);
		unlinkSync(this.#location);
		return descriptor;
	}
}
