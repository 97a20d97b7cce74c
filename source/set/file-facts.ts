import {type Directory} from '../files/directory.ts';
import {OpenedCopy} from './copy.ts';
import {type OpenedSet, type SetFile} from './open-set.ts';

/** What tells a file of a set from others, with or without a manifest. */
export type FileFacts = {
	readonly path: Buffer;
	/** Bytes of the content; missing where nothing tells. */
	readonly bytesIn?: number;
	/** Bytes of the copy; missing if it is not there. */
	readonly bytesOut?: number;
	/** The same for two files only if their content is. */
	readonly content?: string;
	/** Which file it was in the source: device and inode. */
	readonly origin?: {readonly id: string; readonly mtime: bigint};
};

/** Length of the trailer of a gzip file (RFC 1952 §2.3.1): CRC-32 and length modulo 2^32 of the content, little-endian. */
const trailerLength = 8;

const contentOf = (crc: number, bytes: number) => `${crc}:${bytes}`;

/** What a gzip file says of itself at its end: not to be relied on, but all there is without a manifest and without unpacking. */
async function readTrailer(set: Directory, {path, file, stored}: SetFile): Promise<FileFacts> {
	try {
		await using copy = await OpenedCopy.open(set, file);
		const size = Number(copy.stats.size);

		if (stored !== 'gzip' || size < trailerLength) {
			return {path, bytesOut: size};
		}

		const buffer = Buffer.alloc(trailerLength);
		await copy.read(buffer, size - trailerLength);

		// Of a file that is padded with zeros, which gzip ignores, the end tells nothing.
		if (buffer.every(byte => byte === 0)) {
			return {path, bytesOut: size};
		}

		const bytesIn = buffer.readUInt32LE(4);
		return {
			path, bytesIn, bytesOut: size, content: contentOf(buffer.readUInt32LE(0), bytesIn),
		};
	} catch {
		return {path};
	}
}

/** Tells a file of an opened set from others: by the manifest, or where that says nothing of it, by the end of its copy. Never throws. */
export async function readFacts(set: Directory, file: SetFile): Promise<FileFacts> {
	const {path, record} = file;

	if (!record) {
		return readTrailer(set, file);
	}

	const {bytesIn, bytesOut, crc32, sha256, source, extents} = record;
	return {
		path,
		bytesIn,
		bytesOut,
		content: crc32 === undefined ? sha256 : `${contentOf(crc32, bytesIn)}${extents ? `:${source.size}:${extents.join(':')}` : ''}`,
		origin: {id: `${source.dev}:${source.ino}`, mtime: BigInt(source.mtime_ns)},
	};
}

/** The same of all files of a set, in their order, or of those whose path is wanted. */
export async function readAllFacts({directory, files}: Pick<OpenedSet, 'directory' | 'files'>, isWanted: (path: Buffer) => boolean = () => true): Promise<FileFacts[]> {
	const facts: FileFacts[] = [];

	for (const file of files) {
		if (isWanted(file.path)) {
			facts.push(await readFacts(directory, file));
		}
	}

	return facts;
}
