import {crc32} from 'node:zlib';
import {promisify} from 'node:util';
import type {Format, WholeFile} from '../compression/compression-format.ts';
import {formatCrc} from '../compression/crc32.ts';
import type {FileHeader} from '../compression/engine.ts';
import {toDamage} from './zstd-damage.ts';
import {FrameCutter} from './frame-cutter.ts';
import {frameSettings, mostOfFrame, nodeZstd} from './node-zstd.ts';

/** The least that Node lets come out at once, in bytes. */
const leastAtOnce = 64;

/** Compresses content to one frame. Name and time of the original have no place in it. */
export const compressWhole = (content: Buffer, {level}: FileHeader): WholeFile => ({
	file: nodeZstd().zstdCompressSync(content, {chunkSize: Math.max(leastAtOnce, mostOfFrame(content.length)), params: frameSettings(level)}),
	checksum: formatCrc(crc32(content)),
});

/** @throws {RangeError} Of the code that Node has for it, if there is less room. */
function unpackFrame(frame: Buffer, expected: number | undefined, limit: number): Buffer {
	return nodeZstd().zstdDecompressSync(frame, {
		...(expected !== undefined && {chunkSize: expected + leastAtOnce}), ...(limit !== Infinity && {maxOutputLength: Math.max(1, limit)}),
	});
}

export const unpackWhole: Format['unpackWhole'] = (file, {expected, limit = Infinity}) => {
	const cutter = new FrameCutter();
	const frames = [...cutter.cut(file)];
	cutter.end();
	const contents: Buffer[] = [];
	let left = limit;

	try {
		for (const frame of frames) {
			const content = unpackFrame(frame, frames.length === 1 ? expected : undefined, left);
			left -= content.length;
			contents.push(content);
		}
	} catch (error) {
		throw toDamage(error);
	}

	return contents.length === 1 ? contents[0]! : Buffer.concat(contents);
};

/** Bytes of a sample as a frame. */
export async function measure(sample: Buffer, level: number): Promise<number> {
	const {length} = await promisify(nodeZstd().zstdCompress)(sample, {params: frameSettings(level)});
	return length;
}
