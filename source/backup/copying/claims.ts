import {pathKey} from '../../files/path-key.ts';
import type {Entry} from '../../origin/entry.ts';
import {
	allNames,
	type CopyNames,
	type NamePlan,
	type NamingOptions,
	planNames,
} from '../../set/names/names.ts';

/** Under which path a copy is recorded, and how it may be called in the set. */
export type Claim = {
	readonly path: Buffer;
	readonly names: CopyNames;
};

type Naming = Pick<NamingOptions, 'format' | 'isAltering'>;

/** Sees to it that no two files of a run are recorded under one path, though files trade names while it goes on. */
export class Claims {
	readonly #plan: NamePlan;
	readonly #naming: Naming;
	/** Names and holders of paths that were not planned. */
	readonly #laterNames = new Map<string, CopyNames>();
	readonly #laterHolders = new Map<string, Entry>();
	/** Holders of the others, by the number of the path. */
	readonly #holders: Array<Entry | undefined>;

	/**
	@param plan The names that were planned.
	@param naming How names are planned for what turns up later.
	*/
	constructor(plan: NamePlan, naming: Naming) {
		this.#plan = plan;
		this.#naming = naming;
		this.#holders = Array.from({length: plan.size});
	}

	/** The path that a file has, or else the one that it was listed under; `undefined` if other files were copied under both. */
	take(entry: Entry): Claim | undefined {
		const path = [entry.path, ...(entry.listedAs ? [entry.listedAs] : [])].find(candidate => [undefined, entry].includes(this.#holderOf(candidate)));

		if (!path) {
			return undefined;
		}

		this.#setHolder(path, entry);
		return {path, names: this.#namesOf(path)};
	}

	/** Whether a copy is, or will be, recorded under a path. */
	isTaken(path: Buffer): boolean {
		return this.#holderOf(path) !== undefined;
	}

	/** A file is not to be recorded under any path after all. */
	release(entry: Entry): void {
		for (const path of [entry.path, entry.listedAs]) {
			if (path && this.#holderOf(path) === entry) {
				this.#setHolder(path, undefined);
			}
		}
	}

	#namesOf(path: Buffer): CopyNames {
		const known = this.#plan.of(path) ?? this.#laterNames.get(pathKey(path));

		if (known) {
			return known;
		}

		const files = [...this.#plan, ...this.#laterNames.values()].flatMap(names => allNames(names));
		const names = planNames([path], {...this.#naming, occupied: {files, directories: []}}).of(path)!;
		this.#laterNames.set(pathKey(path), names);
		return names;
	}

	#holderOf(path: Buffer): Entry | undefined {
		const index = this.#plan.indexOf(path);
		return index === undefined ? this.#laterHolders.get(pathKey(path)) : this.#holders[index];
	}

	#setHolder(path: Buffer, entry: Entry | undefined): void {
		const index = this.#plan.indexOf(path);

		if (index !== undefined) {
			this.#holders[index] = entry;
		} else if (entry) {
			this.#laterHolders.set(pathKey(path), entry);
		} else {
			this.#laterHolders.delete(pathKey(path));
		}
	}
}
