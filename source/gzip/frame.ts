import type {FileHeader} from '../compression/engine.ts';

const magic = [0x1F, 0x8B] as const;
const methodDeflate = 8;
const flagName = 0x08;
const systemUnix = 3;

/** RFC 1952 §2.3.1, "XFL": 2 for the slowest, 4 for the fastest compression. */
const extraFlags = (level: number) => level === 9 ? 2 : (level === 1 ? 4 : 0);

/** RFC 1952 §2.3.1, "MTIME": unsigned 32-bit seconds, where 0 means that there is none; so times outside 1970–2106 are left out. */
function headerTime(modified: number): number {
	const seconds = Math.floor(modified / 1000);
	return seconds > 0 && seconds <= 0xFF_FF_FF_FF ? seconds : 0;
}

/** The header of a gzip member with original name and time (RFC 1952 §2.3). */
export function gzipHeader({name, modified, level}: FileHeader): Buffer {
	const fixed = Buffer.from([...magic, methodDeflate, flagName, 0, 0, 0, 0, extraFlags(level), systemUnix]);
	fixed.writeUInt32LE(headerTime(modified), 4);
	return Buffer.concat([fixed, name, Buffer.of(0)]);
}

/** Length of the trailer of a gzip member in bytes. */
export const trailerLength = 8;

/** The trailer of a gzip member: CRC-32 of the content, and its length in bytes modulo 2^32 (RFC 1952 §2.3.1). */
export function gzipTrailer(crc: number, length: number): Buffer {
	const trailer = Buffer.alloc(trailerLength);
	trailer.writeUInt32LE(crc, 0);
	trailer.writeUInt32LE(length % (2 ** 32), 4);
	return trailer;
}

/** The trailer's fields, not to be relied on. */
export const readTrailer = (trailer: Buffer): {readonly crc: number; readonly length: number} => ({crc: trailer.readUInt32LE(0), length: trailer.readUInt32LE(4)});
