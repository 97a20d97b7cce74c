import {createHash} from 'node:crypto';
import {constants} from 'node:fs';
import {
	link,
	mkdir,
	open,
	rename,
	unlink,
} from 'node:fs/promises';
import {type Directory, inParent, parentPaths} from '../files/directory.ts';
import {DestinationError, errorCode} from '../files/errors.ts';
import {openOwnFile, refuseForeign} from '../files/own.ts';
import {displayName} from '../text/display-name.ts';
import {formatChecksums} from './checksums.ts';
import {readManifest} from './existing.ts';
import {type CopyRecord, decodeCopies} from './manifest.ts';
import {checksumsName, manifestName, workName} from './names.ts';

const privateMode = 0o600;
const directoryMode = 0o700;
const createFlags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL;
const mergeName = `${workName}/merge`;
const draftName = `${workName}/merge.tmp`;
const afterName = `${workName}/${checksumsName}.after`;

/**
What is to become of a set that stands. As a database writes ahead what it is about to do, it is on disk before the set is touched, so
that whatever kills the merge, the next run brings it to its end.
*/
export type Merge = {
	/** Of the set. */
	readonly date: string;
	/** SHA-256 of the manifest that the set has before. */
	readonly base: string;
	/** The text of the one it gets. */
	readonly manifest: string;
};

/** Something stands in the set under a name that was free a moment ago. */
export class ConflictError extends DestinationError {
	constructor(date: string, file: Buffer) {
		super(`${displayName(file)} appeared in the set ${date} meanwhile, and is not this program's: the set is left as it was. Run --retry again`);
		this.name = 'ConflictError';
	}
}

export const sha256 = (data: string | Buffer): string => createHash('sha256').update(data).digest('hex');

const byFile = (one: CopyRecord, other: CopyRecord) => one.file.compare(other.file);

async function writeFresh(staging: Directory, name: string, content: string | Buffer): Promise<void> {
	await unlink(staging.at(name)).catch((error: unknown) => {
		if (errorCode(error) !== 'ENOENT') {
			throw error;
		}
	});
	await using handle = await openOwnFile(staging.at(name), name, createFlags, privateMode);
	await handle.writeFile(content);
	await handle.sync();
}

/** Decides the merge: from here on it will be brought to its end. What it adds is in the staging directory, synced. */
export async function recordMerge(staging: Directory, merge: Merge): Promise<void> {
	await writeFresh(staging, draftName, JSON.stringify(merge));
	await rename(staging.at(draftName), staging.at(mergeName));
	await using work = await staging.openDirectory(workName);
	await work.sync();
}

async function readRecord(staging: Directory): Promise<string | undefined> {
	try {
		await using handle = await openOwnFile(staging.at(mergeName), mergeName, constants.O_RDONLY);
		return await handle.readFile('utf8');
	} catch (error) {
		if (errorCode(error) === 'ENOENT') {
			return undefined;
		}

		throw error;
	}
}

/** It is renamed into place when it is whole: what is not a record through and through, is none. */
function decodeMerge(record: string): Merge | undefined {
	try {
		const {date, base, manifest} = JSON.parse(record) as Partial<Merge>;
		return typeof date === 'string' && typeof base === 'string' && typeof manifest === 'string' ? {date, base, manifest} : undefined;
	} catch {
		return undefined;
	}
}

async function readMerge(staging: Directory): Promise<Merge | undefined> {
	const record = await readRecord(staging);
	return record === undefined ? undefined : decodeMerge(record);
}

async function forget(staging: Directory): Promise<void> {
	await unlink(staging.at(mergeName)).catch((error: unknown) => {
		if (errorCode(error) !== 'ENOENT') {
			throw error;
		}
	});
}

async function isSameFile(set: Directory, staging: Directory, file: Buffer): Promise<boolean> {
	try {
		const [there, ours] = await Promise.all([set, staging].map(async root =>
			inParent(root, file, async (parent, name) => parent.lstat(name))));
		return there!.dev === ours!.dev && there!.ino === ours!.ino;
	} catch (error) {
		if (['ENOENT', 'ENOTDIR', 'ELOOP'].includes(errorCode(error) ?? '')) {
			return false;
		}

		throw error;
	}
}

