import type {Stored} from '../../compression/format-names.ts';
import type {Reason} from '../../files/errors.ts';
import {formatOf} from '../../formats/formats.ts';
import {type Extras, recorded} from '../../files/extras/extras.ts';
import type {Unkept} from '../../files/metadata.ts';
import type {Extent} from '../../files/holes.ts';
import {displayName, isLossy} from '../../text/display-name.ts';
import type {Json} from './json.ts';

/**
The newest version of manifests. It is raised whenever a reader of an older one would misunderstand a newer one: 2 has entries that are no files, 3 copies in zstd; readers of
older versions take both for damaged. Each manifest is of the lowest version that says all that is in it, so that older programs read what they can.
*/
export const manifestVersion = 3;

const firstVersion = 1;
const streamsVersion = 2;

/** Whether this program reads manifests of a version. */
export const isReadVersion = (version: unknown): boolean => typeof version === 'number' && version >= firstVersion && version <= manifestVersion && Number.isSafeInteger(version);

/** Least version that says all of a copy. */
const versionOf = ({from, stored}: Pick<CopyRecord, 'from' | 'stored'>): number =>
	Math.max(from === undefined ? firstVersion : streamsVersion, formatOf(stored)?.manifestVersion ?? firstVersion);

/** Version of a manifest with such entries. */
export const versionFor = (copies: CopyTotals, missing: readonly MissingRecord[]): number =>
	Math.max(copies.version, missing.some(({from}) => from !== undefined) ? streamsVersion : firstVersion);

/** A source file as `fstat(2)` saw it when it was opened: `set/unchanged.ts` tells by it whether it is still the same. Big integers in decimal. Of a stream, what its copy is restored with. */
export type SourceStats = {
	/** Missing for a stream, which is not a file. */
	readonly dev?: string;
	readonly ino?: string;
	/** Bytes. */
	readonly size: number;
	/** Nanoseconds since the epoch. */
	readonly mtime_ns: string;
	/** The same of its last change of any kind; sets of older versions have none. */
	readonly ctime_ns?: string;
	/** Permission bits in octal, `0640`. */
	readonly mode: string;
	readonly uid: number;
	readonly gid: number;
	/** It was written to so shortly before it was read that its times would not tell if it was written to again. Missing where they would. */
	readonly racy?: true;
};

/** A finished copy. It has none of the source's attributes itself: `xattrs` is where they are kept. */
export type CopyRecord = Omit<Extras, 'isIncomplete'> & {
	/** Bytes of the path relative to the source. */
	readonly path: Buffer;
	/** Bytes of the path relative to the set. */
	readonly file: Buffer;
	readonly stored: Stored;
	readonly notes: readonly string[];
	/** Bytes read from the source. */
	readonly bytesIn: number;
	/** Bytes of the copy. */
	readonly bytesOut: number;
	/** Checksum of the content, as its format has it; only where it was compressed. */
	readonly contentChecksum?: string;
	/** SHA-256 of the copy, in lower-case hexadecimal. */
	readonly sha256: string;
	/** Whether it was read back and found to give what was read from the source. */
	readonly isVerified: boolean;
	/** The date of the set whose copy this is too (a hard link), because the source had not changed since. */
	readonly reusedFrom?: string;
	/** Only of a copy that leaves out large holes: where what it holds was in the source, in order. */
	readonly extents?: readonly Extent[];
	/** The path that the source had when it was listed, if it was renamed before it was copied. */
	readonly listedAs?: Buffer;
	/** Metadata of the source that the destination cannot keep; missing if there is none. */
	readonly unkept?: readonly Unkept[];
	/** Only of a stream: the name of the source that it comes from. */
	readonly from?: string;
	/** Only of a stream: what its source says of it, as plain JSON. */
	readonly facts?: Json;
	readonly source: SourceStats;
};

/** The same record with what the source has of attributes now. */
export const withExtras = ({xattrs: _xattrs, isRestricted: _isRestricted, ...record}: CopyRecord, extras: Extras): CopyRecord => ({...record, ...recorded(extras)});

