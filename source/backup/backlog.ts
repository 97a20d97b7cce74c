/** Work that goes on by itself, while others add to it; they wait once too much of it is under way. */
export class Backlog {
	readonly #limit: number;
	readonly #underWay = new Set<Promise<void>>();
	readonly #blocked: Array<() => void> = [];

	/** @param limit From so many pieces of work on, whoever asks for room waits. */
	constructor(limit: number) {
		this.#limit = limit;
	}

	/** Takes work along. Whoever began it must see to it that a failure is noticed. */
	add(work: Promise<void>): void {
		this.#underWay.add(work);
		void work.catch(() => undefined).finally(() => {
			this.#underWay.delete(work);
			this.#blocked.shift()?.();
		});
	}

	/** Resolves at once, or when a piece of work is done. */
	async room(): Promise<void> {
		if (this.#underWay.size >= this.#limit) {
			await new Promise<void>(resolve => {
				this.#blocked.push(resolve);
			});
		}
	}

	/** Resolves when all that is under way has come to an end, well or not. */
	async settled(): Promise<void> {
		await Promise.allSettled(this.#underWay);
	}
}
