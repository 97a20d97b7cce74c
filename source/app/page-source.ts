import {DamagedError} from '../compression/engine.ts';
import {signatureLength} from '../compression/compression-format.ts';
import type {Directory} from '../files/directory.ts';
import {errorReason} from '../files/errors.ts';
import {readChunks} from '../files/read-chunks.ts';
import {compressedFormat} from '../formats/detect.ts';
import {unpackAny} from '../formats/unpack-any.ts';
import type {Entry} from '../origin/entry.ts';
import {SourceFile} from '../origin/source-file.ts';
import type {StreamEntry} from '../origin/stream-source.ts';
import type {Streams} from '../origin/streams.ts';
import {shortLines} from '../journal/short-lines.ts';
import {displayName} from '../text/display-name.ts';
import {showInPager} from '../tui/terminal/pager.ts';

/** Bytes read at once. */
const chunkSize = 64 * 1024;

/** Chunks of which the first has come: what cannot be had at all shows before anything is shown. `undefined` where there are none. */
async function prime(chunks: AsyncIterable<Buffer>): Promise<AsyncIterable<Buffer> | undefined> {
	const iterator = chunks[Symbol.asyncIterator]();
	const first = await iterator.next();

	async function * all() {
		try {
			for (let step = first; !step.done; step = await iterator.next()) {
				yield step.value;
			}
		} finally {
			await iterator.return?.();
		}
	}

	return first.done ? undefined : all();
}

/**
Shows a day of the journal in the operator's pager, a line for each entry.

@returns As `pageSource`.
*/
export async function pageStream(streams: Streams, entry: StreamEntry, show = showInPager): Promise<string | undefined> {
	const name = displayName(entry.path);

	try {
		const stream = await streams.openToShow(entry);

		try {
			const chunks = await prime(shortLines(stream.content));
			return chunks ? await show(chunks, name) : `${name} is empty`;
		} finally {
			await stream.close();
		}
	} catch (error) {
		return `${name} cannot be shown: ${errorReason(error)}`;
	}
}

/**
Shows a file of the source in the operator's pager, which has the terminal meanwhile; unpacked, if it is compressed. It is opened as a backup would: what
took its place since it was listed is not shown, whatever it is.

@returns What is to be told of it, such as why it cannot be read; nothing if all went well. Never rejects.
*/
export async function pageSource(source: Directory, entry: Entry, show = showInPager): Promise<string | undefined> {
	const name = displayName(entry.path);

	try {
		await using file = await SourceFile.open(source, entry);
		const start = Buffer.alloc(signatureLength);
		const format = compressedFormat(start.subarray(0, await file.read(start, 0)));
		const content = readChunks(async (into, position) => file.read(into, position), chunkSize);
		const chunks = await prime(format ? unpackAny(format, content) : content);
		return chunks ? await show(chunks, name) : `${name} is empty`;
	} catch (error) {
		return error instanceof DamagedError
			? `${name}: ${error.message}. What was shown is what could be unpacked`
			: `${name} cannot be shown: ${errorReason(error)}`;
	}
}
