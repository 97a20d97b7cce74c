import type {Directory} from '../files/directory.ts';
import {describeSet, type SetOverview} from './catalog.ts';
import {readManifestBytes} from './manifest/manifest-file.ts';
import {settleSet} from './settle-set.ts';

/** @returns The text of a set's manifest; `undefined` if it has none that can be read. */
export async function readManifest(set: Directory): Promise<string | undefined> {
	const manifest = await readManifestBytes(set);
	return manifest && 'bytes' in manifest ? manifest.bytes.toString() : undefined;
}

/**
Whatever exists under the name of a date's set; `undefined` if nothing does.

@param signal Aborted, it ends the reading of copies that no manifest tells of.
@throws The signal's reason, once it is aborted.
*/
export async function findSet(destination: Directory, date: string, signal?: AbortSignal): Promise<SetOverview | undefined> {
	const overview = describeSet(destination, {date, isStaging: false}, false);
	return overview && settleSet(destination, overview, signal);
}
