/*
One entry, looked at closely enough for a person to know what it is: who owns it, and how its content begins and ends.
*/
import type {BigIntStats} from 'node:fs';
import {type FileHandle, open, readlink} from 'node:fs/promises';
import type {Accounts} from '../files/accounts.ts';
import {type Directory, inParent} from '../files/directory.ts';
import {errorReason} from '../files/errors.ts';
import {fileIdentity, isSameFile} from '../files/identity.ts';
import {readingFlags} from '../files/open-flags.ts';
import {readChunks} from '../files/read-chunks.ts';
import {type Compressed, compressedFormat} from '../formats/detect.ts';
import {unpackAny} from '../formats/unpack-any.ts';
import type {Entry} from '../origin/entry.ts';
import {displayName, displayText} from '../text/display-name.ts';
import {capitalize} from '../text/format.ts';

/** Content of a file, as text that is safe to print. */
export type PrintableContent =
	/** Lines from its beginning and from its end; where they are all of it, only `first`. */
	{readonly kind: 'text'; readonly first: readonly string[]; readonly last: readonly string[]; readonly unpacked?: UnpackProgress}
	/** Why there are none to show. */
	| {readonly kind: 'none'; readonly reason: string};

/** How far a compressed file has been unpacked for its lines. */
export type UnpackProgress = {
	readonly format: Compressed;
	/** Bytes of the content; missing where it was not unpacked to its end: then the last lines are not known. */
	readonly bytes?: number;
	/** Why it was not; missing where it would only have taken too long. */
	readonly problem?: string;
};

export type Inspection =
	{
		readonly kind: 'known';
		/** Names, or numbers where there are none. */
		readonly owner: string;
		readonly group: string;
		/** Permission bits with those for set-user-ID, set-group-ID and sticky. */
		readonly mode: number;
		/** Milliseconds since the epoch: when the content and when anything about it changed last. */
		readonly modified: number;
		readonly changed: number;
		/** Bytes: as read, and on disk. */
		readonly size: number;
		readonly allocated: number;
		readonly inode: string;
		/** Number of its names. */
		readonly links: number;
		/** Only on symbolic links: where it leads, as text for a person. */
		readonly target?: string;
		/** Only on regular files. */
		readonly content?: PrintableContent;
	}
	| {readonly kind: 'unknown'; readonly reason: string};

/** Bytes read at either end of a file, the lines taken of them, and characters taken of a line. */
const chunkSize = 8192;
const mostLines = 40;
const longestLine = 400;

/** Bytes of a compressed file read at once, and milliseconds after which its end is not looked for any more. */
const unpackedAtOnce = 64 * 1024;
const longestUnpacking = 1000;

/** Text has hardly any controls in it, but for tabs, line ends and colours; above this part of the bytes it is something else. */
const mostControls = 0.1;

const isControl = (byte: number) => byte < 0x20 && ![0x09, 0x0A, 0x0D, 0x1B].includes(byte);

function isBinary(bytes: Buffer): boolean {
	return bytes.includes(0) || bytes.filter(byte => isControl(byte)).length > bytes.length * mostControls;
}

/** The lines in some bytes. A tab becomes a space: how wide it would be depends on where it stands. */
function splitLines(bytes: Buffer): readonly string[] {
	const lines = bytes.toString('latin1').split('\n');

	if (lines.at(-1) === '') {
		lines.pop();
	}

	return lines.map(line => displayName(Buffer.from(line.slice(0, longestLine).replace(/\r$/v, '').replaceAll('\t', ' '), 'latin1')));
}

async function readAt(handle: FileHandle, position: number, length: number): Promise<Buffer> {
	const {buffer, bytesRead} = await handle.read(Buffer.alloc(length), 0, length, position);
	return buffer.subarray(0, bytesRead);
}

/** Both ends of a content; where they are all of it, all of it is in `head`. */
type Ends = {
	readonly head: Buffer;
	readonly tail?: Buffer | undefined;
	/** Nothing is between them, and nothing follows. */
	readonly isWhole: boolean;
};

function linesOf({head, tail = Buffer.alloc(0), isWhole}: Ends): PrintableContent {
	if (head.length === 0) {
		return {kind: 'none', reason: 'It is empty.'};
	}

	if (isBinary(head) || isBinary(tail)) {
		return {kind: 'none', reason: 'Not text.'};
	}

	if (isWhole) {
		const lines = splitLines(head);
		return lines.length <= mostLines ? {kind: 'text', first: lines, last: []} : {kind: 'text', first: lines.slice(0, mostLines), last: lines.slice(-mostLines)};
	}

	// A line cut off by the end of a chunk is left out, unless it is the only one.
	const first = splitLines(head.subarray(0, head.lastIndexOf(0x0A) + 1 || head.length));
	const last = splitLines(tail.subarray(tail.indexOf(0x0A) + 1));
	return {kind: 'text', first: first.slice(0, mostLines), last: last.slice(-mostLines)};
}

