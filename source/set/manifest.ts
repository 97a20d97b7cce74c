import {displayName, isLossy} from '../text/display-name.ts';

/** Raised whenever a reader of an older manifest would misunderstand a newer one. */
export const manifestVersion = 1;

/** A source file as `fstat(2)` saw it when it was opened: device, inode, size and time tell whether it is still the same. Big integers in decimal. */
export type SourceStats = {
	readonly dev: string;
	readonly ino: string;
	/** Bytes. */
	readonly size: number;
	/** Nanoseconds since the epoch. */
	readonly mtime_ns: string;
	/** Permission bits in octal, `0640`. */
	readonly mode: string;
	readonly uid: number;
	readonly gid: number;
};

/** A finished copy. */
export type CopyRecord = {
	/** Bytes of the path relative to the source. */
	readonly path: Buffer;
	/** Bytes of the path relative to the set. */
	readonly file: Buffer;
	/** `as-is`: it was compressed already, and copied byte for byte. */
	readonly stored: 'gzip' | 'as-is';
	readonly notes: readonly string[];
	/** Bytes read from the source. */
	readonly bytesIn: number;
	/** Bytes of the copy. */
	readonly bytesOut: number;
	/** CRC-32 of the content; only where it went through gzip. */
	readonly crc32?: number;
	/** SHA-256 of the copy, in lower-case hexadecimal. */
	readonly sha256: string;
	/** Whether it was read back and found to give what was read from the source. */
	readonly isVerified: boolean;
	/** The date of the set whose copy this is too (a hard link), because the source had not changed since. */
	readonly reusedFrom?: string;
	readonly source: SourceStats;
};

/** A selected entry of which there is no copy. */
export type MissingRecord = {
	readonly path: Buffer;
	readonly outcome: 'failed' | 'vanished';
	/** Only where it failed. */
	readonly error?: {readonly message: string; readonly code?: string};
};

export type Manifest = {
	readonly version: string;
	readonly host: string;
	readonly source: string;
	readonly engine: string;
	readonly level: number;
	/** ISO 8601. */
	readonly started: string;
	readonly finished: string;
	readonly copies: readonly CopyRecord[];
	readonly missing: readonly MissingRecord[];
};

export type Json = Readonly<Record<string, unknown>>;

/** The fields `<field>` and, where the text is lossy, `<field>_b64`. */
export const nameFields = (field: string, name: Buffer): Record<string, string> => ({
	[field]: displayName(name),
	...(isLossy(name) && {[`${field}_b64`]: name.toString('base64')}),
});

/** A copy's record as plain JSON, in the manifest and in the journal of a set that grows. */
export const encodeCopy = (copy: CopyRecord): Record<string, unknown> => ({
	...nameFields('path', copy.path),
	...nameFields('file', copy.file),
	outcome: copy.reusedFrom === undefined ? 'done' : 'reused',
	...(copy.reusedFrom !== undefined && {reused_from: copy.reusedFrom}),
	notes: copy.notes,
	stored: copy.stored,
	bytes_in: copy.bytesIn,
	bytes_out: copy.bytesOut,
	...(copy.crc32 !== undefined && {crc32: copy.crc32.toString(16).padStart(8, '0')}),
	sha256: copy.sha256,
	verified: copy.isVerified,
	source: copy.source,
});

/** The record of an entry without a copy as plain JSON. */
export const encodeMissing = (missing: MissingRecord): Record<string, unknown> => ({
	...nameFields('path', missing.path),
	outcome: missing.outcome,
	...(missing.error && {error: missing.error}),
});

/** The text of `manifest.json` in pieces: one entry to a line, so that `grep` finds a file with all that is known of it. */
export function * formatManifest(manifest: Manifest): Generator<string> {
	const {copies, missing, ...head} = manifest;
	const entries = function * () {
		for (const copy of copies) {
			yield encodeCopy(copy);
		}

		for (const entry of missing) {
			yield encodeMissing(entry);
		}
	};

	yield * formatFields({manifest_version: manifestVersion, ...head, ...countFields(copies, missing)}, entries());
}

/** What the head of a manifest says of its entries together. */
export function countFields(copies: readonly CopyRecord[], missing: readonly MissingRecord[]): Json {
	const reused = copies.filter(copy => copy.reusedFrom !== undefined);
	return {
		files_done: copies.length,
		files_failed: missing.filter(({outcome}) => outcome === 'failed').length,
		files_vanished: missing.filter(({outcome}) => outcome === 'vanished').length,
		bytes_in: copies.reduce((sum, copy) => sum + copy.bytesIn, 0),
		bytes_out: copies.reduce((sum, copy) => sum + copy.bytesOut, 0),
		files_reused: reused.length,
		bytes_new: copies.reduce((sum, copy) => sum + (copy.reusedFrom === undefined ? copy.bytesOut : 0), 0),
		reused_from: [...new Set(reused.map(copy => String(copy.reusedFrom)))].toSorted(),
		verified: copies.every(copy => copy.isVerified),
	};
}

/** Lays out the text of a manifest, in pieces: a field to a line, then an entry to a line. */
export function * formatFields(fields: Json, entries: Iterable<Json>): Generator<string> {
	yield `{\n${Object.entries(fields).map(([name, value]) => `\t${JSON.stringify(name)}: ${JSON.stringify(value)},\n`).join('')}\t"entries": [`;
	let isEmpty = true;

	for (const entry of entries) {
		yield `${isEmpty ? '' : ','}\n\t\t${JSON.stringify(entry)}`;
		isEmpty = false;
	}

	yield isEmpty ? ']\n}\n' : '\n\t]\n}\n';
}

export const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);

export const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0;

const isText = (value: unknown, pattern: RegExp): value is string => typeof value === 'string' && pattern.test(value);

