import * as zlib from 'node:zlib';
import {ForeseenError} from '../files/errors.ts';

/** Why neither zstd can be made here nor read; `undefined` if it can. Node.js 23 has it from 23.8 on, and imports of what is missing would prevent the start of the program. */
export const obstacle: string | undefined = (zlib as Partial<typeof zlib>).zstdCompress
	? undefined
	: `Node.js ${process.versions.node} has no zstd: that takes 22.15, 23.8 or a newer one`;

/**
The part of Node that compresses with zstd.

@throws {ForeseenError} If it is not there.
*/
export function nodeZstd(): typeof zlib {
	if (obstacle !== undefined) {
		throw new ForeseenError(obstacle);
	}

	return zlib;
}

/**
Settings of a frame, beside which it has its content's size and checksum.

@param windowLog The logarithm to base 2 of how far a frame looks back, in bytes; the level's own, if missing.
*/
export function frameSettings(level: number, windowLog?: number): Readonly<Record<number, number>> {
	const {constants} = nodeZstd();
	return {
		[constants.ZSTD_c_compressionLevel]: level,
		[constants.ZSTD_c_checksumFlag]: 1,
		...(windowLog !== undefined && {[constants.ZSTD_c_windowLog]: windowLog}),
	};
}

/** The most bytes of a frame without its content: header, and checksum (RFC 8878 §3.1.1). */
const frameBytes = 22;

/** Bytes of the header of a block, of which there is one for each so many bytes of content (RFC 8878 §3.1.1.2). */
const blockBytes = 3;
const blockContent = 128 * 1024;

/** The most that so many bytes become in one frame: what does not shrink is stored. */
export const mostOfFrame = (bytes: number): number => bytes + frameBytes + (blockBytes * (1 + Math.ceil(bytes / blockContent)));
