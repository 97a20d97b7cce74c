import {mkdir, rmdir, unlink} from 'node:fs/promises';
import {pathKey} from '../../files/path-key.ts';
import {type Directory, inParent, parentPaths} from '../../files/directory.ts';
import {DestinationError, errorCode} from '../../files/errors.ts';
import {fileIdentity, isSameFile} from '../../files/identity.ts';
import {refuseForeign} from '../../files/own.ts';
import {isLinkless, linkName} from '../../files/give-name.ts';
import {privateDirectoryMode} from '../../files/modes.ts';
import {displayName} from '../../text/display-name.ts';
import type {CopyRecord} from '../manifest/manifest.ts';
import {moveBack, moveCopy, noteMoves} from './merge-moves.ts';

/** Something stands in the set under a name that was free a moment ago. */
export class ConflictError extends DestinationError {
	constructor(date: string, file: Buffer) {
		super(`${displayName(file)} appeared in the set ${date} during the run and is not from this program; the set is unchanged`, {remedy: 'Run the same again, with --retry or --add'});
		this.name = 'ConflictError';
	}
}

async function isLinked(set: Directory, staging: Directory, file: Buffer): Promise<boolean> {
	try {
		const [there, ours] = await Promise.all([set, staging].map(async root =>
			inParent(root, file, async (parent, name) => fileIdentity(await parent.lstat(name)))));
		return isSameFile(there!, ours!);
	} catch (error) {
		if (['ENOENT', 'ENOTDIR', 'ELOOP'].includes(errorCode(error) ?? '')) {
			return false;
		}

		throw error;
	}
}

/** Error codes for a name that is taken, or below something that is not a directory. */
const taken: ReadonlySet<string> = new Set(['EEXIST', 'ENOTDIR', 'ELOOP']);

/** The set that copies are added to, and the staging directory that holds them. */
type MergeDirectories = {
	readonly set: Directory;
	readonly staging: Directory;
	/** Of the set, for messages. */
	readonly date: string;
	/** Whether files can have a second name there, as far as is known; else they are moved. */
	readonly canLink: boolean;
};

async function makeDirectory({set, date}: MergeDirectories, directory: Buffer): Promise<void> {
	try {
		await inParent(set, directory, async (parent, name) => {
			try {
				await mkdir(parent.at(name), privateDirectoryMode);
			} catch (error) {
				if (errorCode(error) !== 'EEXIST') {
					throw error;
				}
			}

			// One that was made just now, or stood; but not a link to one.
			const opened = await parent.openDirectory(name);
			await refuseForeign(opened, `${displayName(directory)} in the set ${date}`);
			await opened.close();
		});
	} catch (error) {
		throw taken.has(errorCode(error) ?? '') ? new ConflictError(date, directory) : error;
	}
}

/** Resolves with whether it could be linked. Only the answer to the link itself tells that there are none: a directory on the way that cannot be opened has failed. */
async function tryToLink({set, staging}: MergeDirectories, {file}: CopyRecord): Promise<boolean> {
	const hasName = await inParent(set, file, async (parent, name) => {
		try {
			await linkName(staging.at(file), parent.at(name));
			return true;
		} catch (error) {
			if (!isLinkless(error)) {
				throw error;
			}

			return false;
		}
	});

	if (!hasName) {
		await noteMoves(staging);
	}

	return hasName;
}

/** Resolves with whether the next one can be linked. */
async function addCopy(places: MergeDirectories, copy: CopyRecord): Promise<boolean> {
	try {
		if (places.canLink && await tryToLink(places, copy)) {
			return true;
		}

		await moveCopy(places.set, places.staging, copy);
		return false;
	} catch (error) {
		throw taken.has(errorCode(error) ?? '') ? new ConflictError(places.date, copy.file) : error;
	}
}

/**
Gives copies their names in the set, where there are hard links beside those in the staging directory, and makes that durable. Those that have them
already are fine.

@throws {ConflictError} If something else has one of the names: it is left alone.
@throws The system's error.
*/
export async function addCopies(places: MergeDirectories, copies: readonly CopyRecord[]): Promise<void> {
	const {set} = places;
	const directories = new Map(copies.flatMap(({file}) => parentPaths(file)).map(directory => [pathKey(directory), directory]));

	for (const directory of directories.values()) {
		await makeDirectory(places, directory);
	}

	let {canLink} = places;

	for (const copy of copies) {
		canLink = await addCopy({...places, canLink}, copy);
	}

	for (const directory of directories.values()) {
		await using opened = await inParent(set, directory, async (parent, name) => parent.openDirectory(name));
		await opened.sync();
	}

	await set.sync();
}

/** Takes those names away again that `addCopies` gave, and the directories that hold nothing then. */
export async function takeBackCopies({set, staging, canLink}: MergeDirectories, copies: readonly CopyRecord[]): Promise<void> {
	for (const copy of copies) {
		const {file} = copy;

		if (await isLinked(set, staging, file)) {
			await inParent(set, file, async (parent, name) => unlink(parent.at(name)));
		} else if (!canLink) {
			await moveBack(set, staging, copy);
		}
	}

	const directories = new Map(copies.flatMap(({file}) => parentPaths(file)).map(directory => [pathKey(directory), directory]));

	for (const directory of [...directories.values()].toSorted((one, other) => other.length - one.length)) {
		// A directory in use stays, and one that cannot go does no harm.
		await inParent(set, directory, async (parent, name) => rmdir(parent.at(name))).catch(() => undefined);
	}

	await set.sync();
}