/** A selected entry of which there is no copy. */
export type MissingRecord = {
	readonly path: Buffer;
	readonly outcome: 'failed' | 'vanished';
	/** Only where it failed. */
	readonly error?: Reason;
	/** It is a directory that could not be listed. */
	readonly isDirectory?: true;
	/** It is a symbolic link that was to be followed. */
	readonly isSymlink?: true;
	/** It is a stream from the source of that name, or such a source itself, of which is not known what it has. */
	readonly from?: string;
};

export type Manifest = {
	readonly version: string;
	readonly host: string;
	/** Tells hosts of the same name apart; missing if the system has no such number, or the operator has named the host. */
	readonly machine?: string;
	readonly source: string;
	readonly engine: string;
	readonly level: number;
	/** ISO 8601. */
	readonly started: string;
	readonly finished: string;
	/** Entries not selected, as of `encodeLeftOut`; missing if unknown. */
	readonly left_out?: Readonly<Record<string, unknown>>;
	readonly copies: ManifestCopies;
	readonly missing: readonly MissingRecord[];
};

/** The copies of a manifest, however many: what they come to, and one after the other, in the order of the manifest. */
export type ManifestCopies = {
	readonly totals: CopyTotals;
	/** The entries, as of `copyLine`. */
	readonly lines: () => Iterable<string>;
	readonly checksums: () => Iterable<Pick<CopyRecord, 'file' | 'sha256'>>;
};

/** A name as text for a person (`displayName`) in `<field>`; if that does not give the name back, its bytes are in `<field>_b64`, in Base64. */
export type NameFields<Field extends string> = Readonly<Record<Field, string> & Partial<Record<`${Field}_b64`, string>>>;

export function nameFields<Field extends string>(field: Field, name: Buffer): NameFields<Field> {
	const fields: Record<string, string> = {[field]: displayName(name), ...(isLossy(name) && {[`${field}_b64`]: name.toString('base64')})};
	return fields as NameFields<Field>;
}

/** Name in a manifest of the way in which a copy is stored: a different one if it leaves out holes, so that an older reader does not take it for the whole file. */
export const storedName = ({stored, extents}: Pick<CopyRecord, 'stored' | 'extents'>): string => (extents && formatOf(stored)?.sparseName) ?? stored;

function checksumField(stored: Stored, contentChecksum: string | undefined): Record<string, string> {
	const format = formatOf(stored);
	return format && contentChecksum !== undefined ? {[format.checksum.field]: contentChecksum} : {};
}

/** What is left of a record when all that is known of it has been taken out: the compiler names a field that was forgotten. */
const nothing = (rest: Readonly<Record<string, never>>): Readonly<Record<string, never>> => rest;

/** A copy's record as plain JSON, in the manifest and in the journal of a set that grows. */
export function encodeCopy(copy: CopyRecord): Record<string, unknown> {
	const {
		path, file, listedAs, from, reusedFrom, notes, stored, extents, bytesIn, bytesOut, contentChecksum, sha256, isVerified, unkept, source, facts, isRestricted, xattrs, ...rest
	} = copy;
	return {
		...nameFields('path', path),
		...nameFields('file', file),
		...(listedAs && nameFields('listed_as', listedAs)),
		...(from !== undefined && {from}),
		outcome: reusedFrom === undefined ? 'done' : 'reused',
		...(reusedFrom !== undefined && {reused_from: reusedFrom}),
		notes,
		stored: storedName(copy),
		...(extents && {extents}),
		bytes_in: bytesIn,
		bytes_out: bytesOut,
		...checksumField(stored, contentChecksum),
		sha256,
		verified: isVerified,
		...(unkept && {unkept}),
		source,
		...(facts && {facts}),
		...(isRestricted && {restricted: true}),
		...(xattrs && {xattrs}),
		...nothing(rest),
	};
}

/** The line of a copy, as it stands in the manifest and in the journal of a set that grows. */
export const copyLine = (copy: CopyRecord): string => JSON.stringify(encodeCopy(copy));

/** The record of an entry without a copy as plain JSON. */
export function encodeMissing({path, from, outcome, isDirectory, isSymlink, error, ...rest}: MissingRecord): Record<string, unknown> {
	return {
		...nameFields('path', path),
		...(from !== undefined && {from}),
		outcome,
		...(isDirectory && {kind: 'directory'}),
		...(isSymlink && {kind: 'symlink'}),
		// A remedy is for who reads of the failure when it happens.
		...(error && {error: {message: error.message, ...(error.code !== undefined && {code: error.code})}}),
		...nothing(rest),
	};
}

