import {readdir} from 'node:fs/promises';
import type {Directory} from '../files/directory.ts';
import {errorCode, errorReason, toDestinationError} from '../files/errors.ts';
import {Lock} from './lock.ts';
import {readManifestHead} from './manifest-file.ts';
import type {ManifestHead} from './manifest-reader.ts';
import {directoryName, parseSetName, type SetName} from './set-names.ts';

/**
- `complete`: finished, every file of it copied
- `partial`: finished, some files failed
- `running`: a run is filling it
- `interrupted`: a run was stopped; the next one takes over what is whole
- `damaged`: it has a manifest that cannot be read or makes no sense, or is no directory
- `foreign`: a dated directory without a manifest of ours, such as the old script made; or with that of a later version
*/
export type SetState = 'complete' | 'partial' | 'running' | 'interrupted' | 'damaged' | 'foreign';

/** What can be told of a set at a glance, without its files. */
export type SetOverview = SetName & {
	readonly state: SetState;
	/** Missing unless it is `complete` or `partial`. */
	readonly head?: ManifestHead;
	/** Why it is damaged or foreign, for a person; safe to print. */
	readonly problem?: string;
};

/** How many sets are looked at at the same time: the disk has the next ones ready. */
const lookAhead = 16;

/**
The sets and staging directories at a destination, newest first; a staging directory before the set of its date.

@throws {DestinationError} If the destination cannot be listed.
*/
export async function listSetNames(destination: Directory): Promise<SetName[]> {
	let names: string[];

	try {
		names = await readdir(destination.self);
	} catch (error) {
		throw toDestinationError(error, 'list the sets in the destination');
	}

	return names.map(name => parseSetName(name)).filter(name => name !== undefined)
		.toSorted((one, other) => one.date === other.date ? Number(other.isStaging) - Number(one.isStaging) : (one.date < other.date ? 1 : -1));
}

/** Opens the directory of a set, or says why it is none; `undefined` if it is gone. */
export async function openSetDirectory(destination: Directory, name: SetName): Promise<Directory | {readonly problem: string} | undefined> {
	try {
		return await destination.openDirectory(directoryName(name));
	} catch (error) {
		if (errorCode(error) === 'ENOENT') {
			return undefined;
		}

		const isOther = ['ENOTDIR', 'ELOOP'].includes(errorCode(error) ?? '');
		return {problem: isOther ? 'it is not a directory' : `it cannot be opened: ${errorReason(error)}`};
	}
}

/**
Tells the state of a set from its name and the top of its manifest; see `readManifestHead` for what that cannot find. Never throws.

@param isRunning Whether a run holds the lock.
@returns `undefined` if there is no such set (any more).
*/
export async function describeSet(destination: Directory, name: SetName, isRunning: boolean): Promise<SetOverview | undefined> {
	if (name.isStaging) {
		return {...name, state: isRunning ? 'running' : 'interrupted'};
	}

	const opened = await openSetDirectory(destination, name);

	if (!opened || 'problem' in opened) {
		return opened && {...name, state: 'damaged', problem: opened.problem};
	}

	await using set = opened;
	const decoded = await readManifestHead(set);

	if (!decoded) {
		return {...name, state: 'foreign', problem: 'it has no manifest.json'};
	}

	return 'problem' in decoded ? {...name, state: decoded.isNewer ? 'foreign' : 'damaged', problem: decoded.problem} : {...name, state: decoded.head.filesFailed > 0 ? 'partial' : 'complete', head: decoded.head};
}

/** Whether a run is under way, as far as an onlooker can tell: without taking the lock, or waiting for it. */
export const isRunUnderWay = async (destination: Directory): Promise<boolean> => await Lock.holder(destination) !== undefined;

/**
Looks at all sets, newest first, each only when it is its turn (and a few ahead).

@throws {DestinationError} If the destination cannot be listed.
*/
export async function * readCatalog(destination: Directory): AsyncGenerator<SetOverview> {
	const names = await listSetNames(destination);
	const isRunning = names.some(({isStaging}) => isStaging) && await isRunUnderWay(destination);
	const underWay: Array<Promise<SetOverview | undefined>> = [];

	for (const [index, name] of names.entries()) {
		underWay.push(describeSet(destination, name, isRunning));

		while (underWay.length > 0 && (underWay.length >= lookAhead || index === names.length - 1)) {
			const overview = await underWay.shift();

			if (overview) {
				yield overview;
			}
		}
	}
}
