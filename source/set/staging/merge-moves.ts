import {rename, unlink} from 'node:fs/promises';
import {geteuid} from 'node:process';
import {type Directory, inParent} from '../../files/directory.ts';
import {errorCode} from '../../files/errors.ts';
import {isLinkless, linkName, moveToReserved} from '../../files/give-name.ts';
import {privateMode} from '../../files/modes.ts';
import {isCopyIntact, openRecorded} from '../intact-copy.ts';
import type {CopyRecord} from '../manifest/manifest.ts';
import {workName} from '../names.ts';
import {removeIfThere} from './fresh-file.ts';

/*
How a merge adds copies to a set on a file system without hard links: each is moved there. What has been moved is told by its checksum then, and a name
that is reserved for one that is still to come, by being an empty file that is this program's own.
*/

const probeName = `${workName}/link`;

/** Whether files there can have a second name. `name`: of any file of the staging directory. */
export async function canLink(staging: Directory, name: string): Promise<boolean> {
	try {
		await removeIfThere(staging.at(probeName));
		await linkName(staging.at(name), staging.at(probeName));
	} catch (error) {
		if (isLinkless(error)) {
			return false;
		}

		throw error;
	}

	await removeIfThere(staging.at(probeName));
	return true;
}

const permissions = 0o7777n;

async function isReserved(set: Directory, file: Buffer): Promise<boolean> {
	const stats = await inParent(set, file, async (parent, name) => parent.lstat(name));
	return stats.isFile() && stats.size === 0n && stats.uid === BigInt(geteuid!()) && (stats.mode & permissions & ~BigInt(privateMode)) === 0n;
}

async function isThere(root: Directory, record: CopyRecord): Promise<boolean> {
	try {
		await using handle = await openRecorded(root, record);
		return await isCopyIntact(handle, record);
	} catch {
		return false;
	}
}

/**
Moves a copy into the set; one that was moved before is fine.

@throws The system's error: `EEXIST` if something else has its name.
*/
export async function moveCopy(set: Directory, staging: Directory, record: CopyRecord): Promise<void> {
	const {file} = record;

	try {
		await inParent(set, file, async (parent, name) => moveToReserved(staging.at(file), parent.at(name)));
	} catch (error) {
		const isTaken = errorCode(error) === 'EEXIST';

		if (isTaken && await isThere(set, record)) {
			return;
		}

		if (!isTaken || !await isReserved(set, file)) {
			throw error;
		}

		await inParent(set, file, async (parent, name) => rename(staging.at(file), parent.at(name)));
	}
}

/** Moves a copy back that `moveCopy` moved, or takes back that it reserved a name for it. */
export async function moveBack(set: Directory, staging: Directory, record: CopyRecord): Promise<void> {
	const {file} = record;

	if (await isThere(staging, record)) {
		if (await isReserved(set, file).catch(() => false)) {
			await inParent(set, file, async (parent, name) => unlink(parent.at(name)));
		}
	} else if (await isThere(set, record)) {
		await inParent(set, file, async (parent, name) => moveToReserved(parent.at(name), staging.at(file)));
	}
}
