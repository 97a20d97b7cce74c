import {setImmediate} from 'node:timers/promises';
import type {Directory} from '../files/directory.ts';
import {errorCode, toDestinationError} from '../files/errors.ts';
import {fileIdentity, identityKey} from '../files/identity.ts';
import {describeSet, type SetOverview} from './catalog.ts';
import {UnreadableCopyError, OpenedCopy, readBlocks} from './copy.ts';
import {undescribed} from './undescribed/dated-directory.ts';
import {
	type Absence,
	type CopyCandidate,
	CopySearch,
} from './undescribed/whole-copy.ts';

/** Time after which the event loop is let run while names and small copies are read, in milliseconds. */
const turnTime = 10;

/** Error codes of opening a directory that was removed, or has become something else. */
const replaced: ReadonlySet<string | undefined> = new Set(['ENOENT', 'ENOTDIR', 'ELOOP']);

/** Unpacks a copy of any size in a stream; of one that is not whole, up to where that shows. */
async function isWhole(set: Directory, {format, file}: CopyCandidate, search: CopySearch, signal?: AbortSignal): Promise<boolean> {
	try {
		await using copy = await OpenedCopy.open(set, file);

		for await (const _ of format.unpackChunks(readBlocks(copy, signal))) {
			// Unpacking it is all there is to do.
		}

		return true;
	} catch (error) {
		signal?.throwIfAborted();
		return search.note(file, error instanceof UnreadableCopyError ? error.cause : error);
	}
}

/** @returns `undefined` if there is a whole copy in it. */
async function findAbsence(set: Directory, signal?: AbortSignal): Promise<Absence | undefined> {
	const search = new CopySearch();
	let lastTurn = performance.now();

	for (const isFound of search.look(set.self)) {
		if (isFound) {
			return undefined;
		}

		if (performance.now() - lastTurn < turnTime) {
			continue;
		}

		await setImmediate();
		signal?.throwIfAborted();
		lastTurn = performance.now();
	}

	for (const candidate of search.larger) {
		const isFound = await isWhole(set, candidate, search, signal);

		if (isFound) {
			return undefined;
		}
	}

	return search.absence;
}

/** Whether a name leads to an opened directory still: somebody may be removing that one, and have taken its name away first. */
async function isStillCalled(destination: Directory, name: string, set: Directory): Promise<boolean> {
	try {
		return identityKey(fileIdentity(await destination.lstat(name))) === identityKey(await set.identity());
	} catch {
		return false;
	}
}

/** @returns `undefined` if there is no such directory (any more). */
async function openDated(destination: Directory, date: string): Promise<Directory | undefined> {
	try {
		return await destination.openDirectory(date);
	} catch (error) {
		if (replaced.has(errorCode(error))) {
			return undefined;
		}

		throw toDestinationError(error, `open the set ${date}`);
	}
}

/**
Finds out of a set without a manifest what a glance left open: whether any copy in it is whole. The smallest are unpacked first, and the first
whole one ends it; where there is none, all are read up to where that shows, however large they are.

@param overview What a glance told; of any other set, it is all there is to be told.
@param signal Aborted, it ends the reading.
@returns The same for certain; `undefined` if the set is gone meanwhile.
@throws {DestinationError} If the set cannot be opened.
@throws The signal's reason, once it is aborted.
*/
export async function settleSet(destination: Directory, overview: SetOverview, signal?: AbortSignal): Promise<SetOverview | undefined> {
	const {date, isStaging} = overview;
	let present: SetOverview | undefined = overview;

	// Once, unless another takes its place meanwhile.
	while (present?.isUnsettled) {
		const {isUnsettled, ...others}: SetOverview = present;
		await using set = await openDated(destination, date);
		const absence = set && await findAbsence(set, signal);
		present = describeSet(destination, {date, isStaging}, false);

		if (set && present?.isUnsettled && await isStillCalled(destination, date, set)) {
			return {...others, problem: undescribed, ...absence};
		}
	}

	return present;
}
