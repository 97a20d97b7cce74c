import {pathKey} from '../files/path-key.ts';
import {type Directory, parentPaths} from '../files/directory.ts';
import {fileIdentity, identityKey} from '../files/identity.ts';
import {decodeCopies} from '../set/manifest/manifest-text.ts';
import {checksumsName, manifestName} from '../set/names/names.ts';
import {stagingName} from '../set/names/set-names.ts';
import {readMerge} from '../set/staging/merge-record.ts';
import type {Finding} from './verify-events.ts';

/*
Nobody waits for a verification: while it reads a set, `prune` may remove it, or `--retry` add to it. What looks wrong then is not damage.
*/

async function identify(directory: Directory, name: string): Promise<string> {
	try {
		const stats = await directory.lstat(name);
		return `${identityKey(fileIdentity(stats))}:${stats.mtimeNs}`;
	} catch {
		return '';
	}
}

/** Identity of a set, to see whether it was replaced: of its directory, and of the files that describe it, which are replaced and never written to. */
export async function identifySet(destination: Directory, name: string): Promise<string> {
	try {
		await using set = await destination.openDirectory(name);
		return [identityKey(fileIdentity(await set.stat())), await identify(set, manifestName), await identify(set, checksumsName)].join(' ');
	} catch {
		return '';
	}
}

/** Names in a set that a `--retry` is adding, or was when it was killed; `undefined` if there is none. */
export async function readBegunMerge(destination: Directory, date: string): Promise<ReadonlySet<string> | undefined> {
	try {
		await using staging = await destination.openDirectory(stagingName(date));
		const merge = await readMerge(staging);
		const names = merge ? [...decodeCopies(merge.manifest)].flatMap(({file}) => [file, ...parentPaths(file)]) : [];
		return merge && new Set([manifestName, ...names.map(name => pathKey(name))]);
	} catch {
		return undefined;
	}
}

/** Findings about a set without those caused by a merge that has begun: until its end, it adds names that the manifest does not have yet. */
export const withoutMerge = (findings: readonly Finding[], merged: ReadonlySet<string>): Finding[] => findings.filter(({kind, file}) =>
	!(file && (kind === 'checksums' || kind === 'extra') && merged.has(pathKey(file))));