/** What stands in a set's way is told by the name being taken, or by a directory on the way to it being something else. */
const taken: ReadonlySet<string> = new Set(['EEXIST', 'ENOTDIR', 'ELOOP']);

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
		const standing = new Set([...decodeCopies(current)].map(({file}) => file.toString('latin1')));
		const added = copies.filter(({file}) => !standing.has(file.toString('latin1')));
		const sums = {
			// For as long as one of the two files is renewed and the other not, the checksums leave out the manifest, and hold.
			between: Buffer.concat([...formatChecksums(copies)]),
			after: Buffer.concat([...formatChecksums([...copies, {file: Buffer.from(manifestName), sha256: sha256(manifest)}])]),
		};

		if (current !== manifest && sha256(current) !== base) {
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
				await this.#add(set, added);
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

	/** Gives the copies their names in the set, beside those in the staging directory: never one that something else has. */
	async #add(set: Directory, added: readonly CopyRecord[]): Promise<void> {
		const directories = new Map(added.flatMap(({file}) => parentPaths(file)).map(directory => [directory.toString('latin1'), directory]));

		for (const directory of directories.values()) {
			await this.#makeDirectory(set, directory);
		}

		for (const {file} of added) {
			await this.#link(set, file);
		}

		for (const directory of directories.values()) {
			await using opened = await inParent(set, directory, async (parent, name) => parent.openDirectory(name));
			await opened.sync();
		}

		await set.sync();
	}

	async #makeDirectory(set: Directory, directory: Buffer): Promise<void> {
		try {
			await inParent(set, directory, async (parent, name) => {
				try {
					await mkdir(parent.at(name), directoryMode);
				} catch (error) {
					if (errorCode(error) !== 'EEXIST') {
						throw error;
					}
				}

				// One that was made just now, or stood; but not a link to one.
				const opened = await parent.openDirectory(name);
				await refuseForeign(opened, `${displayName(directory)} in the set ${this.#merge.date}`);
				await opened.close();
			});
		} catch (error) {
			throw taken.has(errorCode(error) ?? '') ? new ConflictError(this.#merge.date, directory) : error;
		}
	}

	async #link(set: Directory, file: Buffer): Promise<void> {
		try {
			await inParent(set, file, async (parent, name) => link(this.#staging.at(file), parent.at(name)));
		} catch (error) {
			if (!taken.has(errorCode(error) ?? '')) {
				throw error;
			}

			if (!await isSameFile(set, this.#staging, file)) {
				throw new ConflictError(this.#merge.date, file);
			}
		}
	}

	async #undo(set: Directory, added: readonly CopyRecord[], sums: Buffer): Promise<void> {
		await using handle = await open(set.at(checksumsName), constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
		const present = await handle.readFile();

		// They count on the new copies already.
		if (present.equals(sums)) {
			return;
		}

		for (const {file} of added) {
			if (await isSameFile(set, this.#staging, file)) {
				await inParent(set, file, async (parent, name) => unlink(parent.at(name)));
			}
		}

		await set.sync();
		await forget(this.#staging);
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
		await forget(staging);
	}

	return isDone;
}

/** Whether a staging directory holds a merge that is recorded and not ended. */
export async function isMergePending(staging: Directory): Promise<boolean> {
	try {
		return await readMerge(staging) !== undefined;
	} catch (error) {
		// Something else than a directory has that name: whoever wants to use it says what is wrong.
		if (errorCode(error) === 'ENOTDIR') {
			return false;
		}

		throw error;
	}
}

/** How far a merge is that did not come to its end: `decided` (the next run ends it) or not, or so far that the set has its new manifest. */
export async function progressOf(destination: Directory, staging: Directory): Promise<'none' | 'decided' | 'replaced'> {
	const merge = await readMerge(staging);

	if (!merge) {
		return 'none';
	}

	await using set = await destination.openDirectory(merge.date);
	return await readManifest(set) === merge.manifest ? 'replaced' : 'decided';
}
