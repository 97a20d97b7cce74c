import type {Directory} from '../files/directory.ts';
import {DestinationError, errorCode, toDestinationError} from '../files/errors.ts';
import {readManifestText} from './manifest/manifest-file.ts';
import {type ManifestSummary, summarizeManifest} from './manifest/manifest-text.ts';

/** A set that stands already. */
export type ExistingSet = {
	/** What its manifest says; missing if it has none that can be read, as in a set that the old script made. */
	readonly summary?: ManifestSummary;
};

/** @returns The text of a set's manifest; `undefined` if it has none that can be read. */
export async function readManifest(set: Directory): Promise<string | undefined> {
	const manifest = await readManifestText(set);
	return manifest && 'text' in manifest ? manifest.text : undefined;
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
