import {createHash, type Hash} from 'node:crypto';
import {DamagedError} from '../compression/engine.ts';
import {formatOf} from '../formats/formats.ts';
import {type OpenedCopy, readBlocks} from '../set/copy.ts';
import type {SetFile} from '../set/open-set.ts';

async function * hashed(blocks: AsyncIterable<Buffer>, hash: Hash): AsyncGenerator<Buffer> {
	for await (const block of blocks) {
		hash.update(block);
		yield block;
	}
}

/**
The content of the file that a copy is of: unpacked, or just as it is. It is checked while it is read, against the manifest where that knows the
file, so that only whoever has read it to its end without an error has got what was backed up.

@param copy It stays open.
@param signal Aborted, it ends the reading with its reason.
@throws {DamagedError} If the copy is not what it should be; what has been yielded then is not to be trusted. Never more comes out than the manifest says.
@throws {UnreadableCopyError} If it cannot be read.
*/
export async function * readContent(copy: OpenedCopy, {stored, record}: SetFile, signal?: AbortSignal): AsyncGenerator<Buffer> {
	const hash = createHash('sha256');
	const format = formatOf(stored);
	const sum = format?.checksum.start();
	let bytes = 0;
	const blocks = hashed(readBlocks(copy, signal), hash);
	const chunks = format ? format.unpackChunks(blocks, record?.bytesIn) : blocks;

	for await (const chunk of chunks) {
		sum?.update(chunk);
		bytes += chunk.length;

		if (record && bytes > record.bytesIn) {
			throw new DamagedError('is longer than its manifest says');
		}

		yield chunk;
	}

	if (!record) {
		return;
	}

	if (bytes !== record.bytesIn) {
		throw new DamagedError(`gives ${bytes} bytes, and its manifest says ${record.bytesIn}`);
	}

	if (format && record.contentChecksum !== undefined && record.contentChecksum !== sum?.digest()) {
		throw new DamagedError(`gives another content than its manifest says (${format.checksum.label})`);
	}

	if (hash.digest('hex') !== record.sha256) {
		throw new DamagedError('is not the copy that its manifest tells of (SHA-256)');
	}
}
