/*
How much a file has grown since the newest set. Apart from the comparing, as the screens need no more of that.
*/

/** What a set has of a file. */
export type Earlier = {
	/** It is the same file still, under whatever name: its copy would be linked. */
	readonly isUnchanged: boolean;
	/** What the set has under the same path; missing where it has nothing. */
	readonly before?: {
		/** Bytes of the source at that time. */
		readonly size: number;
		/** How much of it compression left: 0–1. */
		readonly ratio: number;
	};
};

/** So much larger by factor, and by bytes, than in the newest set, a file is worth a remark: less comes and goes with the days of the week. */
const remarkableFactor = 2;
const remarkableBytes = 10e6;

/** How many times as large as then a file is, where that is remarkable; infinitely often where it was empty. */
export function remarkableGrowth(size: number, {isUnchanged, before}: Earlier): number | undefined {
	return before && !isUnchanged && size >= before.size * remarkableFactor && size - before.size >= remarkableBytes ? size / before.size : undefined;
}
