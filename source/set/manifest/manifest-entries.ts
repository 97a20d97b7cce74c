import {formatNames, type Stored} from '../../compression/format-names.ts';
import {formatOf} from '../../formats/formats.ts';
import {longestPath} from '../../files/directory.ts';
import type {Extras} from '../../files/extras/extras.ts';
import type {Unkept} from '../../files/metadata.ts';
import type {Extent} from '../../files/holes.ts';
import {datePattern} from '../names/set-names.ts';
import {isCount, isObject, type Json} from './json.ts';
import type {CopyRecord, MissingRecord, SourceStats} from './manifest.ts';

const isText = (value: unknown, pattern: RegExp): value is string => typeof value === 'string' && pattern.test(value);

const isTextOrMissing = (value: unknown, pattern: RegExp): value is string | undefined => value === undefined || isText(value, pattern);

/** The name's bytes, or `undefined` if the fields do not hold a name that can stand below a directory. */
export function decodeName(json: Json, field: string): Buffer | undefined {
	const text = json[field];
	const base64 = json[`${field}_b64`];

	if (typeof text !== 'string' || !(base64 === undefined || typeof base64 === 'string')) {
		return undefined;
	}

	const name = base64 === undefined ? Buffer.from(text) : Buffer.from(base64, 'base64');
	const parts = name.toString('latin1').split('/');
	// If there are bytes, the text is not compared with them: which characters are safe to show changes with the Unicode version.
	const isSafe = name.length > 0 && name.length <= longestPath && !name.includes(0) && parts.every(part => part !== '' && part !== '.' && part !== '..');
	return isSafe ? name : undefined;
}

function decodeStats(json: unknown): SourceStats | undefined {
	if (!isObject(json)) {
		return undefined;
	}

	const {
		dev, ino, size, mtime_ns: modified, ctime_ns: changed, mode, uid, gid, racy,
	} = json;
	// A time in nanoseconds can have 28 digits: some file systems keep 64 bits of seconds.
	const isDecimal = (value: unknown): value is string => typeof value === 'string' && /^-?\d{1,40}$/v.test(value);
	const isFile = isDecimal(dev) && isDecimal(ino);
	return (isFile || (dev === undefined && ino === undefined)) && isDecimal(modified) && (changed === undefined || isDecimal(changed)) && isCount(size)
		&& typeof mode === 'string' && /^[0-7]{4}$/v.test(mode) && isCount(uid) && isCount(gid)
		&& (racy === undefined || racy === true)
		? {
			...(isFile && {dev, ino}), size, mtime_ns: modified, ...(changed !== undefined && {ctime_ns: changed}), mode, uid, gid, ...(racy && {racy}),
		}
		: undefined;
}

/** As xattr(7) has them: a class, and a name in it. */
const attributeName = /^(?:security|system|trusted|user)\.[^\0]+$/v;

const base64 = /^(?:[\d+\/A-Za-z]{4})*(?:[\d+\/A-Za-z]{2}==|[\d+\/A-Za-z]{3}=)?$/v;

const isAttributes = (json: unknown): json is Extras['xattrs'] => json === undefined
	|| (isObject(json) && Object.entries(json).every(([name, value]) => isText(name, attributeName) && isText(value, base64)));

const unkeptNames: ReadonlySet<unknown> = new Set<Unkept>(['mode', 'owner', 'time']);

const isUnkept = (json: unknown): json is readonly Unkept[] | undefined => json === undefined || (Array.isArray(json) && json.every(name => unkeptNames.has(name)));

type Storage = {readonly stored: Stored; readonly isSparse: boolean};

/** Ways in which a copy is stored, by their names in a manifest: with or without holes. */
const storedNames: ReadonlyMap<unknown, Storage> = new Map<unknown, Storage>([
	['as-is', {stored: 'as-is', isSparse: false}],
	...formatNames.flatMap((stored): Array<[string, Storage]> => [
		[stored, {stored, isSparse: false}],
		[formatOf(stored).sparseName, {stored, isSparse: true}],
	]),
]);

/** Extents in order, of so many bytes together, within a file of a size. */
function decodeExtents(json: unknown, bytes: number, size: number): readonly Extent[] | undefined {
	if (!Array.isArray(json)) {
		return undefined;
	}

	const extents: Extent[] = [];
	let end = 0;
	let sum = 0;

	for (const extent of json as readonly unknown[]) {
		const [offset, length] = Array.isArray(extent) ? extent as readonly unknown[] : [];

		if (!isCount(offset) || !isCount(length) || length === 0 || offset < end) {
			return undefined;
		}

		extents.push([offset, length]);
		end = offset + length;
		sum += length;
	}

	return sum === bytes && end <= size ? extents : undefined;
}

