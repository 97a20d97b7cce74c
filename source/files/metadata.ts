import {
	type BigIntStats,
	fchmodSync,
	fchownSync,
	fstatSync,
	futimesSync,
} from 'node:fs';
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

/** What `chown(2)` says where an owner is denied, or makes no sense: not to be had (in a user namespace, for one). */
const denials: ReadonlySet<string> = new Set(['EPERM', 'EINVAL']);

async function isDenied(action: Promise<void>): Promise<boolean> {
	try {
		await action;
		return false;
	} catch (error) {
		if (denials.has(errorCode(error) ?? '')) {
			return true;
		}

		throw error;
	}
}

const billion = 1_000_000_000n;

/** The largest double below 2^63: further from the epoch no system call takes a time, whatever a manifest says. */
const mostSeconds = 9_223_372_036_854_774_784n;

/** As a text with nine decimals: a number below zero (before 1970) would be taken for the present time by Node. */
function secondsOf(nanoseconds: bigint): string {
	const magnitude = nanoseconds < 0n ? -nanoseconds : nanoseconds;
	const sign = nanoseconds < 0n ? '-' : '';
	const isPossible = magnitude / billion < mostSeconds;
	return isPossible ? `${sign}${magnitude / billion}.${String(magnitude % billion).padStart(9, '0')}` : `${sign}${mostSeconds}`;
}

/** The permission bits; where the group cannot be kept, it gets no more than everybody else has. */
function modeFor(mode: number, isGroupDenied: boolean): number {
	const bits = mode & permissionBits;
	const sharedBits = bits & ((bits << 3) & groupBits);
	return isGroupDenied ? (bits & ~groupBits) | sharedBits : bits;
}

/**
Gives a file the owner, mode and times of another one, and never a looser mode: set-id bits are left out, and where the group cannot be kept
(an ordinary user may not give files away) our own group gets no more than everybody else has.
*/
export async function applyMetadata(handle: FileHandle, {uid, gid, mode, mtimeNs, atimeNs = mtimeNs}: Metadata): Promise<void> {
	const own = await handle.stat({bigint: true});
	const give = async (user: number, group: number) => Math.max(user, group) >= noId || isDenied(handle.chown(user, group));
	// The file is ours alone (0600) until here, and owner comes before mode, so nobody can read it a moment too early.
	const isOwnerDenied = own.uid !== BigInt(uid) && await give(uid, gid);
	const isGroupDenied = (own.uid === BigInt(uid) || isOwnerDenied) && own.gid !== BigInt(gid) && await give(Number(own.uid), gid);
	await handle.chmod(modeFor(mode, isGroupDenied));
	await handle.utimes(secondsOf(atimeNs), secondsOf(mtimeNs));
}

function isDeniedSync(action: () => void): boolean {
	try {
		action();
		return false;
	} catch (error) {
		if (denials.has(errorCode(error) ?? '')) {
			return true;
		}

		throw error;
	}
}

/** The same for a thread that may wait. */
export function applyMetadataSync(fd: number, {uid, gid, mode, mtimeNs, atimeNs = mtimeNs}: Metadata): void {
	const own = fstatSync(fd, {bigint: true});
	const give = (user: number, group: number) => Math.max(user, group) >= noId || isDeniedSync(() => {
		fchownSync(fd, user, group);
	});
	const isOwnerDenied = own.uid !== BigInt(uid) && give(uid, gid);
	const isGroupDenied = (own.uid === BigInt(uid) || isOwnerDenied) && own.gid !== BigInt(gid) && give(Number(own.uid), gid);
	fchmodSync(fd, modeFor(mode, isGroupDenied));
	futimesSync(fd, secondsOf(atimeNs), secondsOf(mtimeNs));
}

/** What a file is to take over from another one that was looked at. */
export const metadataOf = ({uid, gid, mode, mtimeNs, atimeNs}: BigIntStats): Metadata => ({
	uid: Number(uid), gid: Number(gid), mode: Number(mode), mtimeNs, atimeNs,
});
