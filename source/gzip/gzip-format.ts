import {crc32Checksum, formatCrc} from '../compression/crc32.ts';
import type {Format} from '../compression/compression-format.ts';
import {readTrailer, trailerLength} from './frame.ts';
import {chooseEngine, openUnpacker} from './gzip-engines.ts';
import {gunzipChunks} from './gunzip-chunks.ts';
import {compressWhole, measure, unpackWhole} from './gzip-whole-file.ts';

/** RFC 1952. */
export const gzip = {
	name: 'gzip',
	suffix: '.gz',
	// With the only method there is (§2.3.1).
	signature: /^\u{1F}\u{8B}\u{8}/v,
	sparseName: 'sparse',
	manifestVersion: 1,
	checksum: crc32Checksum,
	levels: {minimum: 1, maximum: 9, usual: 6},
	engines: ['zlib', 'libdeflate'],
	end: {
		length: trailerLength,
		read(bytes) {
			const {crc, length} = readTrailer(bytes);
			// Of a file that is padded with zeros, which gzip ignores, the end tells nothing.
			return bytes.every(byte => byte === 0) ? undefined : {checksum: formatCrc(crc), bytes: length};
		},
	},
	// Deflate stores what does not shrink: 5 bytes a 16 KiB, and our block boundaries.
	mostBytes: bytes => Math.ceil(bytes * 1.001),
	measure,
	compressWhole,
	unpackWhole,
	unpackChunks: gunzipChunks,
	chooseEngine,
	openUnpacker,
} as const satisfies Format;