/** Where the content of a copy was in the source; `undefined` if that makes no sense. */
function decodeOrigin(json: Json, {isSparse, bytes, size}: {readonly isSparse: boolean; readonly bytes: number; readonly size: number}): Pick<CopyRecord, 'listedAs' | 'extents'> | undefined {
	const listedAs = 'listed_as' in json ? decodeName(json, 'listed_as') : undefined;
	const extents = decodeExtents(json.extents, bytes, size);
	return isSparse === (extents !== undefined) ? {...(listedAs && {listedAs}), ...(extents && {extents})} : undefined;
}

/** The checksum of the content; `undefined` if it is none. */
function decodeChecksum(json: Json, stored: Stored): Pick<CopyRecord, 'contentChecksum'> | undefined {
	const {field, pattern} = formatOf(stored)?.checksum ?? {};
	const contentChecksum = field === undefined ? undefined : json[field];

	if (contentChecksum === undefined) {
		return {};
	}

	return pattern && isText(contentChecksum, pattern) ? {contentChecksum} : undefined;
}

/** Names a source of streams. */
const streamSource = /^[a-z]{1,32}$/v;

/** Fields about the stream that a copy was made from; `undefined` if they are invalid: a copy has either these or the device number of a file. */
function decodeStream({from, facts}: Json, {dev}: SourceStats): Pick<CopyRecord, 'from' | 'facts'> | undefined {
	return isTextOrMissing(from, streamSource) && (facts === undefined || isObject(facts)) && (from === undefined) === (dev !== undefined)
		? {...(from !== undefined && {from}), ...(facts && {facts})}
		: undefined;
}

/** The fields that not every copy has; `undefined` if one makes no sense. */
function decodeRest(json: Json, stored: Stored): Pick<CopyRecord, 'reusedFrom' | 'contentChecksum' | 'isRestricted' | 'xattrs' | 'unkept'> | undefined {
	const checksum = decodeChecksum(json, stored);
	const {reused_from: reusedFrom, restricted, xattrs, unkept} = json;

	if (
		!checksum || !isTextOrMissing(reusedFrom, datePattern)
		|| !(restricted === undefined || restricted === true) || !isAttributes(xattrs) || !isUnkept(unkept)
	) {
		return undefined;
	}

	return {
		...(reusedFrom !== undefined && {reusedFrom}),
		...checksum,
		...(restricted && {isRestricted: restricted}),
		...(xattrs && {xattrs}),
		...(unkept && {unkept}),
	};
}

/** The record of which these are all fields, there or not: the compiler names one that nothing reads. */
const complete = <Fields extends CopyRecord>(
	fields: Fields & ([Exclude<keyof CopyRecord, keyof Fields>] extends [never] ? unknown : {readonly unread: Exclude<keyof CopyRecord, keyof Fields>}),
): CopyRecord => fields;

/** Reads what `encodeCopy` made; `undefined` if it is anything else, as in a file that was cut short or tampered with. */
export function decodeCopy(json: unknown): CopyRecord | undefined {
	if (!isObject(json) || !(json.outcome === 'done' || json.outcome === 'reused')) {
		return undefined;
	}

	const path = decodeName(json, 'path');
	const file = decodeName(json, 'file');
	const source = decodeStats(json.source);
	const storage = storedNames.get(json.stored);
	const {
		notes, bytes_in: bytesIn, bytes_out: bytesOut, sha256, verified: isVerified,
	} = json;

	if (
		!path || !file || !source || !isCount(bytesIn) || !isCount(bytesOut) || !storage
		|| !Array.isArray(notes) || notes.some(note => typeof note !== 'string')
		|| typeof isVerified !== 'boolean' || !isText(sha256, /^[\da-f]{64}$/v)
	) {
		return undefined;
	}

	const {stored, isSparse} = storage;
	const origin = decodeOrigin(json, {isSparse, bytes: bytesIn, size: source.size});
	const stream = decodeStream(json, source);
	const rest = decodeRest(json, stored);
	return origin && stream && rest && complete({
		path, file, stored, notes, bytesIn, bytesOut, sha256, isVerified, source, ...origin, ...stream, ...rest,
	});
}

/** How manifests from before there was a field for it (`kind`) say that a directory could not be listed. */
const unlistedBefore = /^(?:cannot be listed|it is a directory that cannot be listed)/v;

/** Reads what `encodeMissing` made, texts as they are: unsafe to print; `undefined` if it is anything else. */
export function decodeMissing(json: unknown): MissingRecord | undefined {
	if (!isObject(json) || !(json.outcome === 'failed' || json.outcome === 'vanished')) {
		return undefined;
	}

	const path = decodeName(json, 'path');
	const {message, code} = isObject(json.error) ? json.error : {};
	const isUnlisted = json.kind === 'directory' || (json.kind === undefined && isText(message, unlistedBefore));
	return path && {
		path,
		outcome: json.outcome,
		...(isUnlisted && {isDirectory: true}),
		...(json.kind === 'symlink' && {isSymlink: true}),
		...(isText(json.from, streamSource) && {from: json.from}),
		...(typeof message === 'string' && {error: {message, ...(typeof code === 'string' && {code})}}),
	};
}
