import {constants} from 'node:fs';
import type {FileHandle} from 'node:fs/promises';
import type {Directory} from '../../files/directory.ts';
import {errorCode} from '../../files/errors.ts';
import {fileIdentity, isSameFile} from '../../files/identity.ts';
import {openOwnFile} from '../../files/own.ts';
import {privateMode} from '../../files/modes.ts';
import {readDestinationClock} from './destination-clock.ts';
import {
	freshness,
	type Holder,
	isAliveHere,
	locate,
	parseHolder,
} from './holder.ts';
import {flock, isOfThisKernelAlone, type LockKind} from './kernel-lock.ts';

export const lockName = '.lock';

const forOthers = 0o077n;

const maximumBytes = 4096;

/** Opens the lock file to take the lock, and makes it if it is not there. */
export async function openLockFile(destination: Directory): Promise<FileHandle> {
	const handle = await openOwnFile(destination.at(lockName), lockName, constants.O_RDWR | constants.O_CREAT, privateMode);

	try {
		const {mode} = await handle.stat({bigint: true});

		// Anybody who can open it can hold the lock. If the directory keeps others out, its mode does not matter: not all file systems keep modes.
		if ((mode & forOthers) !== 0n) {
			const {mode: outer} = await destination.stat();
			const isClosed = (outer & forOthers) === 0n;
			await handle.chmod(privateMode).catch((error: unknown) => {
				if (!isClosed) {
					throw error;
				}
			});
		}

		return handle;
	} catch (error) {
		await handle.close();
		throw error;
	}
}

/** Opens the lock file to look at it. Resolves with `undefined` if it is not there, or cannot be opened. */
export async function openLockFileToLook(destination: Directory): Promise<FileHandle | undefined> {
	try {
		return await openOwnFile(destination.at(lockName), lockName, constants.O_RDONLY);
	} catch {
		return undefined;
	}
}

/** Whether an opened file is the one that has the lock's name. */
export async function isAtItsName(destination: Directory, handle: FileHandle): Promise<boolean> {
	const opened = fileIdentity(await handle.stat({bigint: true}));

	try {
		return isSameFile(fileIdentity(await destination.lstat(lockName)), opened);
	} catch (error) {
		if (errorCode(error) === 'ENOENT') {
			return false;
		}

		throw error;
	}
}

/** Reads the lock's holder from the file. */
export async function readHolder(handle: FileHandle): Promise<Holder | undefined> {
	const {buffer, bytesRead} = await handle.read(Buffer.alloc(maximumBytes), 0, maximumBytes, 0);
	return parseHolder(buffer.toString('utf8', 0, bytesRead));
}

/** Writes who has the lock. At no moment does the file say nobody. */
export async function writeHolder(handle: FileHandle, holder: Holder): Promise<void> {
	const line = Buffer.from(`${JSON.stringify(holder)}\n`);
	await handle.write(line, 0, line.length, 0);
	await handle.truncate(line.length);
}

/** Whether the last sign of life is recent, by the clock that dated it. */
async function isFresh(destination: Directory, handle: FileHandle): Promise<boolean> {
	const {mtimeNs} = await handle.stat({bigint: true});
	const age = Number((await readDestinationClock(destination) - mtimeNs) / 1_000_000n);
	// One from far in the future is of a clock that has been put back since.
	return Math.abs(age) < freshness;
}

/** How a lock stands. */
export type LockState = {
	readonly isHeld: boolean;
	/** Present or last holder, as named in the file. */
	readonly holder: Holder | undefined;
	/** Whether the kernel's lock tells that it is held, or the file. */
	readonly keptBy: Holder['kept_by'];
	/** Whether the holder, if it is held, was seen to be alive: else the file may not have been written yet, or the kernel's lock be somebody's who only looks. */
	readonly isSure: boolean;
};

/**
Tries the kernel's lock on the opened file, which is kept if it is taken, and tells who else holds the lock.

Where it is this kernel's alone to write, its word counts, and what the file says is for people; unless its writer had no lock of the kernel. Elsewhere,
or where nothing locks, who is named in the file holds it as well: here for as long as that process is there, elsewhere for as long as it writes the
file anew now and then.
*/
export async function tryLock(destination: Directory, handle: FileHandle, kind: LockKind): Promise<LockState> {
	const isLocal = await isOfThisKernelAlone(destination);
	const kernel = await flock(handle.fd, kind);
	const holder = await readHolder(handle);
	const keptBy = isLocal && kernel === 'taken' ? 'kernel' : 'file';
	const where = holder && await locate(holder, isLocal);
	const isKernelsWord = keptBy === 'kernel' && holder?.kept_by === 'kernel';
	const isNamed = holder !== undefined && !isKernelsWord
		&& ((where === 'here' && await isAliveHere(holder)) || (where === 'elsewhere' && await isFresh(destination, handle)));
	return {
		isHeld: kernel === 'held' || isNamed, holder, keptBy, isSure: isNamed,
	};
}