const isTextOrMissing = (value: unknown, pattern: RegExp): value is string | undefined => value === undefined || isText(value, pattern);

/** Bytes of the longest path that a system call takes (`PATH_MAX`, with its NUL). */
const pathMax = 4096;

/** The name's bytes, or `undefined` if the fields do not hold a name that can stand below a directory. */
export function decodeName(json: Json, field: string): Buffer | undefined {
	const text = json[field];
	const base64 = json[`${field}_b64`];

	if (typeof text !== 'string' || !(base64 === undefined || typeof base64 === 'string')) {
		return undefined;
	}

	const name = base64 === undefined ? Buffer.from(text) : Buffer.from(base64, 'base64');
	const parts = name.toString('latin1').split('/');
	// What the text looks like doesn't matter where there are bytes: which characters are safe to show changes with the Unicode version.
	const isSafe = name.length < pathMax && !name.includes(0) && parts.every(part => part !== '' && part !== '.' && part !== '..');
	return isSafe ? name : undefined;
}

function decodeStats(json: unknown): SourceStats | undefined {
	if (!isObject(json)) {
		return undefined;
	}

	const {
		dev, ino, size, mtime_ns: modified, mode, uid, gid,
	} = json;
	const isDecimal = (value: unknown): value is string => typeof value === 'string' && /^-?\d{1,20}$/v.test(value);
	return isDecimal(dev) && isDecimal(ino) && isDecimal(modified) && isCount(size)
		&& typeof mode === 'string' && /^[0-7]{4}$/v.test(mode) && isCount(uid) && isCount(gid)
		? {
			dev, ino, size, mtime_ns: modified, mode, uid, gid,
		}
		: undefined;
}

/** Reads what `encodeCopy` made; `undefined` if it is anything else, as in a file that was cut short or tampered with. */
export function decodeCopy(json: unknown): CopyRecord | undefined {
	if (!isObject(json) || !(json.outcome === 'done' || json.outcome === 'reused')) {
		return undefined;
	}

	const path = decodeName(json, 'path');
	const file = decodeName(json, 'file');
	const source = decodeStats(json.source);
	const {
		stored, notes, bytes_in: bytesIn, bytes_out: bytesOut, crc32, sha256, verified: isVerified, reused_from: reusedFrom,
	} = json;

	if (
		!path || !file || !source || !isCount(bytesIn) || !isCount(bytesOut)
		|| !(stored === 'gzip' || stored === 'as-is')
		|| !Array.isArray(notes) || notes.some(note => typeof note !== 'string')
		|| typeof isVerified !== 'boolean' || !isText(sha256, /^[\da-f]{64}$/v)
		|| !isTextOrMissing(reusedFrom, /^\d{4}-\d{2}-\d{2}$/v) || !isTextOrMissing(crc32, /^[\da-f]{8}$/v)
	) {
		return undefined;
	}

	return {
		path, file, stored, notes, bytesIn, bytesOut, sha256, isVerified, source,
		...(reusedFrom !== undefined && {reusedFrom}),
		...(crc32 !== undefined && {crc32: Number.parseInt(crc32, 16)}),
	};
}

/** Reads what `encodeMissing` made; `undefined` if it is anything else. */
export function decodeMissing(json: unknown): MissingRecord | undefined {
	const path = isObject(json) ? decodeName(json, 'path') : undefined;

	if (!isObject(json) || !path || !(json.outcome === 'failed' || json.outcome === 'vanished')) {
		return undefined;
	}

	const {message, code} = isObject(json.error) ? json.error : {};
	return {
		path,
		outcome: json.outcome,
		...(typeof message === 'string' && {error: {message, ...(typeof code === 'string' && {code})}}),
	};
}

export type ManifestSummary = {
	readonly finished: Date;
	readonly filesDone: number;
	readonly filesFailed: number;
	readonly bytesIn: number;
	readonly bytesOut: number;
};

/** Reads the totals from the text of a manifest; `undefined` if it is not one. */
export function summarizeManifest(text: string): ManifestSummary | undefined {
	let json: unknown;

	try {
		json = JSON.parse(text);
	} catch {
		return undefined;
	}

	if (!isObject(json) || !isCount(json.manifest_version) || typeof json.finished !== 'string') {
		return undefined;
	}

	const finished = new Date(json.finished);
	const {
		files_done: filesDone, files_failed: filesFailed, bytes_in: bytesIn, bytes_out: bytesOut,
	} = json;
	return !Number.isNaN(finished.getTime()) && isCount(filesDone) && isCount(filesFailed) && isCount(bytesIn) && isCount(bytesOut)
		? {
			finished, filesDone, filesFailed, bytesIn, bytesOut,
		}
		: undefined;
}

function parseEntries(text: string): readonly unknown[] {
	try {
		const json: unknown = JSON.parse(text);
		return isObject(json) && Array.isArray(json.entries) ? json.entries : [];
	} catch {
		return [];
	}
}

/** What failed, from the text of a manifest, as text for a person; nothing if it is not one. */
export const decodeFailures = (text: string): ReadonlyArray<{readonly path: string; readonly message: string}> => parseEntries(text).flatMap(entry => {
	const path = isObject(entry) && entry.outcome === 'failed' ? decodeName(entry, 'path') : undefined;
	const error = isObject(entry) && isObject(entry.error) ? entry.error.message : undefined;
	return path === undefined ? [] : [{path: displayName(path), message: typeof error === 'string' ? error : 'unknown'}];
});

/** Reads the copies from the text of a manifest one by one, as far as they are whole; none if it is not one. */
export function * decodeCopies(text: string): Generator<CopyRecord> {
	for (const entry of parseEntries(text)) {
		const copy = decodeCopy(entry);

		if (copy) {
			yield copy;
		}
	}
}
