import {rename, unlink} from 'node:fs/promises';
import {type Directory, inParent} from '../../files/directory.ts';
import {errorCode} from '../../files/errors.ts';
import {isLinkless, linkName, moveToReserved} from '../../files/give-name.ts';
import {privateMode} from '../../files/modes.ts';
import {isCopyIntact, openRecorded} from '../intact-copy.ts';
import type {CopyRecord} from '../manifest/manifest.ts';
import {workName} from '../names/names.ts';
import {removeIfThere, writeFresh} from './fresh-file.ts';

/*
How a merge adds copies to a set on a file system without hard links: each is moved there. What has been moved is told by its checksum then, and a name
that is reserved for one that is still to come, by being an empty file that is this program's own.

Where there are hard links, but not into the set (from one directory to another, say, as on AFS), that is found at the first of them. Whoever goes on after a kill
has to know that copies may have been moved: it is written down before the first is.
*/

/** A file of its own: a kill leaves it with two names, and then nothing else must be refused for that. */
const probeName = `${workName}/probe`;
const linkedName = `${workName}/link`;
const movedName = `${workName}/moved`;

/** Writes down, durably, that copies are moved into the set from now on. */
export async function noteMoves(staging: Directory): Promise<void> {
	await writeFresh(staging, movedName, '');
	await using work = await staging.openDirectory(workName);
	await work.sync();
}

async function areMoved(staging: Directory): Promise<boolean> {
	try {
		await staging.lstat(movedName);
		return true;
	} catch (error) {
		if (errorCode(error) === 'ENOENT') {
			return false;
		}

		throw error;
	}
}

/** Whether files there can have a second name, as far as is known. */
export async function canLink(staging: Directory): Promise<boolean> {
	if (await areMoved(staging)) {
		return false;
	}

	await removeIfThere(staging.at(linkedName));
	await writeFresh(staging, probeName, '');

	try {
		await linkName(staging.at(probeName), staging.at(linkedName));
		return true;
	} catch (error) {
		if (isLinkless(error)) {
			return false;
		}

		throw error;
	} finally {
		await removeIfThere(staging.at(linkedName));
		await removeIfThere(staging.at(probeName));
	}
}

const permissions = 0o7777n;

async function isReserved(set: Directory, file: Buffer): Promise<boolean> {
	const stats = await inParent(set, file, async (parent, name) => parent.lstat(name));
	return stats.isFile() && stats.size === 0n && stats.uid === BigInt(process.geteuid!()) && (stats.mode & permissions & ~BigInt(privateMode)) === 0n;
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
