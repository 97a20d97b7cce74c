import {readdir} from 'node:fs/promises';
import {pathKey} from '../files/path-key.ts';
import {
	type Directory,
	inParent,
	joinPath,
	parentPaths,
} from '../files/directory.ts';
import {
	causedBy,
	DestinationError,
	errorCode,
	toDestinationError,
} from '../files/errors.ts';
import {refuseForeign} from '../files/own.ts';
import type {LeftOut} from '../files/left-out.ts';
import type {Entry} from '../origin/entry.ts';
import type {SetOverview} from '../set/catalog.ts';
import {coverageProblems, readCheckedManifest} from '../set/checked-manifest.ts';
import {CopyTotals, type MissingRecord} from '../set/manifest/manifest.ts';
import {manifestName, type Occupied} from '../set/names/names.ts';
import {
	describeOrigin,
	describeWhose,
	isOf,
	type Whose,
} from '../set/names/provenance.ts';
import {StandingManifest} from '../set/staging/renewal.ts';
import {appendAll} from '../text/lists.ts';
import {
	AlreadyExistsError,
	explainTaken,
	type Standpoint,
	SetNameTakenError,
} from '../exit/failure.ts';
import type {Goal} from './goal.ts';

const moveAway = 'Move the set elsewhere to make a new one';

/** Selection for a retry, in the source as it is now. */
export type RetrySelection = {
	readonly entries: readonly Entry[];
	/** Not to be had this time either. */
	readonly missing: readonly MissingRecord[];
	/** Directories that could not be listed and now can: what is in them takes their place. */
	readonly replaced: readonly Buffer[];
	/** Entries of the directories that can be listed now that are not tried; or all that is left out of the set, as far as that is known. */
	readonly leftOut: LeftOut | undefined;
	readonly isLeftOutWhole?: boolean;
	/** Whether what had failed, and is gone by now, has vanished; else it has failed for good. */
	readonly mayBeGone: boolean;
};

/** Tells what to try again, by what the set's manifest says. */
export type SelectRetry = (manifest: StandingManifest, destination: Directory) => Promise<RetrySelection>;

/** Result of a run that had nothing to try. */
export const nothingTried = {isThere: true, added: {files_tried: 0, files_added: 0, bytes_added: 0}} as const;

/**
Opens a set that is to be completed.

@throws {DestinationError} If others could write to it.
*/
export async function openStandingSet(destination: Directory, date: string): Promise<Directory> {
	try {
		const set = await destination.openDirectory(date);
		await refuseForeign(set, `the set ${date}`);
		return set;
	} catch (error) {
		throw toDestinationError(error, `open the set ${date}`);
	}
}

/** Purpose that an existing set is wanted for, as text. */
const attempt = (isAddition: boolean | undefined) => isAddition ? 'add to it' : 'retry';

/** @throws {DestinationError} If the existing set is of another host or source, or is not a backup: then it cannot be completed. */
export function refuseUnfit(existing: SetOverview, standpoint: Standpoint, isAddition?: boolean): void {
	const error = explainTaken(existing, standpoint);

	if (error) {
		throw new SetNameTakenError(`cannot ${attempt(isAddition)}: ${error.message}`, causedBy(error));
	}
}

/**
Reads the manifest of a set that is to be completed.

@param purpose.own Of whom the set must be.
@param purpose.add Whether something is to be added to it; else what failed is to be tried again.
@throws {AlreadyExistsError} If it is not a set of this program's.
@throws {DestinationError} If its manifest cannot be relied on, or it is a set of something else.
*/
export async function readRetried(set: Directory, date: string, {own, add}: {readonly own: Whose; readonly add?: boolean | undefined}): Promise<StandingManifest> {
	const found = await readCheckedManifest(set);

	if (found && 'text' in found && found.coverage === 'rotten') {
		throw new DestinationError(`cannot ${attempt(add)}: ${coverageProblems.rotten}, and what it says of the set ${date} would be carried on`, {remedy: moveAway});
	}

	const text = found && 'text' in found ? found.text : undefined;

	if (text === undefined && !await set.lstat(manifestName).then(() => true).catch(() => false)) {
		throw new AlreadyExistsError(date, {remark: `It was not made by this program, so nothing tells what ${add ? 'is' : 'failed'} in it: --${add ? 'add' : 'retry'} leaves it alone`});
	}

	const manifest = text === undefined ? undefined : StandingManifest.parse(text);

	if (!manifest) {
		throw new DestinationError(`cannot ${attempt(add)}: ${manifestName} of the set ${date} cannot be read, is damaged, or comes from another version`, {remedy: moveAway});
	}

	const {origin} = manifest;

	if (!isOf(origin, own)) {
		throw new DestinationError(`cannot ${attempt(add)}: the set ${date} is of ${describeOrigin(origin!, own)}, and this is ${describeWhose(own)}`);
	}

	return manifest;
}