/** Unpacks a compressed file, as far as it may take, and keeps the lines at both ends. */
async function readPacked(handle: FileHandle, format: Compressed, signal: AbortSignal): Promise<PrintableContent> {
	const packed = readChunks(async (into, position) => {
		const {bytesRead} = await handle.read(into, 0, into.length, position);
		return bytesRead;
	}, unpackedAtOnce);
	const deadline = performance.now() + longestUnpacking;
	let head: Buffer = Buffer.alloc(0);
	let tail: Buffer = Buffer.alloc(0);
	let bytes = 0;
	let isEnded = true;
	let problem: string | undefined;

	try {
		for await (const chunk of unpackAny(format, packed)) {
			const rest = chunk.subarray(chunkSize - head.length);
			bytes += chunk.length;
			head = Buffer.concat([head, chunk.subarray(0, chunkSize - head.length)]);
			tail = rest.length < chunkSize ? Buffer.concat([tail, rest]).subarray(-chunkSize) : rest.subarray(-chunkSize);

			if (signal.aborted || performance.now() > deadline) {
				isEnded = false;
				break;
			}
		}
	} catch (error) {
		isEnded = false;
		problem = errorReason(error);
	}

	const isWhole = isEnded && bytes <= head.length + tail.length;
	const content = linesOf(isWhole ? {head: Buffer.concat([head, tail]), isWhole} : {head, tail: isEnded ? tail : undefined, isWhole});
	const unpacked = {format, ...(isEnded && {bytes}), ...(problem !== undefined && {problem})};
	return content.kind === 'text'
		? {...content, unpacked}
		: {kind: 'none', reason: `Compressed with ${format}. ${problem === undefined ? content.reason : `${capitalize(problem)}.`}`};
}

async function readContent(handle: FileHandle, size: number, signal: AbortSignal): Promise<PrintableContent> {
	const isWhole = size <= 2 * chunkSize;
	const head = await readAt(handle, 0, isWhole ? size : chunkSize);
	const format = compressedFormat(head);
	return format
		? readPacked(handle, format, signal)
		: linesOf({head, tail: isWhole ? undefined : await readAt(handle, size - chunkSize, chunkSize), isWhole});
}

/** Opens it as a backup would: what took its place since can neither lead elsewhere nor make it wait. */
async function lookInto(parent: Directory, name: Buffer, {stats, signal}: {readonly stats: BigIntStats; readonly signal: AbortSignal}): Promise<PrintableContent> {
	try {
		await using handle = await open(parent.at(name), readingFlags);
		const opened = await handle.stat({bigint: true});
		const isSame = opened.isFile() && isSameFile(fileIdentity(opened), fileIdentity(stats));
		return isSame ? await readContent(handle, Math.min(Number(opened.size), Number.MAX_SAFE_INTEGER), signal) : {kind: 'none', reason: 'It was replaced just now.'};
	} catch (error) {
		return {kind: 'none', reason: `It can't be read: ${errorReason(error)}.`};
	}
}

/**
Looks at an entry of the source: a bounded look, whatever its size. Never rejects. Only regular files are opened. `signal`, aborted, ends the look
early, and the result is then not to be relied on.
*/
export async function inspect(source: Directory, {path, from}: Entry, {accounts, signal}: {readonly accounts: Accounts; readonly signal: AbortSignal}): Promise<Inspection> {
	if (from !== undefined) {
		return {kind: 'unknown', reason: 'Not a file: nothing is read of it before it is copied.'};
	}

	try {
		return await inParent(source, path, async (parent, name): Promise<Inspection> => {
			const stats = await parent.lstat(name);
			return {
				kind: 'known',
				owner: displayText(await accounts.user(Number(stats.uid))),
				group: displayText(await accounts.group(Number(stats.gid))),
				mode: Number(stats.mode) & 0o7777,
				modified: Number(stats.mtimeMs),
				changed: Number(stats.ctimeMs),
				size: Number(stats.size),
				allocated: Number(stats.blocks) * 512,
				inode: String(fileIdentity(stats).inode),
				links: Number(stats.nlink),
				...(stats.isSymbolicLink() && {target: displayName(await readlink(parent.at(name), {encoding: 'buffer'}))}),
				...(stats.isFile() && {content: await lookInto(parent, name, {stats, signal})}),
			};
		});
	} catch (error) {
		return {kind: 'unknown', reason: `It can't be looked at: ${errorReason(error)}.`};
	}
}
