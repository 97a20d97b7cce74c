import type {BigIntStats} from 'node:fs';
import type {Extras} from '../files/extras/extras.ts';
import {type Metadata, metadataOf} from '../files/metadata.ts';

/** A file's times are those of the kernel's last tick, in milliseconds; on some file systems those of the last even second. */
const tick = 20;
const coarseTick = 2000;

const tickOf = ({ctimeNs}: BigIntStats): number => ctimeNs % 1_000_000_000n === 0n ? coarseTick : tick;

/** Whether nothing about a file has changed since a moment (milliseconds since the epoch), so that what was seen of it then still holds. */
export const isSettled = (stats: BigIntStats, moment: number): boolean => Number(stats.ctimeMs) < moment - tickOf(stats);

/** Whether a file may have been written to again since it was looked at, with its times left as they were. */
export const isRacy = (stats: BigIntStats, lookedAt: number): boolean => !isSettled(stats, lookedAt) || Number(stats.mtimeMs) >= lookedAt - tickOf(stats);

/**
The access that a copy takes over: no more than the source allowed both before its attributes were read and after that, for a mode means something else with an
ACL than without one.
*/
export const restrictedMetadata = (before: BigIntStats, after: BigIntStats, {isRestricted}: Extras): Metadata => ({
	...metadataOf(before, isRestricted === true || after.uid !== before.uid || after.gid !== before.gid), mode: Number(before.mode & after.mode),
});
