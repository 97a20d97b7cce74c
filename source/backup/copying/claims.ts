import {pathKey} from '../../files/path-key.ts';
import type {Entry} from '../../origin/entry.ts';
import {
	allNames,
	type CopyNames,
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
	readonly #names: Map<string, CopyNames>;
	readonly #naming: Naming;
	readonly #holders = new Map<string, Entry>();

	/**
	@param names Those that were planned, by path.
	@param naming How names are planned for what turns up later.
	*/
	constructor(names: ReadonlyMap<string, CopyNames>, naming: Naming) {
		this.#names = new Map(names);
		this.#naming = naming;
	}

	/** The path that a file has, or else the one that it was listed under; `undefined` if other files were copied under both. */
	take(entry: Entry): Claim | undefined {
		const path = [entry.path, ...(entry.listedAs ? [entry.listedAs] : [])].find(candidate => [undefined, entry].includes(this.#holders.get(pathKey(candidate))));

		if (!path) {
			return undefined;
		}

		this.#holders.set(pathKey(path), entry);
		return {path, names: this.#namesOf(path)};
	}

	/** Whether a copy is, or will be, recorded under a path. */
	isTaken(path: Buffer): boolean {
		return this.#holders.has(pathKey(path));
	}

	/** A file is not to be recorded under any path after all. */
	release(entry: Entry): void {
		for (const path of [entry.path, entry.listedAs]) {
			if (path && this.#holders.get(pathKey(path)) === entry) {
				this.#holders.delete(pathKey(path));
			}
		}
	}

	#namesOf(path: Buffer): CopyNames {
		const planned = this.#names.get(pathKey(path));

		if (planned) {
			return planned;
		}

		const files = [...this.#names.values()].flatMap(names => allNames(names));
		const names = planNames([path], {...this.#naming, occupied: {files, directories: []}}).get(pathKey(path))!;
		this.#names.set(pathKey(path), names);
		return names;
	}
}
