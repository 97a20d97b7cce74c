import type {Complete} from '../../set/staging/committer.ts';
import {appendAll} from '../../text/lists.ts';

/** Time that complete copies wait for others, to be synced with them, in milliseconds. */
const gatheringTime = 500;

/** Gathers complete copies, and has them synced in groups: many together cost little more than one. */
export class CopyGroups {
	readonly #commit: (copies: readonly Complete[]) => Promise<void>;
	readonly #left: (count: number) => void;
	readonly #underWay = new Set<Promise<void>>();
	#gathered: Complete[] = [];
	#timer: NodeJS.Timeout | undefined;

	/**
	@param commit Finishes copies together.
	@param left Told of how many copies it did, however that went.
	*/
	constructor(commit: (copies: readonly Complete[]) => Promise<void>, left: (count: number) => void) {
		this.#commit = commit;
		this.#left = left;
	}

	/** Whether none is gathered, or being finished. */
	get isEmpty(): boolean {
		return this.#underWay.size + this.#gathered.length === 0;
	}

	/**
	Takes copies along. They don't wait for ever.

	@param enough With so many, none of them waits any longer.
	*/
	add(copies: readonly Complete[], enough: number): void {
		appendAll(this.#gathered, copies);

		if (this.#gathered.length >= enough) {
			this.#finishGathered();
		} else if (this.#gathered.length > 0) {
			this.#timer ??= setTimeout(() => {
				this.#finishGathered();
			}, gatheringTime);
		}
	}

	/** Resolves when a group is finished. Rejects with what one failed with. */
	async finishSome(): Promise<void> {
		this.#finishGathered();
		await Promise.race(this.#underWay);
	}

	/** Resolves when all are finished, well or not. */
	async finishAll(): Promise<void> {
		this.#finishGathered();
		await Promise.allSettled(this.#underWay);
	}

	#finishGathered(): void {
		clearTimeout(this.#timer);
		this.#timer = undefined;

		if (this.#gathered.length === 0) {
			return;
		}

		const {length} = this.#gathered;
		const group = this.#commit(this.#gathered);
		this.#gathered = [];
		this.#underWay.add(group);
		void group.catch(() => undefined).finally(() => {
			this.#left(length);
			this.#underWay.delete(group);
		});
	}
}
