import type {Content} from '../compression/engine.ts';
import type {Format} from '../compression/compression-format.ts';
import {type Directory} from '../files/directory.ts';
import {pathKey} from '../files/path-key.ts';
import {formatOf} from '../formats/formats.ts';
import {OpenedCopy} from './copy.ts';
import {isCount} from './manifest/json.ts';
import {type OpenedSet, type SetFile} from './open-set.ts';

/** Facts about a file of a set, with or without a manifest. */
export type FileFacts = {
	readonly path: Buffer;
	/** Bytes of the content; missing where nothing tells. */
	readonly bytesIn?: number;
	/** Bytes of the copy; missing if it is not there. */
	readonly bytesOut?: number;
	/** How many records a stream is made of, as the entries of a journal. */
	readonly records?: number;
	/** The same for two files only if their content is. */
	readonly content?: string;
	/** Which file it was in the source: device and inode; or which stream. */
	readonly origin?: {readonly id: string; readonly mtime: bigint};
};

/** Formats with the same checksum give the same for the same content. */
const contentOf = ({checksum: {field}}: Format, {checksum, bytes}: Content) => `${field}:${checksum}:${bytes}`;

/** Facts from the trailer of a copy: not reliable, but all there is without a manifest and without unpacking. */
async function readEnd(set: Directory, {path, file, stored}: SetFile): Promise<FileFacts> {
	try {
		await using copy = await OpenedCopy.open(set, file);
		const size = Number(copy.stats.size);

		const format = formatOf(stored);
		const end = format?.end;

		if (!format || !end || size < end.length) {
			return {path, bytesOut: size};
		}

		const buffer = Buffer.alloc(end.length);
		await copy.read(buffer, size - end.length);
		const content = end.read(buffer);
		return {
			path, bytesOut: size, ...(content && {bytesIn: content.bytes, content: contentOf(format, content)}),
		};
	} catch {
		return {path};
	}
}

/** Tells a file of an opened set from others: by the manifest, or where that says nothing of it, by the end of its copy. Never throws. */
export async function readFacts(set: Directory, file: SetFile): Promise<FileFacts> {
	const {path, record} = file;

	if (!record) {
		return readEnd(set, file);
	}

	const {bytesIn, bytesOut, stored, contentChecksum: checksum, sha256, source, extents, from, facts: {entries: records} = {}} = record;
	const format = formatOf(stored);
	return {
		path,
		bytesIn,
		bytesOut,
		...(isCount(records) && {records}),
		content: format && checksum !== undefined ? `${contentOf(format, {checksum, bytes: bytesIn})}${extents ? `:${source.size}:${extents.join(':')}` : ''}` : sha256,
		origin: {id: from === undefined ? `${source.dev}:${source.ino}` : `${from}:${pathKey(path)}`, mtime: BigInt(source.mtime_ns)},
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
