import {fstatSync, readSync} from 'node:fs';
import {pathKey} from '../files/path-key.ts';
import {joinPath} from '../files/directory.ts';
import {errorReason} from '../files/errors.ts';
import {readingFlags} from '../files/open-flags.ts';
import {withOpened} from '../files/with-opened.ts';
import {checksumsName, manifestName, workName} from './names.ts';
import {
	entriesOf,
	explainNoCopy,
	type Found,
} from './whole-copy.ts';

/*
What a dated directory is where its manifest alone does not tell. Read synchronously, as manifests are at a glance, and for the same reason: a few
calls that take microseconds.
*/

/** More than the last line of `SHA256SUMS`, which is that of the manifest. */
const endingBytes = 4096;

const own: ReadonlySet<string> = new Set([checksumsName, manifestName, workName]);

const isOwn = ({name}: Found) => own.has(pathKey(name));

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

/** What is wrong with a set whose manifest is sound and tells of copies; `undefined` if nothing is, as far as a look at its names can tell. */
export function explainTorn(directory: Buffer): string | undefined {
	let hasChecksums = false;
	let hasOthers = false;

	for (const found of entriesOf(directory)) {
		hasChecksums ||= pathKey(found.name) === checksumsName;
		hasOthers ||= !isOwn(found);

		if (hasChecksums && hasOthers) {
			return undefined;
		}
	}

	return hasOthers ? `its ${checksumsName} is gone` : 'its copies are gone: it is no backup';
}

/** What a dated directory without a manifest is. */
export type Undescribed = {
	/** `empty`: there is no copy in it, or no whole one. */
	readonly state: 'foreign' | 'damaged' | 'empty';
	/** For a person; safe to print. */
	readonly problem: string;
	/** Whether there is nothing at all in it. */
	readonly isVacant?: true;
};

/** Tells what a directory without a manifest is: made by something else, left of a set of this program's, or nothing at all. */
export function judgeUndescribed(directory: Buffer): Undescribed {
	try {
		const names = [...entriesOf(directory)].map(({name}) => pathKey(name));

		if (names.length === 0) {
			return {state: 'empty', problem: 'it is empty: no backup', isVacant: true};
		}

		if (names.includes(workName)) {
			return {state: 'damaged', problem: `it was never finished: it has ${workName} and no ${manifestName}`};
		}

		if (names.includes(checksumsName) && didHaveManifest(directory)) {
			return {state: 'damaged', problem: `its ${manifestName} is gone`};
		}

		const problem = explainNoCopy(directory);
		return problem === undefined ? {state: 'foreign', problem: `it has no ${manifestName}`} : {state: 'empty', problem: `${problem}: no backup`};
	} catch (error) {
		return {state: 'damaged', problem: `it cannot be looked into: ${errorReason(error)}`};
	}
}
