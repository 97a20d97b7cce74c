import {
	fstatSync,
	opendirSync,
	readFileSync,
	readSync,
} from 'node:fs';
import {joinPath} from '../../files/directory.ts';
import {errorCode, errorReason} from '../../files/errors.ts';
import {readingFlags} from '../../files/open-flags.ts';
import {withOpened} from '../../files/with-opened.ts';
import {DamagedError} from '../../compression/engine.ts';
import {type Format, signatureLength} from '../../compression/compression-format.ts';
import {formatOfName, suffixes} from '../../formats/formats.ts';
import {displayName} from '../../text/display-name.ts';

/*
Whether a directory that no manifest describes has a copy in it at all. What a crash left, files cut short among them, must not pass for a backup; so
copies are unpacked until one is whole. A list of sets asks at a glance, synchronously, as manifests are read for it; where something depends on the
answer, `settle-set.ts` goes on to the end of what a glance has no time for.
*/

/** Deeper than the sets of any script. */
const maximumDepth = 16;

/** A copy of no more bytes is unpacked where it is found, if no more than that come out: that takes no longer than to look for a smaller one. */
const smallSize = 64 * 1024;
const smallContent = 4 * 1024 * 1024;

/** Time limits of a glance, for listing copies and in all, in milliseconds: lists do this for each set, on the thread that draws. */
const listingTime = 25;
const glanceTime = 50;

/** Names, and copies that are not small, that are examined whatever the time, so that a set is recognized on a busy machine, too. */
const leastNames = 16;
const leastCopies = 4;

/** Bytes that a glance reads of copies, and that may come out of one: some 50 ms of work. Nearly every set has a smaller copy than that. */
const mostUnpacked = 16 * 1024 * 1024;

export type DirectoryItem = {readonly name: Buffer; readonly isFile: boolean; readonly isDirectory: boolean};

/** Entries of a directory, a few at a time: most callers need only the first. */
export function * directoryItemsOf(directory: Buffer): Generator<DirectoryItem> {
	// Node's types know no names as bytes here; without them, names in other encodings than UTF-8 could not be opened.
	const opened = opendirSync(directory, {encoding: 'buffer' as BufferEncoding});

	try {
		for (let entry = opened.readSync(); entry; entry = opened.readSync()) {
			yield {name: entry.name as unknown as Buffer, isFile: entry.isFile(), isDirectory: entry.isDirectory()};
		}
	} finally {
		opened.closeSync();
	}
}

/** A file that is called, and begins, as a format has it. */
export type CopyCandidate = {
	readonly format: Format;
	/** Relative to the directory that is looked at. */
	readonly file: Buffer;
	readonly location: Buffer;
	readonly size: number;
};

/** Why no copy counts: there is none that is whole, or it could not be seen whether there is. */
export type Absence = {
	readonly state: 'empty' | 'damaged';
	/** For a person; safe to print. */
	readonly problem: string;
};

/** Error codes of opening a file that was removed or replaced after it was listed. */
const gone: ReadonlySet<string | undefined> = new Set(['ENOENT', 'ENOTDIR', 'ELOOP', 'ENXIO']);

/** Why a copy is not complete, by the error of reading it; `undefined` for other errors, such as lack of memory. */
function explainDamage(error: unknown): string | undefined {
	if (error instanceof DamagedError) {
		return error.isCutShort ? 'it is cut short' : error.message;
	}

	return errorCode(error) === 'EIO' ? 'it cannot be read' : undefined;
}

/** A search for a whole copy, and what was in its way. */
export class CopySearch {
	readonly #larger: CopyCandidate[] = [];
	/** Why the first copy was not whole. */
	#damage: string | undefined;
	/** Why some of the set could not be read. */
	#obstacle: string | undefined;

	/** Copies that were found and take longer to unpack, smallest first. */
	get larger(): readonly CopyCandidate[] {
		return this.#larger.toSorted((one, other) => one.size - other.size);
	}

	/** State and problem of the set if no copy is complete. */
	get absence(): Absence {
		if (this.#obstacle !== undefined) {
			return {state: 'damaged', problem: `it cannot be looked into: ${this.#obstacle}`};
		}

		const what = this.#damage === undefined ? `there is no copy in it (no ${suffixes.join(' or ')} file that is one)` : `there is no whole copy in it (${this.#damage})`;
		return {state: 'empty', problem: `${what}: no backup`};
	}

