import {readdir, rename} from 'node:fs/promises';
import type {Directory} from '../../files/directory.ts';
import {errorCode, toDestinationError} from '../../files/errors.ts';
import {openOwnDirectory} from '../../files/own.ts';
import {removeDirectory} from '../../files/remove-tree.ts';
import {parseSetName, stagingName} from '../set-names.ts';
import {finishMerge} from './merge.ts';
import {ConflictError} from './merge-links.ts';
import {isMergePending} from './merge-record.ts';

/**
Brings merges to their end that earlier runs were killed in. The lock must be held.

@param destination
@param date Of the set; `undefined` for all, as far as that is possible: a set that cannot be written to is no reason not to make another.
@returns Whether there was one.
*/
export async function finishMerges(destination: Directory, date?: string): Promise<boolean> {
	let isFinished = false;

	try {
		for (const name of (await readdir(destination.self)).filter(entry => date === undefined ? parseSetName(entry)?.isStaging : entry === stagingName(date))) {
			await using staging = await openOwnDirectory(destination, name, name);

			if (!await isMergePending(staging)) {
				continue;
			}

			try {
				isFinished = await finishMerge(destination, staging) || isFinished;
			} catch (error) {
				if (date !== undefined && !(error instanceof ConflictError)) {
					throw error;
				}
			}
		}
	} catch (error) {
		throw toDestinationError(error, 'finish what an interrupted --retry began');
	}

	return isFinished;
}

/**
Takes over what an interrupted run left: what is there under the name itself, or else the newest of other dates, renamed. The rest is removed.

@param name Of the staging directory that it is to be.
@param adopts Whether other dates matter; else nothing happens.
@returns How many files were removed.
*/
export async function adoptLeft(destination: Directory, name: string, adopts: boolean): Promise<number> {
	const left = (await readdir(destination.self)).filter(entry => adopts ? parseSetName(entry)?.isStaging : entry === name).toSorted();
	const adopted = left.includes(name) ? name : left.at(-1);
	let swept = 0;

	for (const other of left.filter(entry => entry !== adopted)) {
		swept += await removeDirectory(destination, other);
	}

	if (adopted !== undefined && adopted !== name) {
		await rename(destination.at(adopted), destination.at(name));
	}

	return swept;
}

/** Removes what is left of the staging of a date whose set stands. */
export async function removeLeftStaging(destination: Directory, date: string): Promise<void> {
	try {
		await removeDirectory(destination, stagingName(date));
	} catch (error) {
		if (errorCode(error) !== 'ENOENT') {
			throw toDestinationError(error, `remove ${stagingName(date)}`);
		}
	}
}
