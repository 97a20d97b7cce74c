import {
	type BigIntStats,
	fchmodSync,
	fchownSync,
	fstatSync,
	futimesSync,
} from 'node:fs';
import type {FileHandle} from 'node:fs/promises';
import {errorCode} from '../files/errors.ts';

const permissionBits = 0o777;
const groupBits = 0o070;

/** The permission bits for a copy; where the group cannot be kept, it gets no more than everybody else. */
function modeFor(source: BigIntStats, isGroupDenied: boolean): number {
	const mode = Number(source.mode) & permissionBits;
	const sharedBits = mode & ((mode << 3) & groupBits);
	return isGroupDenied ? (mode & ~groupBits) | sharedBits : mode;
}

/** Access and modification, in seconds. */
const timesOf = (source: BigIntStats): [number, number] => [Number(source.atimeMs) / 1000, Number(source.mtimeNs) / 1e9];

async function isDenied(action: Promise<void>): Promise<boolean> {
	try {
		await action;
		return false;
	} catch (error) {
		if (errorCode(error) === 'EPERM') {
			return true;
		}

		throw error;
	}
}

/**
Gives a copy the owner, mode and times of its source, and never a looser mode: set-id bits are left out, and where the group cannot be kept
(an ordinary user may not give files away) our own group gets no more than everybody else has.
*/
export async function applyMetadata(handle: FileHandle, source: BigIntStats): Promise<void> {
	const uid = Number(source.uid);
	const gid = Number(source.gid);
	const own = await handle.stat();
	// The file is ours alone (0600) until here, and owner comes before mode, so nobody can read it a moment too early.
	const isOwnerDenied = own.uid !== uid && await isDenied(handle.chown(uid, gid));
	const isGroupDenied = (own.uid === uid || isOwnerDenied) && own.gid !== gid && await isDenied(handle.chown(own.uid, gid));
	await handle.chmod(modeFor(source, isGroupDenied));
	await handle.utimes(...timesOf(source));
}

function isDeniedSync(action: () => void): boolean {
	try {
		action();
		return false;
	} catch (error) {
		if (errorCode(error) === 'EPERM') {
			return true;
		}

		throw error;
	}
}

/** The same for a thread that may wait. */
export function applyMetadataSync(fd: number, source: BigIntStats): void {
	const uid = Number(source.uid);
	const gid = Number(source.gid);
	const own = fstatSync(fd);
	const isOwnerDenied = own.uid !== uid && isDeniedSync(() => {
		fchownSync(fd, uid, gid);
	});
	const isGroupDenied = (own.uid === uid || isOwnerDenied) && own.gid !== gid && isDeniedSync(() => {
		fchownSync(fd, own.uid, gid);
	});
	fchmodSync(fd, modeFor(source, isGroupDenied));
	futimesSync(fd, ...timesOf(source));
}
