import {
	fstatSync,
	opendirSync,
	readFileSync,
	readSync,
} from 'node:fs';
import {gunzipSync} from 'node:zlib';
import {joinPath} from '../files/directory.ts';
import {errorCode} from '../files/errors.ts';
import {readingFlags} from '../files/open-flags.ts';
import {withOpened} from '../files/with-opened.ts';
import {displayName} from '../text/display-name.ts';

/*
Whether a directory that no manifest describes has a copy in it at all. What a crash left, a file cut short among them, must not pass for a backup;
so one copy is unpacked. Read synchronously, as manifests are at a glance.
*/

const suffix = Buffer.from('.gz');

/** The first bytes of a gzip file (RFC 1952 §2.3.1). */
const magic = Buffer.of(0x1F, 0x8B);

/** Deeper than the sets of any script. */
const maximumDepth = 16;

/** A copy of no more bytes is unpacked where it is found: that takes no longer than to look for a smaller one. */
const smallSize = 64 * 1024;

/**
Bytes that are unpacked of one copy, and read of all, at most: some 50 ms of work for one set. Nearly every set has a smaller copy than that, and one whole
copy is enough. Where all are larger, whole ones cannot be told from others without a second or more for each set of a list, on the thread that
draws it: they are taken for whole there, and `verify`, which unpacks all of them, tells.
*/
const mostUnpacked = 16 * 1024 * 1024;

export type Found = {readonly name: Buffer; readonly isFile: boolean; readonly isDirectory: boolean};

/** What is in a directory, a few names at a time: most askers have enough of the first. */
export function * entriesOf(directory: Buffer): Generator<Found> {
	// Node's types know no names as bytes here; without them, names that are no UTF-8 would lead nowhere.
	const opened = opendirSync(directory, {encoding: 'buffer' as BufferEncoding});

	try {
		for (let entry = opened.readSync(); entry; entry = opened.readSync()) {
			yield {name: entry.name as unknown as Buffer, isFile: entry.isFile(), isDirectory: entry.isDirectory()};
		}
	} finally {
		opened.closeSync();
	}
}

/** A file that is called, and begins, as gzip has it. */
type Candidate = {
	/** Relative to the directory that is looked at. */
	readonly file: Buffer;
	readonly location: Buffer;
	readonly size: number;
};

/** @returns Its size in bytes; `undefined` if it does not begin as gzip has it, or cannot be read. */
function measureGzip(location: Buffer): number | undefined {
	try {
		return withOpened(location, readingFlags, descriptor => {
			const first = Buffer.alloc(magic.length);
			const isGzip = readSync(descriptor, first, 0, first.length, 0) === first.length && first.equals(magic);
			return isGzip ? Number(fstatSync(descriptor, {bigint: true}).size) : undefined;
		});
	} catch {
		return undefined;
	}
}

/** All gzip files below a directory. */
function * findCandidates(directory: Buffer, below?: Buffer, depth = 0): Generator<Candidate> {
	for (const {name, isFile, isDirectory} of entriesOf(directory)) {
		const location = joinPath(directory, name);
		const file = below ? joinPath(below, name) : name;

		if (isDirectory && depth < maximumDepth) {
			yield * findCandidates(location, file, depth + 1);
		}

		const size = isFile && name.subarray(-suffix.length).equals(suffix) ? measureGzip(location) : undefined;

		if (size !== undefined) {
			yield {file, location, size};
		}
	}
}

/** What errors say of a file that is not whole. Others, as of memory that is short, say nothing of it. */
const reasons: Readonly<Record<string, string>> = {
	Z_BUF_ERROR: 'it is cut short', Z_DATA_ERROR: 'it is damaged', EIO: 'it cannot be read',
};

/** Unpacks copies until one settles whether there is a whole one. */
class CopyJudge {
	/** Why the first was not whole. */
	reason: string | undefined;
	#left = mostUnpacked;

	/** @returns Whether it is whole, or nothing tells; after that there is nothing left to ask. */
	accepts({file, location, size}: Candidate): boolean {
		if (size > this.#left) {
			return true;
		}

		this.#left -= size;

		try {
			withOpened(location, readingFlags, descriptor => gunzipSync(readFileSync(descriptor), {maxOutputLength: mostUnpacked}));
			return true;
		} catch (error) {
			const reason = reasons[errorCode(error) ?? ''];
			this.reason ??= reason && `${displayName(file)}: ${reason}`;
			return reason === undefined;
		}
	}
}

/**
Looks for a whole copy, smallest first as far as that saves time.

@param directory Its path.
@returns Why there is none, for a person and safe to print; `undefined` if there is one, or to tell would take too long.
@throws The system's error, if a directory cannot be listed.
*/
export function explainNoCopy(directory: Buffer): string | undefined {
	const judge = new CopyJudge();
	const larger: Candidate[] = [];

	for (const candidate of findCandidates(directory)) {
		if (candidate.size > smallSize) {
			larger.push(candidate);
		} else if (judge.accepts(candidate)) {
			return undefined;
		}
	}

	if (larger.toSorted((one, other) => one.size - other.size).some(candidate => judge.accepts(candidate))) {
		return undefined;
	}

	return judge.reason === undefined ? 'there is no copy in it (no .gz file that is one)' : `there is no whole copy in it (${judge.reason})`;
}
