import {fstatSync, lstatSync, readSync} from 'node:fs';
import {pathKey} from '../../files/path-key.ts';
import {joinPath} from '../../files/directory.ts';
import {errorReason} from '../../files/errors.ts';
import {readingFlags} from '../../files/open-flags.ts';
import {withOpened} from '../../files/with-opened.ts';
import {checksumsName, manifestName, workName} from '../names/names.ts';
import {directoryItemsOf, glanceForCopy} from './whole-copy.ts';

/*
The state of a dated directory whose manifest alone does not tell it. Read synchronously, as manifests are at a glance, and for the same reason: a few
calls that take microseconds.
*/

/** More than the last line of `SHA256SUMS`, which is that of the manifest. */
const endingBytes = 4096;

const own: ReadonlySet<string> = new Set([checksumsName, manifestName, workName]);

const hasName = (directory: Buffer, name: string): boolean => lstatSync(joinPath(directory, Buffer.from(name)), {bigint: true, throwIfNoEntry: false}) !== undefined;

/** Whether there is anything in a directory that is none of those names. Directories of many files are not read to their end for it. */
function hasOthers(directory: Buffer, names: ReadonlySet<string>): boolean {
	for (const {name} of directoryItemsOf(directory)) {
		if (!names.has(pathKey(name))) {
			return true;
		}
	}

	return false;
}

/** Whether its checksums are those of a set that had a manifest. Somebody may have summed up other files under that name. */
function didHaveManifest(directory: Buffer): boolean {
	try {
		return withOpened(joinPath(directory, Buffer.from(checksumsName)), readingFlags, descriptor => {
			const size = Number(fstatSync(descriptor, {bigint: true}).size);
			const ending = Buffer.alloc(Math.min(size, endingBytes));
			return ending.toString('latin1', 0, readSync(descriptor, ending, 0, ending.length, size - ending.length)).endsWith(`  ${manifestName}\n`);
		});
	} catch {
		return false;
	}
}

/** Problem of a set whose manifest is sound and lists copies; `undefined` if its names show none. */
export function explainTorn(directory: Buffer): string | undefined {
	if (!hasOthers(directory, own)) {
		return 'its copies are gone: not a backup';
	}

	return hasName(directory, checksumsName) ? undefined : `its ${checksumsName} is gone`;
}

/** Problem of a set that another program made, for a person. */
export const undescribed = `it has no ${manifestName}`;

/** Judgement of a dated directory without a manifest. */
export type Undescribed = {
	/** `empty`: it holds no complete copy. `damaged`: it cannot be read whether it does. */
	readonly state: 'foreign' | 'damaged' | 'empty';
	/** For a person; safe to print. */
	readonly problem: string;
	/** Whether there is nothing at all in it. */
	readonly isVacant?: true;
	/** Time ran out before a complete copy was found: it is `foreign` or `empty`. */
	readonly isUnsettled?: true;
};

/** Tells what a directory without a manifest is: made by something else, left of a set of this program's, or nothing at all. */
export function judgeUndescribed(directory: Buffer): Undescribed {
	try {
		if (!hasOthers(directory, new Set())) {
			return {state: 'empty', problem: 'it is empty: not a backup', isVacant: true};
		}

		if (hasName(directory, workName)) {
			return {state: 'damaged', problem: `it was never finished: it has ${workName} and no ${manifestName}`};
		}

		if (didHaveManifest(directory)) {
			return {state: 'damaged', problem: `its ${manifestName} is gone`};
		}

		const found = glanceForCopy(directory);

		if (found === 'unsettled') {
			return {state: 'foreign', problem: `${undescribed}; whether a copy in it is whole takes longer to tell`, isUnsettled: true};
		}

		return found === 'whole' ? {state: 'foreign', problem: undescribed} : found;
	} catch (error) {
		return {state: 'damaged', problem: `it cannot be looked into: ${errorReason(error)}`};
	}
}
