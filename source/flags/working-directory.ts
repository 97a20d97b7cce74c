import {existsSync} from 'node:fs';
import path from 'node:path';
import {DestinationError} from '../files/errors.ts';
import {displayText} from '../text/display-name.ts';

let isGone = false;

/**
Leaves a working directory that has been removed: much of what is built on, React's screens for one, cannot do without. What is relative to it cannot be
reached by name any more, anyway.
*/
export function leaveRemovedDirectory(): void {
	try {
		process.cwd();
	} catch {
		isGone = true;
		process.chdir('/');
	}
}

/** Replacement character for bytes that are not UTF-8: arguments and the working directory come as text. */
const lost = '\u{FFFD}';

/**
A path that the operator gave, as an absolute one.

@throws {DestinationError} If it cannot be told where that is.
*/
export function absolutePath(given: string): string {
	if (isGone && !path.isAbsolute(given)) {
		throw new DestinationError(`${displayText(given)} is a path from the working directory, and that has been removed`, {remedy: 'Change to another directory, or name an absolute path'});
	}

	const absolute = path.resolve(given);

	if (absolute.includes(lost) && !existsSync(absolute)) {
		throw new DestinationError(`${displayText(absolute)} is a path that is not UTF-8, or doesn't exist; this program takes only UTF-8 here`, {remedy: 'Give it another name: mount --bind'});
	}

	return absolute;
}

/** @throws {DestinationError} If there is no `/proc`: opened directories and what is in them are reached through it. */
export function refuseWithoutProc(): void {
	if (!existsSync('/proc/self/fd')) {
		throw new DestinationError('/proc is not mounted here, and this program reaches files in opened directories through it', {remedy: 'Mount it: mount -t proc proc /proc'});
	}
}