/** Everything that has a name in a set. */
async function listOccupied(set: Directory, below?: Buffer): Promise<Occupied> {
	const files: Buffer[] = [];
	const directories: Buffer[] = [];

	for (const entry of await readdir(below ? set.at(below) : set.self, {encoding: 'buffer', withFileTypes: true})) {
		const path = below ? joinPath(below, entry.name) : entry.name;

		if (entry.isDirectory()) {
			const inner = await listOccupied(set, path);
			appendAll(files, inner.files);
			directories.push(path);
			appendAll(directories, inner.directories);
		} else {
			files.push(path);
		}
	}

	return {files, directories};
}

/** Whether a copy cannot get a name in a set, because something there has it, or has what its file system takes for the same. */
function nameCheck(set: Directory, occupied: Occupied): (file: Buffer) => Promise<boolean> {
	const directories = new Set(occupied.directories.map(directory => pathKey(directory)));

	const stands = async (path: Buffer) => {
		try {
			await inParent(set, path, async (parent, name) => parent.lstat(name));
			return true;
		} catch (error) {
			if (['ENOENT', 'ENOTDIR', 'ELOOP'].includes(errorCode(error) ?? '')) {
				return false;
			}

			throw error;
		}
	};

	return async file => {
		for (const parent of parentPaths(file)) {
			if (!directories.has(pathKey(parent)) && await stands(parent)) {
				return true;
			}
		}

		return stands(file);
	};
}

/**
Goal of a retry: completes an existing set.

@param place Where the set is, and the set, opened: only until this resolves.
@returns `undefined` if there is nothing to try.
*/
export async function retriedSet(
	{destination, date, set}: {readonly destination: Directory; readonly date: string; readonly set: Directory},
	manifest: StandingManifest,
	{entries, missing, replaced, leftOut, isLeftOutWhole = false, mayBeGone}: RetrySelection,
): Promise<Goal | undefined> {
	if (entries.length + missing.length + replaced.length === 0) {
		return undefined;
	}

	const failed = new Set(manifest.missing.filter(({outcome}) => outcome === 'failed').map(({path}) => pathKey(path)));
	const occupied = await listOccupied(set).catch((error: unknown) => {
		throw toDestinationError(error, 'list the files in the set');
	});
	return {
		entries,
		missing,
		...(isLeftOutWhole && {leftOut}),
		adopts: false,
		occupied,
		// A file that had failed and is gone for good still counts as failed.
		mustBeThere: path => !mayBeGone && failed.has(pathKey(path)),
		async settle(staged, missed) {
			{
				// The one that was looked at is closed long since.
				await using standing = await openStandingSet(destination, date);
				await staged.staging.avoid(nameCheck(standing, occupied));
			}

			const copies = [...staged.staging.copies.records()];
			const renewed = manifest.renew([...copies, ...missed], {replaced, leftOut, isLeftOutWhole}, new Date().toISOString());
			await (renewed ? staged.merge({before: manifest.text, after: renewed.text}) : staged.discard());
			const {copies: standing, missing: stillMissing, leftOut: standingLeftOut} = renewed ?? manifest;
			return {
				copies: CopyTotals.of(standing),
				missing: stillMissing,
				leftOut: standingLeftOut,
				isThere: true,
				added: {
					files_tried: entries.length + missing.length,
					files_added: copies.length,
					bytes_added: copies.reduce((sum, copy) => sum + copy.bytesOut, 0),
				},
			};
		},
	};
}
