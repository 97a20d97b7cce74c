import {hash} from 'node:crypto';
import {
	closeSync,
	fstatSync,
	openSync,
	unlinkSync,
	writeSync,
} from 'node:fs';
import {pathOfKey} from '../../files/path-key.ts';
import {closeReadSync} from '../../files/close.ts';
import {descriptorPath, inParentSync, splitPath} from '../../files/directory.ts';
import {
	RefusedCopyError,
	toRefusedCopyError,
	toDestinationError,
} from '../../files/errors.ts';
import {isLinkless, linkNameSync} from '../../files/give-name.ts';
import {compressedFormat} from '../../formats/detect.ts';
import {formatOf} from '../../formats/formats.ts';
import {DamagedError} from '../../compression/engine.ts';
import {type Format, signatureLength, type WholeFile} from '../../compression/compression-format.ts';
import {isRefusal} from '../../set/staging/copy-names.ts';
import {draftFlags} from '../../set/staging/staging-files.ts';
import {displayName} from '../../text/display-name.ts';
import {applyMetadataSync, isLooser, type Unkept} from '../../files/metadata.ts';
import {privateMode} from '../../files/modes.ts';
import {readingFlags} from '../../files/open-flags.ts';
import {readUpTo} from '../../files/read-up-to.ts';
import {readSmallSource, type SmallReading} from '../../origin/small-source.ts';
import {readsBackDifferently} from '../copying/copy-check.ts';
import {
	type SmallCopy,
	type SmallFile,
	type SmallFileResult,
	smallCopyLimit,
	smallFileLimit,
	type ThreadData,
} from './small-file-messages.ts';

/**
Copies small files, each in one piece and with calls that wait. That takes a thread of its own, and a tenth of the time: sent through a thread
pool, each of the twenty calls of a copy costs more to hand over than to do.
*/
export class SmallFileCopier {
	readonly #source: Buffer;
	readonly #staging: Buffer;
	readonly #previous: Buffer | undefined;
	readonly #data: ThreadData;
	readonly #format: Format;
	readonly #content = Buffer.allocUnsafeSlow(smallFileLimit);
	readonly #copy = Buffer.allocUnsafeSlow(smallCopyLimit);

	constructor(data: ThreadData) {
		this.#data = data;
		this.#format = formatOf(data.format);
		this.#source = descriptorPath(data.source);
		this.#staging = descriptorPath(data.staging);
		this.#previous = data.previous === undefined ? undefined : descriptorPath(data.previous);
	}

	/**
	Copies one file into its draft; or links it, if it is to be reused.

	@throws {DestinationError} If the copy cannot be written, or reads back differently. Nothing of it is left then.
	*/
	copy(file: SmallFile): SmallFileResult {
		if (file.reuse) {
			return {number: file.number, outcome: this.#link(file.draft, file.reuse) ? 'linked' : 'handed back'};
		}

		const reading = readSmallSource(this.#source, file, this.#content);

		try {
			return reading ? this.#write(file, reading) : {number: file.number, outcome: 'handed back'};
		} catch (error) {
			// The main thread says what it is about this one.
			if (error instanceof RefusedCopyError) {
				return {number: file.number, outcome: 'handed back'};
			}

			throw error;
		}
	}

	/** Links a copy of the previous set, if it has its SHA-256, for a link to a rotten copy would spread the rot. */
	#link(draft: string, {copy, bytes, sha256, limits}: NonNullable<SmallFile['reuse']>): boolean {
		const path = pathOfKey(copy);

		try {
			const fd = inParentSync(this.#previous!, path, location => openSync(location, readingFlags));

			try {
				const stats = fstatSync(fd, {bigint: true});
				const content = this.#copy.subarray(0, bytes);

				const isTooOpen = limits !== undefined && isLooser(stats, limits);

				if (!stats.isFile() || Number(stats.size) !== bytes || isTooOpen || readUpTo(fd, content) !== bytes || hash('sha256', content) !== sha256) {
					return false;
				}
			} finally {
				closeReadSync(fd);
			}
		} catch {
			return false;
		}

		return this.#makeLink(path, pathOfKey(draft));
	}

	#makeLink(path: Buffer, draft: Buffer): boolean {
		try {
			linkNameSync(Buffer.concat([this.#previous!, path]), Buffer.concat([this.#staging, draft]));
			return true;
		} catch (error) {
			if (isLinkless(error) || isRefusal(error)) {
				return false;
			}

			throw toDestinationError(error, `link an unchanged copy into ${this.#data.stagingLabel}`);
		}
	}

	#compress(path: Buffer, {content, modified}: SmallReading): WholeFile {
		return this.#format.compressWhole(content, {name: splitPath(path).at(-1)!, modified, level: this.#data.level});
	}

	#write(file: SmallFile, reading: SmallReading): SmallCopy {
		const path = pathOfKey(file.path);
		const {
			content, metadata, source, notes,
		} = reading;
		const isAsIs = file.mayBeAsIs && compressedFormat(content.subarray(0, signatureLength)) !== undefined;
		const compressed = isAsIs ? undefined : this.#compress(path, reading);
		const copy = compressed?.file ?? content;
		const location = Buffer.concat([this.#staging, pathOfKey(file.draft)]);
		const fd = attempt(() => `create a file in ${this.#data.stagingLabel}`, () => openSync(location, draftFlags, privateMode));

		let unkept: readonly Unkept[];

		try {
			attempt(() => 'write a copy', () => {
				writeAll(fd, copy);
			});
			unkept = attempt(() => `set owner, mode and time of the copy of ${displayName(path)}`, () =>
				applyMetadataSync(fd, metadata));

			if (this.#data.verify && !this.#isSame(fd, path, {copy, content, isAsIs})) {
				throw readsBackDifferently(path);
			}
		} catch (error) {
			drop(fd, location);
			throw error;
		}

		return {
			number: file.number,
			outcome: 'copied',
			fd,
			reading: {source, bytesIn: content.length, notes},
			written: {
				stored: isAsIs ? 'as-is' : this.#format.name,
				bytesOut: copy.length,
				...(compressed && {contentChecksum: compressed.checksum}),
				sha256: hash('sha256', copy),
				...(unkept.length > 0 && {unkept}),
			},
		};
	}

	/** Whether the copy, read back and unpacked, is the very content that was read from the source. */
	#isSame(fd: number, path: Buffer, {copy, content, isAsIs}: {readonly copy: Buffer; readonly content: Buffer; readonly isAsIs: boolean}): boolean {
		const length = attempt(() => `read back the copy of ${displayName(path)}`, () => readUpTo(fd, this.#copy, copy.length));
		const there = this.#copy.subarray(0, length);

		if (length !== copy.length) {
			return false;
		}

		if (isAsIs) {
			return there.equals(content);
		}

		try {
			return this.#format.unpackWhole(there, {expected: content.length}).equals(content);
		} catch (error) {
			if (error instanceof DamagedError) {
				return false;
			}

			throw error;
		}
	}
}

/** Runs a call on the destination. The words for its failure are only made then. */
function attempt<Result>(action: () => string, call: () => Result): Result {
	try {
		return call();
	} catch (error) {
		throw toRefusedCopyError(error, action());
	}
}

function writeAll(fd: number, content: Buffer): void {
	for (let written = 0; written < content.length;) {
		written += writeSync(fd, content, written, content.length - written);
	}
}

/** Removes a failed draft. Errors are ignored: the first error is reported, and the next run sweeps. */
function drop(fd: number, location: Buffer): void {
	try {
		closeSync(fd);
		unlinkSync(location);
	} catch {
		// As above.
	}
}
