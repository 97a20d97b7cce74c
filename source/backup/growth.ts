/*
How much a file has grown since the newest set. Apart from the comparing, as the screens need no more of that.
*/

/** Facts about a file from the newest set. */
export type Earlier = {
	/** It is the same file still, under whatever name: its copy would be linked. */
	readonly isUnchanged: boolean;
	/** The copy under the same path; missing if there is none. */
	readonly before?: {
		/** Bytes of the source at that time. */
		readonly size: number;
		/** Size of the copy as a fraction of the source: 0–1. */
		readonly ratio: number;
	};
};

/** So much larger by factor, and by bytes, than in the newest set, a file is worth a remark: less comes and goes with the days of the week. */
const remarkableFactor = 2;
const remarkableBytes = 10e6;

/** Factor by which a file has grown, if remarkable; infinity if it was empty. */
export function remarkableGrowth(size: number, {isUnchanged, before}: Earlier): number | undefined {
	return before && !isUnchanged && size >= before.size * remarkableFactor && size - before.size >= remarkableBytes ? size / before.size : undefined;
}
