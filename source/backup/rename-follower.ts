import type {Directory} from '../files/directory.ts';
import {bytesToRead, type Entry} from '../origin/entry.ts';
import {Whereabouts, type Whereabout} from '../origin/whereabouts.ts';
import {OtherFileError} from '../origin/source-file.ts';
import type {Claims} from './copying/claims.ts';
import type {Progress} from './copying/copy-progress.ts';

/** So often one file is followed: somebody may rename it for ever. */
const mostMoves = 10;

export type FollowerOptions = {
	readonly source: Directory;
	readonly entries: readonly Entry[];
	/** When they were listed, in milliseconds since the epoch. */
	readonly listedSince: number;
	readonly claims: Claims;
	readonly progress: Progress;
};

/** Finds listed files that have been renamed by the time they are to be copied: the listed file is copied, under whatever name. */
export class RenameFollower {
	readonly #options: FollowerOptions;
	readonly #moves = new WeakMap<Entry, number>();
	#whereabouts: Whereabouts | undefined;

	constructor(options: FollowerOptions) {
		this.#options = options;
	}

	/**
	Entries to copy in place of one that could not be copied: the same file under another name, and the one made under its name since. None, if the
	file is what it was: then it is to blame itself, or gone.

	@param entry Not counted any more.
	@param error What it failed with.
	*/
	async follow(entry: Entry, error: unknown): Promise<readonly Entry[]> {
		const {file, successor} = await this.#find(entry);
		this.#options.claims.release(entry);
		const moved = file?.path.equals(entry.path) ? this.#sameAgain(entry, file, error) : this.#rename(entry, file);
		const followed = [moved, successor].filter(next => next !== undefined && this.#options.claims.take(next) !== undefined) as Entry[];

		for (const next of followed) {
			this.#moves.set(next, (this.#moves.get(entry) ?? 0) + 1);
			this.#options.progress.expect(next === followed[0] ? 0 : 1, bytesToRead(next));
		}

		return followed;
	}

	async #find(entry: Entry): Promise<Whereabout> {
		const {identity} = entry;
		const {source, entries, listedSince} = this.#options;

		if (entry.kind !== 'file' || !identity || (this.#moves.get(entry) ?? 0) >= mostMoves) {
			return {};
		}

		this.#whereabouts ??= new Whereabouts(source, entries, listedSince);
		return this.#whereabouts.find({...entry, identity}).catch(() => ({}));
	}

	/** It has its name still. Some file systems give a file that is open another number: then the name alone tells. */
	#sameAgain({listedAs, isReplacement}: Entry, file: Entry, error: unknown): Entry | undefined {
		const {identity: _, ...nameless} = file;
		return error instanceof OtherFileError ? {...nameless, ...(listedAs && {listedAs}), ...(isReplacement && {isReplacement})} : undefined;
	}

	#rename(entry: Entry, file: Entry | undefined): Entry | undefined {
		const listedAs = entry.listedAs ?? entry.path;
		const {listedAs: _, ...rest} = file ?? entry;
		return file && (file.path.equals(listedAs) ? rest : {...rest, listedAs});
	}
}
