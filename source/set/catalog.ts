import {readdir} from 'node:fs/promises';
import {setImmediate} from 'node:timers/promises';
import type {Directory} from '../files/directory.ts';
import {toDestinationError} from '../files/errors.ts';
import {Lock} from './lock/lock.ts';
import {glanceAtSet} from './manifest/manifest-glance.ts';
import {type ManifestHead, originOf} from './manifest/manifest-head.ts';
import type {Origin} from './names/provenance.ts';
import {parseSetName, type SetName} from './names/set-names.ts';

/**
- `complete`: finished, every file of it copied
- `partial`: finished, some files failed
- `running`: a run is filling it
- `interrupted`: a run was stopped; the next one takes over what is whole
- `damaged`: it has a manifest that cannot be read or makes no sense, or has lost it, its checksums or all its copies; or is not a directory
- `foreign`: a dated directory with compressed files and without a manifest of ours, such as the old script made; or with that of a later version
- `empty`: a dated directory without a manifest and without a complete copy: not a backup
*/
export type SetState = 'complete' | 'partial' | 'running' | 'interrupted' | 'damaged' | 'foreign' | 'empty';

/** Overview of a set, without its files. */
export type SetOverview = SetName & {
	readonly state: SetState;
	/** Missing unless it is `complete` or `partial`. */
	readonly head?: ManifestHead;
	/** Where it comes from, as far as anything tells. */
	readonly origin?: Origin;
	/** Why it is damaged, foreign or empty, for a person; safe to print. */
	readonly problem?: string;
	/** That there is nothing at all in it. */
	readonly isVacant?: true;
	/** That it is `foreign` and not `empty` was not seen: its copies are too large or too many for a glance. `settleSet` tells. */
	readonly isUnsettled?: true;
};

/** Number of sets described before the event loop is let run: a millisecond or two. */
const batchSize = 16;

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

/**
Tells the state of a set from its name and the top of its manifest; see `glanceAtSet` for what that cannot find. Never throws.

@param isRunning Whether a run holds the lock.
@returns `undefined` if there is no such set (any more).
*/
export function describeSet(destination: Directory, name: SetName, isRunning: boolean): SetOverview | undefined {
	if (name.isStaging) {
		return {...name, state: isRunning ? 'running' : 'interrupted'};
	}

	const glance = glanceAtSet(destination, name.date);

	if ('isMissing' in glance) {
		return undefined;
	}

	if ('head' in glance) {
		const {head} = glance;
		return {
			...name, state: head.filesFailed > 0 ? 'partial' : 'complete', head, origin: originOf(head),
		};
	}

	if ('state' in glance) {
		return {...name, ...glance};
	}

	const {problem, isNewer, origin} = glance;
	return {
		...name, state: isNewer ? 'foreign' : 'damaged', problem, ...(origin && {origin}),
	};
}

/** Whether a run is under way, as far as an onlooker can tell: without taking the lock, or waiting for it. */
export const isRunUnderWay = async (destination: Directory): Promise<boolean> => await Lock.holder(destination) !== undefined;

/**
Looks at all sets, newest first, each only when it is its turn.

@throws {DestinationError} If the destination cannot be listed.
*/
export async function * readCatalog(destination: Directory): AsyncGenerator<SetOverview> {
	const names = await listSetNames(destination);
	const isRunning = names.some(({isStaging}) => isStaging) && await isRunUnderWay(destination);

	for (const [index, name] of names.entries()) {
		const overview = describeSet(destination, name, isRunning);

		if (overview) {
			yield overview;
		}

		if (index % batchSize === batchSize - 1) {
			await setImmediate();
		}
	}
}
