import type {CopyRecord, SourceStats} from './manifest/manifest.ts';
import {areWhole} from './notes.ts';

/** A source as it is now. */
export type PresentSource = {
	/** Relative to the source directory. */
	readonly path: Buffer;
	readonly stats: SourceStats;
	/** Whether it has further names (hard links), anywhere. */
	readonly hasOtherNames: boolean;
};

type Copied = Pick<CopyRecord, 'path' | 'source' | 'notes'>;

/** Whether a copy is not of all that its source was at one moment. */
export const isUnreliable = ({notes}: Pick<CopyRecord, 'notes'>): boolean => !areWhole(notes);

/** Whether it can be told of a copied source, by what the system says of files, that nothing has happened to it since. */
const isTellable = (copy: Copied): boolean => copy.source.ino !== undefined && copy.source.racy !== true && !isUnreliable(copy);

/** Device, inode, size, time in nanoseconds, owner and mode: they stay when log rotation renames a file. */
const identityOf = ({dev, ino, size, mtime_ns: modified, mode, uid, gid}: SourceStats) => [dev, ino, size, modified, mode, uid, gid].join(' ');

/*
Whatever is done to a file sets its ctime, and nobody can set that back; but a new name is set down there, too. So under another name the rest must do,
unless it has both names, and so was not renamed. Older manifests have no ctime.
*/
const isTouched = (isRenamed: boolean, then: string | undefined, {stats}: PresentSource): boolean => !isRenamed && then !== undefined && then !== stats.ctime_ns;

/** Whether a source is what it was when it was copied under the same name. */
export const isUnchanged = (copy: Copied, now: PresentSource): boolean =>
	isTellable(copy) && identityOf(copy.source) === identityOf(now.stats) && !isTouched(false, copy.source.ctime_ns, now);

type KnownSource<Value> = {readonly path: Buffer; readonly changed: string | undefined; readonly value: Value};

/** Finds what was kept of sources that are still what they were, under whatever name. */
export class UnchangedSources<Value> {
	readonly #known = new Map<string, Array<KnownSource<Value>>>();

	/** Takes note of a copied source. */
	add(copy: Copied, value: Value): void {
		if (!isTellable(copy)) {
			return;
		}

		const key = identityOf(copy.source);
		const known = {path: copy.path, changed: copy.source.ctime_ns, value};
		const others = this.#known.get(key);

		if (others) {
			others.push(known);
		} else {
			this.#known.set(key, [known]);
		}
	}

	find(now: PresentSource): Value | undefined {
		const found = this.#known.get(identityOf(now.stats));
		const namesake = found?.find(({path}) => path.equals(now.path));
		// A file that still has its old name is compared under that one, although it has another one as well.
		const candidates = namesake ? [namesake] : found;
		return candidates?.find(({changed}) => !isTouched(namesake === undefined && !now.hasOtherNames, changed, now))?.value;
	}
}
