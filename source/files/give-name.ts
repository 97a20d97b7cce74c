import {
	closeSync,
	linkSync,
	lstatSync,
	openSync,
	renameSync,
	unlinkSync,
} from 'node:fs';
import {
	link,
	lstat,
	open,
	rename,
	unlink,
} from 'node:fs/promises';
import {errorCode} from './errors.ts';
import {fileIdentity, isSameFile} from './identity.ts';
import {privateMode} from './modes.ts';
import {creatingFlags} from './open-flags.ts';

/*
A file gets its name without ever taking it over from another, whatever the file system holds for the same name: rename(2) replaces what it finds,
link(2) does not, and Node has no renameat2(2). Where there are no hard links, the name is reserved first (`O_EXCL`), and only the reservation is
replaced. A kill in between leaves an empty file.
*/

/** Error codes of link(2) where there are no hard links, or none to this file or from this directory: no reason to say that the disk fails. */
const linkless: ReadonlySet<string | undefined> = new Set(['EPERM', 'EOPNOTSUPP', 'ENOTSUP', 'ENOSYS', 'EMLINK', 'EXDEV', 'EINVAL', 'EACCES']);

/** Whether an error of link(2) may mean that the file can have no other name there. Others mean that the name cannot be had, or the disk fails. */
export const isLinkless = (error: unknown): boolean => linkless.has(errorCode(error));

/**
Makes a hard link; never in place of what is there. Whether it was made is seen by what has the name: a network file system may
lose the answer, and be asked again.

@throws The system's error: `EEXIST` if something else has the name.
*/
export async function linkName(from: Buffer, to: Buffer): Promise<void> {
	try {
		await link(from, to);
	} catch (error) {
		if (errorCode(error) !== 'EEXIST' || !await isOneFile(from, to)) {
			throw error;
		}
	}
}

async function isOneFile(one: Buffer, other: Buffer): Promise<boolean> {
	try {
		return isSameFile(fileIdentity(await lstat(one, {bigint: true})), fileIdentity(await lstat(other, {bigint: true})));
	} catch {
		return false;
	}
}

/** The name a file had is taken from it. That it has gone already is fine. */
async function dropName(from: Buffer): Promise<void> {
	await unlink(from).catch((error: unknown) => {
		if (errorCode(error) !== 'ENOENT') {
			throw error;
		}
	});
}

/**
Moves a file to a name on the same file system, without hard links; never in place of what is there.

@throws The system's error: `EEXIST` if something has the name.
*/
export async function moveToReserved(from: Buffer, to: Buffer): Promise<void> {
	const handle = await open(to, creatingFlags, privateMode);
	await handle.close();

	try {
		await rename(from, to);
	} catch (error) {
		await unlink(to).catch(() => undefined);
		throw error;
	}
}

/**
Gives a file another name on the same file system, in place of the one it has; never in place of what is there.

@throws The system's error: `EEXIST` if something has the name. The file has its old name then.
*/
export async function giveName(from: Buffer, to: Buffer): Promise<void> {
	try {
		await linkName(from, to);
	} catch (error) {
		if (!isLinkless(error)) {
			throw error;
		}

		await moveToReserved(from, to);
		return;
	}

	await dropName(from);
}

/** `linkName` for a thread that may wait. */
export function linkNameSync(from: Buffer, to: Buffer): void {
	try {
		linkSync(from, to);
	} catch (error) {
		if (errorCode(error) !== 'EEXIST' || !isOneFileSync(from, to)) {
			throw error;
		}
	}
}

function isOneFileSync(one: Buffer, other: Buffer): boolean {
	try {
		return isSameFile(fileIdentity(lstatSync(one, {bigint: true})), fileIdentity(lstatSync(other, {bigint: true})));
	} catch {
		return false;
	}
}

function moveToReservedSync(from: Buffer, to: Buffer): void {
	closeSync(openSync(to, creatingFlags, privateMode));

	try {
		renameSync(from, to);
	} catch (error) {
		try {
			unlinkSync(to);
		} catch {
			// The error of the move is the one to report.
		}

		throw error;
	}
}

/** `giveName` for a thread that may wait. */
export function giveNameSync(from: Buffer, to: Buffer): void {
	try {
		linkNameSync(from, to);
	} catch (error) {
		if (!isLinkless(error)) {
			throw error;
		}

		moveToReservedSync(from, to);
		return;
	}

	try {
		unlinkSync(from);
	} catch (error) {
		if (errorCode(error) !== 'ENOENT') {
			throw error;
		}
	}
}
