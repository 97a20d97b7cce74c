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

/** Metadata copied from one file to another. */
export type Metadata = {
	readonly uid: number;
	readonly gid: number;
	readonly mode: number;
	/** Nanoseconds since the epoch. */
	readonly mtimeNs: bigint;
	/** The same; the time of modification if it is missing. */
	readonly atimeNs?: bigint;
	/** Whether its mode may tell of more than whom it let in (an ACL denied some): then only its owner's part counts. */
	readonly isRestricted?: boolean | undefined;
};

/** Metadata that the file system of a copy does not keep. */
export type Unkept = 'mode' | 'owner' | 'time';

/*
Errors of `chown(2)`, `chmod(2)` and `utimensat(2)` where that is denied, or not to be had at all: in a user namespace, on network file systems, FAT and FUSE.
Node gives `EOPNOTSUPP` the name `ENOTSUP`.
*/
const denials: ReadonlySet<string> = new Set(['EPERM', 'EACCES', 'EINVAL', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP', 'EOVERFLOW']);

const isDenial = (error: unknown): boolean => denials.has(errorCode(error) ?? '');

async function isDenied(action: Promise<void>): Promise<boolean> {
	try {
		await action;
		return false;
	} catch (error) {
		if (isDenial(error)) {
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

const ownerBits = 0o700;

/** The permission bits of a source that a copy of it may have. */
export const allowedMode = ({mode, isRestricted = false}: Pick<Metadata, 'mode' | 'isRestricted'>): number => mode & (isRestricted ? ownerBits : permissionBits);

/** The most that a copy may permit others. */
export type Limits = {
	/** Permission bits. */
	readonly mode: number;
	/** Whom the group's are for. */
	readonly gid: number;
};

/** Of others, and set-id bits, which no copy has. */
const forOthers = 0o7077;

/** Whether a file lets others in whom its source kept out. What its owner may do is the owner's business. */
export function isLooser({mode, gid}: Pick<BigIntStats, 'mode' | 'gid'>, limits: Limits): boolean {
	// Another group than the source's gets no more than everybody.
	const allowed = gid === BigInt(limits.gid) ? limits.mode : modeFor(limits, true);
	return (Number(mode) & ~allowed & forOthers) !== 0;
}

/** The permission bits that a file may have; where the group cannot be kept, it gets no more than everybody else has. */
function modeFor({mode, isRestricted = false}: Pick<Metadata, 'mode' | 'isRestricted'>, isGroupDenied: boolean): number {
	const bits = allowedMode({mode, isRestricted});
	const sharedBits = bits & ((bits << 3) & groupBits);
	return isGroupDenied ? (bits & ~groupBits) | sharedBits : bits;
}

/** Whether a file, made for its owner alone, is so no more before its mode is set: it may have an ACL by now, or the file system has one mode for all (FAT, CIFS). */
const mayBeFixed = ({mode}: BigIntStats) => (Number(mode) & forOthers) !== 0;

const hasMode = ({mode}: BigIntStats, wanted: number) => (Number(mode) & forOthers) === (wanted & forOthers);

/** Metadata that could not be kept. */
const unkept = (isOwnerDenied: boolean, isModeDenied: boolean, isTimeDenied: boolean): Unkept[] => [
	// To a user other than root it is no news that owners cannot be set.
	...(isOwnerDenied && process.geteuid!() === 0 ? ['owner' as const] : []), ...(isModeDenied ? ['mode' as const] : []), ...(isTimeDenied ? ['time' as const] : []),
];

/**
Gives a file the owner, mode and times of another one, and never a looser mode: set-id bits are left out, and where the group cannot be kept
(an ordinary user may not give files away) our own group gets no more than everybody else has.

@returns What it did not get: it has the mode then that it had, as private as the file system makes a new file.
*/
export async function applyMetadata(handle: FileHandle, metadata: Metadata): Promise<readonly Unkept[]> {
	const {uid, gid, mtimeNs, atimeNs = mtimeNs} = metadata;
	const own = await handle.stat({bigint: true});
	const give = async (user: number, group: number) => Math.max(user, group) >= noId || isDenied(handle.chown(user, group));
	// The file is ours alone (0600) until here, and owner comes before mode, so nobody can read it a moment too early.
	const isOwnerDenied = own.uid !== BigInt(uid) && await give(uid, gid);
	const isGroupDenied = (own.uid === BigInt(uid) || isOwnerDenied) && own.gid !== BigInt(gid) && await give(Number(own.uid), gid);
	const mode = modeFor(metadata, isGroupDenied);
	const isModeDenied = await isDenied(handle.chmod(mode)) || (mayBeFixed(own) && !hasMode(await handle.stat({bigint: true}), mode));
	const isTimeDenied = await isDenied(handle.utimes(secondsOf(atimeNs), secondsOf(mtimeNs)));
	return unkept(isOwnerDenied || isGroupDenied, isModeDenied, isTimeDenied);
}

function isDeniedSync(action: () => void): boolean {
	try {
		action();
		return false;
	} catch (error) {
		if (isDenial(error)) {
			return true;
		}

		throw error;
	}
}

/** The same for a thread that may wait. */
export function applyMetadataSync(fd: number, metadata: Metadata): readonly Unkept[] {
	const {uid, gid, mtimeNs, atimeNs = mtimeNs} = metadata;
	const own = fstatSync(fd, {bigint: true});
	const give = (user: number, group: number) => Math.max(user, group) >= noId || isDeniedSync(() => {
		fchownSync(fd, user, group);
	});
	const isOwnerDenied = own.uid !== BigInt(uid) && give(uid, gid);
	const isGroupDenied = (own.uid === BigInt(uid) || isOwnerDenied) && own.gid !== BigInt(gid) && give(Number(own.uid), gid);
	const mode = modeFor(metadata, isGroupDenied);
	const isModeDenied = isDeniedSync(() => {
		fchmodSync(fd, mode);
	}) || (mayBeFixed(own) && !hasMode(fstatSync(fd, {bigint: true}), mode));
	const isTimeDenied = isDeniedSync(() => {
		futimesSync(fd, secondsOf(atimeNs), secondsOf(mtimeNs));
	});
	return unkept(isOwnerDenied || isGroupDenied, isModeDenied, isTimeDenied);
}

/** Metadata that a copy takes over, from the status of its source. */
export const metadataOf = ({uid, gid, mode, mtimeNs, atimeNs}: BigIntStats, isRestricted = false): Metadata => ({
	uid: Number(uid), gid: Number(gid), mode: Number(mode), mtimeNs, atimeNs, isRestricted,
});
