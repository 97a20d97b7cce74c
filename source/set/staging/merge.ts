import {open, rename} from 'node:fs/promises';
import {pathKey} from '../../files/path-key.ts';
import type {Directory} from '../../files/directory.ts';
import {DestinationError, errorCode} from '../../files/errors.ts';
import {readingFlags} from '../../files/open-flags.ts';
import {refuseForeign} from '../../files/own.ts';
import {checksumOf, formatChecksums} from '../checksums.ts';
import {readManifest} from '../existing.ts';
import type {CopyRecord} from '../manifest/manifest.ts';
import {decodeCopies} from '../manifest/manifest-text.ts';
import {checksumsName, manifestName, workName} from '../names/names.ts';
import {writeFresh} from './fresh-file.ts';
import {addCopies, ConflictError, takeBackCopies} from './merge-links.ts';
import {canLink} from './merge-moves.ts';
import {
	forgetMerge,
	type Merge,
	readMerge,
} from './merge-record.ts';

const afterName = `${workName}/${checksumsName}.after`;

const byFile = (one: CopyRecord, other: CopyRecord) => one.file.compare(other.file);

/** Brings one merge to its end. Every step may have been done before, by a run that was killed. */
class Merger {
	readonly #destination: Directory;
	readonly #staging: Directory;
	readonly #merge: Merge;

	constructor(destination: Directory, staging: Directory, merge: Merge) {
		this.#destination = destination;
		this.#staging = staging;
		this.#merge = merge;
	}

	/** @returns Whether the set has become what it was to become; else it, or its manifest, is another than when that was decided. */
	async finish(): Promise<boolean> {
		const {date, base, manifest} = this.#merge;
		let opened: Directory;

		try {
			opened = await this.#destination.openDirectory(date);
			await refuseForeign(opened, `the set ${date}`);
		} catch (error) {
			if (errorCode(error) === 'ENOENT') {
				return false;
			}

			throw error;
		}

		await using set = opened;
		const current = await readManifest(set);

		if (current === undefined) {
			throw new DestinationError(`cannot read ${manifestName} of the set ${date}`);
		}

		const copies = [...decodeCopies(manifest)].toSorted(byFile);
		const standing = new Set([...decodeCopies(current)].map(({file}) => pathKey(file)));
		const added = copies.filter(({file}) => !standing.has(pathKey(file)));
		const sums = {
			// For as long as one of the two files is renewed and the other not, the checksums leave out the manifest, and hold.
			between: Buffer.concat([...formatChecksums(copies)]),
			after: Buffer.concat([...formatChecksums([...copies, {file: Buffer.from(manifestName), sha256: checksumOf(manifest)}])]),
		};

		if (current !== manifest && checksumOf(current) !== base) {
			await this.#undo(set, added, sums.between);
			return false;
		}

		if (current === manifest) {
			await writeFresh(this.#staging, afterName, sums.after);
		} else {
			try {
				// All is written before anything is touched: what does not fit on the disk is told now.
				await writeFresh(this.#staging, `${workName}/${checksumsName}`, sums.between);
				await writeFresh(this.#staging, `${workName}/${manifestName}`, manifest);
				await writeFresh(this.#staging, afterName, sums.after);
				await addCopies(await this.#places(set), added);
			} catch (error) {
				// No room, or no free name, or a copy is gone: then the set is left as it was, and the rest can go.
				if (error instanceof ConflictError || ['ENOSPC', 'EDQUOT', 'ENOENT'].includes(errorCode(error) ?? '')) {
					await this.#undo(set, added, sums.between);
				}

				throw error;
			}

			await this.#replace(set, `${workName}/${checksumsName}`, checksumsName);
			await this.#replace(set, `${workName}/${manifestName}`, manifestName);
		}

		await this.#replace(set, afterName, checksumsName);
		return true;
	}

	async #replace(set: Directory, draft: string, name: string): Promise<void> {
		await rename(this.#staging.at(draft), set.at(name));
		await set.sync();
	}

	async #places(set: Directory) {
		return {
			set, staging: this.#staging, date: this.#merge.date, canLink: await canLink(this.#staging),
		};
	}

	async #undo(set: Directory, added: readonly CopyRecord[], sums: Buffer): Promise<void> {
		await using handle = await open(set.at(checksumsName), readingFlags);
		const present = await handle.readFile();

		// They count on the new copies already.
		if (present.equals(sums)) {
			return;
		}

		await takeBackCopies(await this.#places(set), added);
		await forgetMerge(this.#staging);
	}
}

/**
Brings the merge to its end that is recorded in a staging directory; the lock must be held. At each moment the checksums of the set hold, its
manifest is true, and nothing that stands in it is overwritten but these two files, each by one rename.

@returns Whether there was one. Else the staging directory, without a record, is as any interrupted run leaves it.
@throws {ConflictError} If a name is taken: the set is as before, the record gone.
@throws The system's error; unless the record is gone, the next run tries again.
*/
export async function finishMerge(destination: Directory, staging: Directory): Promise<boolean> {
	const merge = await readMerge(staging);

	if (!merge) {
		return false;
	}

	const isDone = await new Merger(destination, staging, merge).finish();

	if (!isDone) {
		await forgetMerge(staging);
	}

	return isDone;
}

/** Progress of an interrupted merge: `none`, `decided` (the next run completes it), or `replaced`: the set has its new manifest. */
export async function progressOf(destination: Directory, staging: Directory): Promise<'none' | 'decided' | 'replaced'> {
	const merge = await readMerge(staging);

	if (!merge) {
		return 'none';
	}

	await using set = await destination.openDirectory(merge.date);
	return await readManifest(set) === merge.manifest ? 'replaced' : 'decided';
}
