/**
A fixed number of buffers of one size, lent and returned: what bounds the memory of a run, whatever the number and size of its files.
*/
export class BlockPool {
	/** Size of each buffer, in bytes. */
	readonly blockSize: number;
	readonly #free: Buffer[] = [];
	readonly #waiting: Array<(block: Buffer) => void> = [];
	#unmade: number;

	/**
	@param count How many buffers there may be at once.
	@param blockSize Size of each, in bytes.
	*/
	constructor(count: number, blockSize: number) {
		this.#unmade = count;
		this.blockSize = blockSize;
	}

	/** Waits for a free buffer. Whoever gets it must `release` it, and must not wait for a second one before. */
	async acquire(): Promise<Buffer> {
		const block = this.#free.pop();

		if (block) {
			return block;
		}

		if (this.#unmade > 0) {
			this.#unmade--;
			return Buffer.allocUnsafeSlow(this.blockSize);
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
