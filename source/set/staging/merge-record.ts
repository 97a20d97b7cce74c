import {constants} from 'node:fs';
import {rename} from 'node:fs/promises';
import type {Directory} from '../../files/directory.ts';
import {errorCode} from '../../files/errors.ts';
import {openOwnFile} from '../../files/own.ts';
import {isObject, parseJson} from '../manifest/json.ts';
import {workName} from '../names/names.ts';
import {removeIfThere, writeFresh} from './fresh-file.ts';

/** The record's, relative to the staging directory. */
export const mergeName = `${workName}/merge`;
const draftName = `${workName}/merge.tmp`;

/**
The planned changes to an existing set. As a database writes ahead what it is about to do, it is on disk before the set is touched, so
that whatever kills the merge, the next run brings it to its end.
*/
export type Merge = {
	/** Of the set. */
	readonly date: string;
	/** SHA-256 of the manifest that the set has before. */
	readonly base: string;
	/** The text of the one it gets. */
	readonly manifest: string;
};

/** Decides the merge: from here on it will be brought to its end. What it adds is in the staging directory, synced. */
export async function recordMerge(staging: Directory, merge: Merge): Promise<void> {
	await writeFresh(staging, draftName, JSON.stringify(merge));
	await rename(staging.at(draftName), staging.at(mergeName));
	await using work = await staging.openDirectory(workName);
	await work.sync();
}

async function readRecord(staging: Directory): Promise<string | undefined> {
	try {
		await using handle = await openOwnFile(staging.at(mergeName), mergeName, constants.O_RDONLY);
		return await handle.readFile('utf8');
	} catch (error) {
		if (errorCode(error) === 'ENOENT') {
			return undefined;
		}

		throw error;
	}
}

/** It is renamed into place when it is whole: what is not a record through and through, is none. */
function decodeMerge(record: string): Merge | undefined {
	const json = parseJson(record);
	const {date, base, manifest} = isObject(json) ? json : {};
	return typeof date === 'string' && typeof base === 'string' && typeof manifest === 'string' ? {date, base, manifest} : undefined;
}

/** @returns `undefined` if none is recorded. */
export async function readMerge(staging: Directory): Promise<Merge | undefined> {
	const record = await readRecord(staging);
	return record === undefined ? undefined : decodeMerge(record);
}

/** Takes a decision back: nothing of it is left to be done. */
export async function forgetMerge(staging: Directory): Promise<void> {
	await removeIfThere(staging.at(mergeName));
}

/** Whether a staging directory holds a merge that is recorded and not ended. */
export async function isMergePending(staging: Directory): Promise<boolean> {
	try {
		return await readMerge(staging) !== undefined;
	} catch (error) {
		// Something else than a directory has that name: whoever wants to use it says what is wrong.
		if (errorCode(error) === 'ENOTDIR') {
			return false;
		}

		throw error;
	}
}
