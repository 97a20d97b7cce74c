import {readdir, rename} from 'node:fs/promises';
import type {Directory} from '../../files/directory.ts';
import {errorReason, toDestinationError} from '../../files/errors.ts';
import {openOwnDirectory} from '../../files/own.ts';
import {removeDirectory} from '../../files/remove-tree.ts';
import type {Hold} from '../hold.ts';
import {readHead} from '../manifest/manifest-glance.ts';
import {originOf} from '../manifest/manifest-head.ts';
import {isOf, type Whose} from '../names/provenance.ts';
import {parseSetName, stagingName} from '../names/set-names.ts';
import {readJournalOrigin} from '../manifest/journal.ts';
import {claimStaging} from './claim.ts';
import {finishMerge} from './merge.ts';
import {ConflictError} from './merge-links.ts';
import {forgetMerge, isMergePending} from './merge-record.ts';

/** Result of finishing merges that earlier runs were killed in. */
export type Merged = {
	/** Whether there was one. */
	readonly isFinished: boolean;
	/** Why others wait still, for a person: `--retry` of their dates tries again. */
	readonly waiting: readonly string[];
};

/**
Brings merges to their end that earlier runs were killed in.

@param hold What entitles to that.
@param date Of the set; `undefined` for all, as far as that is possible: a set that cannot be written to must not prevent another one. The
staging directory of one that cannot be ended stays as it is.
*/
export async function finishMerges(destination: Directory, hold: Hold, date?: string): Promise<Merged> {
	const waiting: string[] = [];
	let isFinished = false;

	try {
		const entries = await readdir(destination.self);

		for (const name of entries.filter(entry => date === undefined ? parseSetName(entry)?.isStaging : entry === stagingName(date))) {
			await using staging = await claimStaging(destination, name);

			if (!await isMergePending(staging)) {
				continue;
			}

			await hold.check();

			try {
				isFinished = await finishMerge(destination, staging) || isFinished;
				// The rest can be adopted or removed like any other staging.
				await forgetMerge(staging);
			} catch (error) {
				if (error instanceof ConflictError) {
					// The set is as it was, and nothing waits any more.
					continue;
				}

				if (date !== undefined) {
					throw error;
				}

				const of = parseSetName(name)!.date;
				const what = `what an interrupted --retry or --add had copied for the set ${of} cannot be added to it: ${errorReason(error)}`;
				waiting.push(`${what}. It stays in ${name}; --retry with --date ${of} tries again`);
			}
		}
	} catch (error) {
		throw toDestinationError(error, 'finish what an interrupted --retry or --add began');
	}

	return {isFinished, waiting};
}

/** For whom left-overs are taken over. */
export type Adoption = {
	/** Of the set that they are to become. */
	readonly date: string;
	/** Whether other dates matter; else nothing happens to them. */
	readonly adopts: boolean;
	/** Host and source that they must be of. */
	readonly own: Whose;
	/** The local date: what is of a day to come was called so by a wrong clock, and comes last. */
	readonly today: string;
};

/** Whether a run may take over or remove what is left there: it is one of its own host and source that left it, and no merge waits there for its end. */
async function isTakeable(destination: Directory, name: string, own: Whose): Promise<boolean> {
	await using staging = await openOwnDirectory(destination, name, name);
	// A run that got as far as writing the manifest has removed its journal.
	const head = readHead(destination, name);
	const origin = head ? originOf(head) : await readJournalOrigin(staging);
	return isOf(origin, own) && !await isMergePending(staging);
}

/**
Takes over what an interrupted run of the same host and source left: what is there under the name itself, or else the newest of other dates, renamed.
The rest of theirs is removed. Staging of others stays if it is of another date, and so does a merge that could not be completed; of this very date,
this will be the only set.

@returns The directory, locked, and how many files were removed.
*/
export async function adoptLeft(destination: Directory, {date, adopts, own, today}: Adoption): Promise<{readonly root: Directory; readonly swept: number}> {
	const name = stagingName(date);
	const takeable: string[] = [];
	let swept = 0;

	const entries = await readdir(destination.self);

	for (const left of entries.filter(entry => entry === name || (adopts && parseSetName(entry)?.isStaging)).toSorted()) {
		if (await isTakeable(destination, left, own)) {
			takeable.push(left);
		} else if (left === name) {
			await using _claimed = await claimStaging(destination, name);
			swept += await removeDirectory(destination, name);
		}
	}

	const adopted = takeable.includes(name) ? name : takeable.findLast(other => other <= stagingName(today)) ?? takeable.at(-1);

	for (const other of takeable.filter(entry => entry !== adopted)) {
		await using _claimed = await claimStaging(destination, other);
		swept += await removeDirectory(destination, other);
	}

	const root = await claimStaging(destination, adopted ?? name);

	if (adopted !== undefined && adopted !== name) {
		await rename(destination.at(adopted), destination.at(name));
	}

	return {root, swept};
}

/** Removes what is left of the staging of a date whose set stands. */
export async function removeLeftStaging(destination: Directory, date: string, hold: Hold): Promise<void> {
	const name = stagingName(date);

	try {
		const entries = await readdir(destination.self);

		if (entries.includes(name)) {
			await using _claimed = await claimStaging(destination, name);
			await hold.check();
			await removeDirectory(destination, name);
		}
	} catch (error) {
		throw toDestinationError(error, `remove ${name}`);
	}
}
