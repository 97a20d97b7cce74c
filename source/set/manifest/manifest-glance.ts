import {
	constants,
	fstatSync,
	lstatSync,
	readFileSync,
	readSync,
} from 'node:fs';
import {type Directory, joinPath} from '../../files/directory.ts';
import {errorCode, errorReason} from '../../files/errors.ts';
import {readingFlags} from '../../files/open-flags.ts';
import {withOpened} from '../../files/with-opened.ts';
import {explainTorn, judgeUndescribed, type Undescribed} from '../undescribed/dated-directory.ts';
import {manifestName} from '../names/names.ts';
import {
	explainOpening,
	explainStats,
	type ManifestProblem,
} from './manifest-file.ts';
import {
	decodeBeginning,
	type DecodedHead,
	type ManifestHead,
	originOf,
} from './manifest-head.ts';
import {decodeManifest} from './manifest-reader.ts';

/*
This file alone reads synchronously: a glance is a handful of calls that take microseconds each, and a thousand sets are seen in a third of the time
that promises take.
*/

/** The beginning of most manifests; and of one that names as much as it may of what was left out. */
const beginningBytes = 4096;
const longBeginningBytes = 256 * 1024;

const endingBytes = 8;

/** Result of a glance at a set's directory. */
export type Glance = DecodedHead | Undescribed | {readonly isMissing: true};

function readAt(descriptor: number, position: number, length: number): string {
	const buffer = Buffer.allocUnsafe(length);
	return buffer.toString('utf8', 0, readSync(descriptor, buffer, 0, length, position));
}

/** Looks into the whole manifest, because its beginning or end is not laid out as this program does it. */
function decodeWhole(descriptor: number): DecodedHead {
	const {head, problems} = decodeManifest(readFileSync(descriptor, 'utf8'));
	const [problem] = problems;
	return head && problem === undefined ? {head} : {problem: problem ?? 'its beginning is missing', ...(head && {origin: originOf(head)})};
}

function glanceAtOpened(descriptor: number): DecodedHead | ManifestProblem {
	const stats = fstatSync(descriptor, {bigint: true});
	const problem = explainStats(stats);

	if (problem) {
		return problem;
	}

	const beginning = readAt(descriptor, 0, beginningBytes);
	const decoded = decodeBeginning(beginning) ?? (stats.size > beginningBytes ? decodeBeginning(readAt(descriptor, 0, longBeginningBytes)) : undefined);
	const size = Number(stats.size);
	const ending = size <= beginningBytes ? beginning.slice(-endingBytes) : readAt(descriptor, size - endingBytes, endingBytes);
	const isWhole = ending.endsWith('\n\t]\n}\n') || ending.endsWith('[]\n}\n');
	const result = decoded && (isWhole || 'problem' in decoded) ? decoded : decodeWhole(descriptor);
	return 'problem' in result ? {...result, problem: `${manifestName}: ${result.problem}`} : result;
}

/** @returns The same of a set's directory; `undefined` if it has no manifest. */
function glanceAtManifest(directory: Buffer): DecodedHead | ManifestProblem | undefined {
	try {
		return withOpened(joinPath(directory, Buffer.from(manifestName)), readingFlags, descriptor => glanceAtOpened(descriptor));
	} catch (error) {
		return explainOpening(error);
	}
}

function judge(directory: Buffer): Glance {
	const glance = glanceAtManifest(directory) ?? judgeUndescribed(directory);
	const torn = 'head' in glance && glance.head.filesDone > 0 ? explainTorn(directory) : undefined;
	return 'head' in glance && torn !== undefined ? {problem: torn, origin: originOf(glance.head)} : glance;
}

const directoryFlags = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW;

/** Of an opened directory. */
const pathOf = (descriptor: number) => Buffer.from(`/proc/self/fd/${descriptor}`);

/** Whether a name leads to an opened directory still: somebody may be removing that one, and have taken its name away first. */
function isStillCalled(location: Buffer, directory: number): boolean {
	const opened = fstatSync(directory, {bigint: true});
	const there = lstatSync(location, {bigint: true, throwIfNoEntry: false});
	return there?.ino === opened.ino && there.dev === opened.dev;
}

/**
Reads the header of a set's manifest, without the entries: a few KiB, whatever the size of the set. That a manifest is whole to its end
is looked at, what is in the middle is not; and whether there is anything else in the set. Never throws.

@param name Of the set's directory, below the destination.
*/
export function glanceAtSet(destination: Directory, name: string): Glance {
	try {
		return withOpened(destination.at(name), directoryFlags, (directory): Glance => {
			const glance = judge(pathOf(directory));
			return 'head' in glance || isStillCalled(destination.at(name), directory) ? glance : {isMissing: true};
		});
	} catch (error) {
		const code = errorCode(error);

		return code === 'ENOENT' ? {isMissing: true} : {problem: code === 'ENOTDIR' || code === 'ELOOP' ? 'it is not a directory' : `it cannot be opened: ${errorReason(error)}`};
	}
}

/**
Reads the same of a directory that need not be a finished set, and looks at nothing else in it. Never throws.

@returns `undefined` if it has no manifest whose top is sound.
*/
export function readHead(destination: Directory, name: string): ManifestHead | undefined {
	try {
		const glance = withOpened(destination.at(name), directoryFlags, directory => glanceAtManifest(pathOf(directory)));
		return glance && 'head' in glance ? glance.head : undefined;
	} catch {
		return undefined;
	}
}
