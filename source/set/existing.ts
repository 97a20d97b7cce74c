import {constants} from 'node:fs';
import {open} from 'node:fs/promises';
import type {Directory} from '../files/directory.ts';
import {DestinationError, errorCode, toDestinationError} from '../files/errors.ts';
import {type ManifestSummary, summarizeManifest} from './manifest.ts';
import {manifestName} from './names.ts';

/** Even 50,000 entries take less; what is longer is not ours. */
const maximumManifestBytes = 256 * 1024 * 1024;

/** A set that stands already. */
export type ExistingSet = {
	/** What its manifest says; missing if it has none that can be read, as in a set that the old script made. */
	readonly summary?: ManifestSummary;
};

/** @returns The text of a set's manifest; `undefined` if it has none that can be read. */
export async function readManifest(set: Directory): Promise<string | undefined> {
	try {
		await using handle = await open(set.at(manifestName), constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
		const stats = await handle.stat();
		return stats.isFile() && stats.size <= maximumManifestBytes ? await handle.readFile('utf8') : undefined;
	} catch {
		return undefined;
	}
}

/**
Looks for the set of a date.

@returns `undefined` if there is none.
@throws {DestinationError} If its name is taken by something that is no directory.
*/
export async function findSet(destination: Directory, date: string): Promise<ExistingSet | undefined> {
	try {
		await using set = await destination.openDirectory(date);
		const text = await readManifest(set);
		const summary = text === undefined ? undefined : summarizeManifest(text);
		return summary ? {summary} : {};
	} catch (error) {
		const code = errorCode(error);

		if (code === 'ENOENT') {
			return undefined;
		}

		if (code === 'ENOTDIR' || code === 'ELOOP') {
			throw new DestinationError(`${date} is in the way: it is not a directory. Move it elsewhere`);
		}

		throw toDestinationError(error, `open the set ${date}`);
	}
}
