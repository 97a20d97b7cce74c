/*
Big enough that a block's fixed cost (a deflate state, 5 bytes of flush marker) is lost in the noise, small enough that all
blocks in flight together stay a few megabytes.
*/
export const blockSize = 256 * 1024;

/**
A fixed number of buffers of `blockSize` bytes, lent and returned: what bounds the memory of a run, whatever the number and size of
its files.
*/
export class BlockPool {
	readonly #free: Buffer[] = [];
	readonly #waiting: Array<(block: Buffer) => void> = [];
	#unmade: number;

	/** @param count How many buffers there may be at once. */
	constructor(count: number) {
		this.#unmade = count;
	}

	/** Waits for a free buffer. Whoever gets it must `release` it, and must not wait for a second one before. */
	async acquire(): Promise<Buffer> {
		const block = this.#free.pop();

		if (block) {
			return block;
		}

		if (this.#unmade > 0) {
			this.#unmade--;
			return Buffer.allocUnsafeSlow(blockSize);
		}

		return new Promise(resolve => {
			this.#waiting.push(resolve);
		});
	}

	release(block: Buffer): void {
		const next = this.#waiting.shift();

		if (next) {
			next(block);
		} else {
			this.#free.push(block);
		}
	}
}