/** The text of `manifest.json` in pieces: one entry to a line, so that `grep` finds a file with all that is known of it. */
export function * formatManifest(manifest: Manifest): Generator<string> {
	const {copies, missing, left_out: leftOut, ...head} = manifest;
	const entries = function * () {
		yield * copies.lines();

		for (const entry of missing) {
			yield JSON.stringify(encodeMissing(entry));
		}
	};

	yield * formatFields({
		manifest_version: versionFor(copies.totals, missing), ...head, ...countFields(copies.totals, missing), ...(leftOut && {left_out: leftOut}),
	}, entries());
}

/** Sums over copies, which need not be kept for that. */
export class CopyTotals {
	static of(copies: Iterable<CopyRecord>): CopyTotals {
		const totals = new CopyTotals();

		for (const copy of copies) {
			totals.add(copy);
		}

		return totals;
	}

	count = 0;
	/** Bytes read, of the copies, and of their names: of their paths in the source, and in the set. */
	bytesIn = 0;
	bytesOut = 0;
	pathBytes = 0;
	fileBytes = 0;
	/** Those that were read back. */
	verified = 0;
	/** Those that were linked, their bytes, and those of the copies that were not. */
	reused = 0;
	bytesInReused = 0;
	bytesNew = 0;
	/** Those of which the destination does not keep all, and what it does not keep. */
	unkept = 0;
	readonly unkeptKinds = new Set<Unkept>();
	/** Least version of a manifest that says all of them. */
	version = firstVersion;
	readonly #dates = new Set<string>();

	/** Dates of the sets that were linked from, in order. */
	get reusedFrom(): readonly string[] {
		return [...this.#dates].toSorted();
	}

	add(copy: CopyRecord): void {
		this.count++;
		this.bytesIn += copy.bytesIn;
		this.bytesOut += copy.bytesOut;
		this.pathBytes += copy.path.length;
		this.fileBytes += copy.file.length;
		this.verified += copy.isVerified ? 1 : 0;
		this.version = Math.max(this.version, versionOf(copy));

		if (copy.reusedFrom === undefined) {
			this.bytesNew += copy.bytesOut;
		} else {
			this.reused++;
			this.bytesInReused += copy.bytesIn;
			this.#dates.add(copy.reusedFrom);
		}

		if (copy.unkept) {
			this.unkept++;

			for (const kind of copy.unkept) {
				this.unkeptKinds.add(kind);
			}
		}
	}
}

/** Totals in the header of a manifest. */
export type Counts = {
	readonly files_done: number;
	readonly files_failed: number;
	readonly files_vanished: number;
	/** Bytes read, and of all copies. */
	readonly bytes_in: number;
	readonly bytes_out: number;
	/** Linked from other sets. */
	readonly files_reused: number;
	/** Bytes of the copies that were not linked. */
	readonly bytes_new: number;
	/** Dates of the sets that were linked from. */
	readonly reused_from: readonly string[];
	/** Whether all copies were read back. */
	readonly verified: boolean;
};

/** Counts them, with the fields in the order that they have in a manifest. */
export function countFields(copies: CopyTotals, missing: readonly MissingRecord[]): Counts {
	return {
		files_done: copies.count,
		files_failed: missing.filter(({outcome}) => outcome === 'failed').length,
		files_vanished: missing.filter(({outcome}) => outcome === 'vanished').length,
		bytes_in: copies.bytesIn,
		bytes_out: copies.bytesOut,
		files_reused: copies.reused,
		bytes_new: copies.bytesNew,
		reused_from: copies.reusedFrom,
		verified: copies.verified === copies.count,
	};
}

/** Lays out the text of a manifest, in pieces: a field to a line, then an entry (JSON already) to a line. */
export function * formatFields(fields: Json, entries: Iterable<string>): Generator<string> {
	yield `{\n${Object.entries(fields).map(([name, value]) => `\t${JSON.stringify(name)}: ${JSON.stringify(value)},\n`).join('')}\t"entries": [`;
	let isEmpty = true;

	for (const entry of entries) {
		yield `${isEmpty ? '' : ','}\n\t\t${entry}`;
		isEmpty = false;
	}

	yield isEmpty ? ']\n}\n' : '\n\t]\n}\n';
}
