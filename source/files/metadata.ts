import type {FileHandle} from 'node:fs/promises';
import {errorCode} from './errors.ts';

const permissionBits = 0o777;
const groupBits = 0o070;

/** The id that `chown(2)` takes for "leave it as it is": 2^32 - 1. */
const noId = 0xFF_FF_FF_FF;

/** What a file takes over from another one. */
export type Metadata = {
	readonly uid: number;
	readonly gid: number;
	readonly mode: number;
	/** Nanoseconds since the epoch. */
	readonly mtimeNs: bigint;
	/** The same; the time of modification if it is missing. */
	readonly atimeNs?: bigint;
};

/** Whether something was denied, or makes no sense here: what `chown(2)` says of an owner that cannot be had (in a user namespace, for one). */
async function isDenied(action: Promise<void>): Promise<boolean> {
	try {
		await action;
		return false;
	} catch (error) {
		if (['EPERM', 'EINVAL'].includes(errorCode(error) ?? '')) {
			return true;
		}

		throw error;
	}
}

const billion = 1_000_000_000n;

/** As a text with nine decimals: a number below zero (before 1970) would be taken for the present time by Node. */
function secondsOf(nanoseconds: bigint): string {
	const magnitude = nanoseconds < 0n ? -nanoseconds : nanoseconds;
	return `${nanoseconds < 0n ? '-' : ''}${magnitude / billion}.${String(magnitude % billion).padStart(9, '0')}`;
}

/**
Gives a file the owner, mode and times of another one, and never a looser mode: set-id bits are left out, and where the group cannot be kept
(an ordinary user may not give files away) our own group gets no more than everybody else has.
*/
export async function applyMetadata(handle: FileHandle, {uid, gid, mode, mtimeNs, atimeNs = mtimeNs}: Metadata): Promise<void> {
	const own = await handle.stat();
	const give = async (user: number, group: number) => Math.max(user, group) >= noId || isDenied(handle.chown(user, group));
	// The file is ours alone (0600) until here, and owner comes before mode, so nobody can read it a moment too early.
	const isOwnerDenied = own.uid !== uid && await give(uid, gid);
	const isGroupDenied = (own.uid === uid || isOwnerDenied) && own.gid !== gid && await give(own.uid, gid);
	const bits = mode & permissionBits;
	const sharedBits = bits & ((bits << 3) & groupBits);
	await handle.chmod(isGroupDenied ? (bits & ~groupBits) | sharedBits : bits);
	await handle.utimes(secondsOf(atimeNs), secondsOf(mtimeNs));
}
