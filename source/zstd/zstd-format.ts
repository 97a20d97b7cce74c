import type {Format} from '../compression/compression-format.ts';
import {crc32Checksum} from '../compression/crc32.ts';
import {mostOfFrame, obstacle} from './node-zstd.ts';
import {unpackChunks} from './unpack-chunks.ts';
import {compressWhole, measure, unpackWhole} from './zstd-whole-file.ts';
import {chooseEngine, openUnpacker} from './zstd-engine.ts';

/** RFC 8878. */
export const zstd = {
	name: 'zstd',
	suffix: '.zst',
	signature: /^\u{28}\u{B5}\u{2F}\u{FD}/v,
	sparseName: 'zstd-sparse',
	manifestVersion: 3,
	// That of gzip, so that it is told of the same content that it is the same, whichever format it is in. Frames have another of their own (XXH64).
	checksum: crc32Checksum,
	// At 3 copies are about as large as those of gzip, for less than half of the CPU that libdeflate takes to compress them.
	levels: {minimum: 1, maximum: 19, usual: 3},
	engines: ['zstd'],
	...(obstacle !== undefined && {obstacle}),
	mostBytes: bytes => mostOfFrame(Math.ceil(bytes * 1.001)),
	measure,
	compressWhole,
	unpackWhole,
	unpackChunks,
	chooseEngine,
	openUnpacker,
} as const satisfies Format;
