import type {Directory} from '../files/directory.ts';
import {describeSet, type SetOverview} from './catalog.ts';
import {readManifestBytes} from './manifest/manifest-file.ts';

/** @returns The text of a set's manifest; `undefined` if it has none that can be read. */
export async function readManifest(set: Directory): Promise<string | undefined> {
	const manifest = await readManifestBytes(set);
	return manifest && 'bytes' in manifest ? manifest.bytes.toString() : undefined;
}

/** What has the name of a date's set already, whatever it is; `undefined` if nothing has. */
export const findSet = (destination: Directory, date: string): SetOverview | undefined => describeSet(destination, {date, isStaging: false}, false);
