import {
	type BigIntStats,
	fstatSync,
	lstatSync,
	openSync,
	realpathSync,
} from 'node:fs';
import path from 'node:path';
import {quoteWord} from '../text/shell.ts';
import {displayText} from '../text/display-name.ts';
import {closeReadSync} from './close.ts';
import {errorCode, errorReason, ForeseenError} from './errors.ts';
import {readingFlags} from './open-flags.ts';
import {readUpTo} from './read-up-to.ts';

const writableByOthers = 0o022n;
const sticky = 0o1000n;

/** A file that decides what this program does is not as it has to be. */
export class UntrustedError extends ForeseenError {}

const modeText = (mode: bigint) => (mode & 0o7777n).toString(8).padStart(4, '0');

/** Refuses what somebody else could have written, or could put something else in the place of. `isOnWay`: a directory that leads there. */
function refuseOthers(location: string, {uid, mode}: BigIntStats, isOnWay: boolean): void {
	const user = BigInt(process.geteuid!());

	if (uid !== user && uid !== 0n) {
		throw new UntrustedError(`${displayText(location)} belongs to user ${uid}, and not to root${user === 0n ? '' : ` or user ${user}`}`, {remedy: `Run: chown ${user} ${quoteWord(location)}`});
	}

	const isProtected = isOnWay && (mode & sticky) !== 0n;

	if ((mode & writableByOthers) !== 0n && !isProtected) {
		throw new UntrustedError(`others can write to ${displayText(location)} (mode ${modeText(mode)})`, {remedy: `Run: chmod go-w ${quoteWord(location)}`});
	}
}

/** Refuses a file in whose place others could put another one. */
function refuseWay(file: string): void {
	for (let directory = realpathSync(path.dirname(file)); ; directory = path.dirname(directory)) {
		refuseOthers(directory, lstatSync(directory, {bigint: true}), true);

		if (directory === '/') {
			return;
		}
	}
}

/**
Refuses a file or directory that anybody but root and this user could change, or put something else in the place of.

@param location Absolute; the last part of it is no symbolic link.
@throws {UntrustedError}
@throws The system's error if it cannot be looked at.
*/
export function refuseUntrusted(location: string): void {
	refuseOthers(location, lstatSync(location, {bigint: true}), false);
	refuseWay(location);
}

function readOpened(fd: number, file: string, maximumBytes: number): Buffer {
	const stats = fstatSync(fd, {bigint: true});

	if (!stats.isFile()) {
		throw new UntrustedError(`${displayText(file)} is not a regular file`);
	}

	refuseOthers(file, stats, false);
	refuseWay(file);
	// One byte more than is allowed shows that there is more.
	const buffer = Buffer.alloc(Number(stats.size > BigInt(maximumBytes) ? maximumBytes : stats.size) + 1);
	const length = readUpTo(fd, buffer);

	if (length > maximumBytes) {
		throw new UntrustedError(`${displayText(file)} is larger than ${maximumBytes} bytes`);
	}

	return buffer.subarray(0, length);
}

/**
Reads a small file that decides what this program does. Opening it neither waits nor follows a link.

@param file Absolute.
@returns `undefined` if it is not there.
@throws {UntrustedError} If it cannot be read, is not a regular file, is too large, or could be changed by anybody but root and this user.
*/
export function readTrustedFile(file: string, maximumBytes: number): Buffer | undefined {
	let fd: number;

	try {
		fd = openSync(file, readingFlags);
	} catch (error) {
		const code = errorCode(error);

		if (code === 'ENOENT' || code === 'ENOTDIR') {
			return undefined;
		}

		throw new UntrustedError(code === 'ELOOP' ? `${displayText(file)} is a symbolic link` : `cannot read ${displayText(file)}: ${errorReason(error)}`);
	}

	try {
		return readOpened(fd, file, maximumBytes);
	} catch (error) {
		throw error instanceof UntrustedError ? error : new UntrustedError(`cannot read ${displayText(file)}: ${errorReason(error)}`, {cause: error});
	} finally {
		closeReadSync(fd);
	}
}
