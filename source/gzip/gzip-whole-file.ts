import {
	crc32,
	deflateRaw,
	deflateRawSync,
	gunzipSync,
} from 'node:zlib';
import {promisify} from 'node:util';
import {formatCrc} from '../compression/crc32.ts';
import type {FileHeader} from '../compression/engine.ts';
import type {Format, WholeFile} from '../compression/compression-format.ts';
import {errorCode} from '../files/errors.ts';
import {toDamage} from './gzip-damage.ts';
import {gzipHeader, gzipTrailer} from './frame.ts';
import {refuseGarbage} from './padding.ts';

/** Bytes of its window that deflate refers to no more, as it looks so far ahead (deflate.h: `MIN_LOOKAHEAD`). */
const lookahead = 262;

/** Digits that it takes to tell so many bytes apart, as far as deflate has them. */
const bitsFor = (bytes: number): number => Math.max(9, Math.min(15, Math.ceil(Math.log2(bytes))));

/**
The least memory that deflate can do its best with: a window that reaches back to the beginning of the content, and as many symbols. Clearing the usual 256 KiB takes it
longer than compressing a small file. (zlib.h: `windowBits`, of which a raw stream needs 9; `memLevel`, 2^(memLevel + 6) symbols.)
*/
const deflateMemory = (length: number): {readonly windowBits: number; readonly memLevel: number} => ({
	windowBits: bitsFor(length + lookahead), memLevel: Math.min(8, bitsFor(length + 1) - 6),
});

/** Compresses content to one gzip member. */
export function compressWhole(content: Buffer, header: FileHeader): WholeFile {
	const crc = crc32(content);
	return {
		file: Buffer.concat([
			gzipHeader(header),
			deflateRawSync(content, {level: header.level, chunkSize: content.length + 256, ...deflateMemory(content.length)}),
			gzipTrailer(crc, content.length),
		]),
		checksum: formatCrc(crc),
	};
}

export const unpackWhole: Format['unpackWhole'] = (file, {expected, limit}) => {
	try {
		// Node's types don't know what `info` gives: how much of the file was unpacked.
		const {buffer, engine} = gunzipSync(file, {
			info: true, ...(expected !== undefined && {chunkSize: expected + 64}), ...(limit !== undefined && {maxOutputLength: limit}),
		}) as unknown as {readonly buffer: Buffer; readonly engine: {readonly bytesWritten: number}};
		refuseGarbage(file.subarray(engine.bytesWritten));
		return buffer;
	} catch (error) {
		// That memory is short says nothing of the file.
		throw errorCode(error) === 'Z_MEM_ERROR' ? error : toDamage(error);
	}
};

const deflate = promisify<Buffer, {level: number}, Buffer>(deflateRaw);

/** Bytes of a sample after deflate. */
export async function measure(sample: Buffer, level: number): Promise<number> {
	const {length} = await deflate(sample, {level});
	return length;
}
