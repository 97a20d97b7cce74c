import type {RetrySelection} from '../backup/retried-set.ts';
import {type Directory, inParent, parentPaths} from '../files/directory.ts';
import {readListedEntries, type Unavailable} from '../scan/files-list.ts';
import type {Choice} from '../scan/selection.ts';
import type {MissingRecord} from '../set/manifest/manifest.ts';
import type {StandingManifest} from '../set/staging/renewal.ts';
import type {Options} from './options.ts';
import {notListed, selectByRules, type Selection} from './prepare.ts';

const key = (path: Buffer) => path.toString('latin1');

/** How a path that is not to be had is written down. */
export const toMissing = ({path, isMissing, isSuperseded, message, code}: Unavailable, ignoreMissing: boolean): MissingRecord => (isMissing && ignoreMissing) || isSuperseded
	? {path, outcome: 'vanished'}
	: {path, outcome: 'failed', error: {message, ...(code !== undefined && {code})}};

async function isDirectory(source: Directory, path: Buffer): Promise<boolean> {
	try {
		const stats = await inParent(source, path, async (parent, name) => parent.lstat(name));
		return stats.isDirectory();
	} catch {
		return false;
	}
}

/** What a set lacks, as it is in the source now. */
export type Retry = Selection & {
	/** Directories that could not be listed and now can: what is in them takes their place. */
	readonly replaced: readonly Buffer[];
};

/** What could not be listed is listed now: all that the rules choose in it, and that the set does not know. */
async function selectBelow(options: Options, places: {readonly source: Directory; readonly destination: Directory}, directories: readonly Buffer[]): Promise<Retry> {
	const roots = new Set(directories.map(path => key(path)));
	const isInside = (path: Buffer) => roots.has(key(path)) || parentPaths(path).some(parent => roots.has(key(parent)));
	const leadsThere = (path: Buffer) => isInside(path) || directories.some(directory => parentPaths(directory).some(parent => parent.equals(path)));
	const {choices, unavailable} = await selectByRules({...options, recursive: true}, places, ({entry, isSelected}) =>
		// What was chosen once, whatever the rules were, is entered.
		leadsThere(entry.path) && (isSelected || !isInside(entry.path) || roots.has(key(entry.path))));
	const still = unavailable.filter(({path}) => isInside(path));
	return {
		choices: choices.filter(({entry}) => parentPaths(entry.path).some(parent => roots.has(key(parent)))),
		unavailable: still,
		replaced: directories.filter(directory => still.every(({path}) => !path.equals(directory))),
	};
}

/**
What is to be tried again for a set: what failed; what had vanished, if it is back; and of a list, what the set does not know.

@param listed What `--files-from` names; `undefined` without it.
*/
export async function selectRetry(
	options: Options,
	places: {readonly source: Directory; readonly destination: Directory},
	manifest: StandingManifest,
	listed: Selection | undefined,
): Promise<Retry> {
	const directories: Buffer[] = [];
	const files: Buffer[] = [];

	for (const {path, error} of manifest.missing) {
		const wasDirectory = error?.message.startsWith(notListed) ?? false;
		(wasDirectory && await isDirectory(places.source, path) ? directories : files).push(path);
	}

	const found = await readListedEntries(places.source, files, {destination: places.destination, followSymlinks: options.followSymlinks});
	const vanished = new Set(manifest.missing.filter(({outcome}) => outcome === 'vanished').map(({path}) => key(path)));
	const below: Retry = directories.length > 0 ? await selectBelow(options, places, directories) : {choices: [], unavailable: [], replaced: []};
	const isNew = (path: Buffer) => !manifest.has(path);
	const choices: Choice[] = found.entries.map(entry => ({entry, isSelected: true, isSelectable: true}));
	const unavailable: Unavailable[] = found.unavailable.filter(({path, isMissing}) => !(isMissing && vanished.has(key(path))));
	choices.push(...below.choices.filter(({entry}) => isNew(entry.path)));
	unavailable.push(...below.unavailable);
	const known = new Set([...choices.map(({entry}) => entry.path), ...unavailable.map(({path}) => path)].map(path => key(path)));
	choices.push(...listed?.choices.filter(({entry}) => isNew(entry.path) && !known.has(key(entry.path))) ?? []);
	unavailable.push(...listed?.unavailable.filter(({path}) => isNew(path) && !known.has(key(path))) ?? []);
	return {choices, unavailable, replaced: below.replaced};
}

/** The same, as a run takes it. */
export function toRetrySelection({choices, unavailable, replaced}: Retry, ignoreMissing: boolean): RetrySelection {
	return {
		entries: choices.filter(({isSelected}) => isSelected).map(({entry}) => entry),
		missing: unavailable.map(entry => toMissing(entry, ignoreMissing)),
		replaced,
		mayBeGone: ignoreMissing,
	};
}