	/** Looks at all names below a directory, one after the other; after each it yields whether that was a small copy that is whole. */
	* look(directory: Buffer, below?: Buffer, depth = 0): Generator<boolean> {
		try {
			for (const {name, isFile, isDirectory} of directoryItemsOf(directory)) {
				const location = joinPath(directory, name);
				const file = below ? joinPath(below, name) : name;

				if (isDirectory && depth < maximumDepth) {
					yield * this.look(location, file, depth + 1);
				}

				const format = isFile ? formatOfName(name) : undefined;
				yield format !== undefined && this.#isWholeAndSmall(format, file, location);
			}
		} catch (error) {
			this.#noteDirectory(below, error);
		}
	}

	/**
	Unpacks a copy in one piece.

	@returns Whether it is whole; `undefined` if too much would come out of it for that.
	*/
	isWhole({format, file, location}: CopyCandidate): boolean | undefined {
		try {
			withOpened(location, readingFlags, descriptor => {
				format.unpackWhole(readFileSync(descriptor), {limit: mostUnpacked});
			});
			return true;
		} catch (error) {
			return this.#isTooMuch(error) ? undefined : this.note(file, error);
		}
	}

	/**
	Keeps in mind what went wrong with a copy.

	@returns Never that it is whole.
	*/
	note(file: Buffer, error: unknown): false {
		const damage = explainDamage(error);

		if (damage !== undefined) {
			this.#damage ??= `${displayName(file)}: ${damage}`;
		} else if (!gone.has(errorCode(error))) {
			this.#obstacle ??= `${displayName(file)}: ${errorReason(error)}`;
		}

		return false;
	}

	/** There may be a whole copy in a directory that cannot be listed, whatever keeps it from that. */
	#noteDirectory(directory: Buffer | undefined, error: unknown): void {
		if (!directory) {
			this.#obstacle ??= errorReason(error);
		} else if (!gone.has(errorCode(error))) {
			this.#obstacle ??= `${displayName(directory)}: ${errorReason(error)}`;
		}
	}

	#isTooMuch(error: unknown): boolean {
		return errorCode(error) === 'ERR_BUFFER_TOO_LARGE';
	}

	/** One that is not small waits for its turn. */
	#isWholeAndSmall(format: Format, file: Buffer, location: Buffer): boolean {
		try {
			return withOpened(location, readingFlags, descriptor => {
				const stats = fstatSync(descriptor, {bigint: true});
				const first = Buffer.alloc(signatureLength);

				if (!stats.isFile() || !format.signature.test(first.toString('latin1', 0, readSync(descriptor, first, 0, first.length, 0)))) {
					return false;
				}

				const candidate = {
					format, file, location, size: Number(stats.size),
				};
				return candidate.size <= smallSize ? this.#unpackSmall(candidate, descriptor) : this.#postpone(candidate);
			});
		} catch (error) {
			return this.note(file, error);
		}
	}

	#unpackSmall(candidate: CopyCandidate, descriptor: number): boolean {
		const content = Buffer.alloc(candidate.size);

		try {
			candidate.format.unpackWhole(content.subarray(0, readSync(descriptor, content, 0, content.length, 0)), {limit: smallContent});
			return true;
		} catch (error) {
			return this.#isTooMuch(error) ? this.#postpone(candidate) : this.note(candidate.file, error);
		}
	}

	#postpone(candidate: CopyCandidate): false {
		this.#larger.push(candidate);
		return false;
	}
}

/**
Looks for a whole copy, for some 50 ms.

@param directory Its path.
@returns Why there is none; `unsettled` if there was no time to see that, nor a whole copy.
*/
export function glanceForCopy(directory: Buffer): 'whole' | 'unsettled' | Absence {
	const started = performance.now();
	const search = new CopySearch();
	let isComplete = true;
	let names = 0;

	for (const isWhole of search.look(directory)) {
		if (isWhole) {
			return 'whole';
		}

		names++;

		if (names > leastNames && performance.now() - started > listingTime) {
			isComplete = false;
			break;
		}
	}

	let bytesLeft = mostUnpacked;

	for (const [index, candidate] of search.larger.entries()) {
		const isInTime = index < leastCopies || performance.now() - started < glanceTime;
		bytesLeft -= candidate.size;
		const isWhole = isInTime && bytesLeft >= 0 ? search.isWhole(candidate) : undefined;

		if (isWhole) {
			return 'whole';
		}

		if (isWhole === undefined) {
			isComplete = false;
			break;
		}
	}

	return isComplete ? search.absence : 'unsettled';
}
