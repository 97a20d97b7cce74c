import {pathKey} from '../files/path-key.ts';
import type {RetrySelection} from '../backup/retried-set.ts';
import {addLeftOut} from '../files/left-out.ts';
import {type Directory, inParent, parentPaths} from '../files/directory.ts';
import {readListedEntries, type Unavailable} from '../origin/files-list.ts';
import {type Choice, Selector} from '../origin/selection.ts';
import {noStreams, type Streams} from '../origin/streams.ts';
import type {MissingRecord} from '../set/manifest/manifest.ts';
import type {StandingManifest} from '../set/staging/renewal.ts';
import type {Options} from '../flags/options.ts';
import {
	nothingSelected,
	type OpenedPlaces,
	selectByRules,
	type Selection,
	sumLeftOut,
} from './prepare.ts';

/** Record of a path that cannot be had. */
export const toMissing = ({path, isMissing, isSuperseded, isDirectory, isSymlink, from, ...error}: Unavailable, ignoreMissing: boolean): MissingRecord => {
	const kind = {...(isSymlink && {isSymlink}), ...(from !== undefined && {from})};
	return (isMissing && ignoreMissing) || isSuperseded
		? {path, outcome: 'vanished', ...kind}
		: {
			path, outcome: 'failed', error, ...(isDirectory && {isDirectory}), ...kind,
		};
};

async function isDirectoryNow(source: Directory, path: Buffer): Promise<boolean> {
	try {
		const stats = await inParent(source, path, async (parent, name) => parent.lstat(name));
		return stats.isDirectory();
	} catch {
		return false;
	}
}

/** Files that a set lacks, as they are in the source now. */
export type Retry = Selection & {
	/** Directories that could not be listed and now can: what is in them takes their place. */
	readonly replaced: readonly Buffer[];
	/** Whether what is left out is all that is left out of the set, and not only more of it. */
	readonly isLeftOutWhole?: boolean;
};

const gone = {isMissing: true, message: 'no longer there'} as const;

type RetryPlaces = OpenedPlaces & {readonly destination: Directory};

/** Selects streams to retry: those that failed; and of a source that could not be listed, all that the rules choose and the set does not have. */
async function selectStreams(options: Options, streams: Streams, manifest: StandingManifest): Promise<Retry> {
	const failed = manifest.missing.filter(({from}) => from !== undefined);

	if (failed.length === 0) {
		return {...nothingSelected, replaced: []};
	}

	const {entries, unavailable} = await streams.list();
	const selector = new Selector(options);
	const unlisted = failed.filter(({path, from}) => from === pathKey(path));
	const choices: Choice[] = [];
	const lost: Unavailable[] = unavailable.filter(({from}) => unlisted.some(record => record.from === from));

	for (const {path, from} of failed.filter(record => !unlisted.includes(record))) {
		const entry = entries.find(stream => stream.from === from && stream.path.equals(path));
		const problem = unavailable.find(part => part.path.equals(path)) ?? unavailable.find(source => source.from === from && pathKey(source.path) === from);

		if (entry) {
			choices.push({entry, isSelected: true, isSelectable: true});
		} else {
			lost.push({...problem ?? gone, path, from: from!});
		}
	}

	return {
		...nothingSelected,
		choices: [...choices, ...entries.filter(({path, from}) => !manifest.has(path) && unlisted.some(record => record.from === from)).map(entry => selector.judge(entry))],
		unavailable: lost,
		replaced: unlisted.filter(record => unavailable.every(source => !source.path.equals(record.path))).map(({path}) => path),
	};
}

/** Lists directories that could not be listed before, and selects all that the rules choose in them and the set does not have. */
async function selectBelow(options: Options, places: RetryPlaces, directories: readonly Buffer[]): Promise<Retry> {
	const roots = new Set(directories.map(path => pathKey(path)));
	const isInside = (path: Buffer) => roots.has(pathKey(path)) || parentPaths(path).some(parent => roots.has(pathKey(parent)));
	const leadsThere = (path: Buffer) => isInside(path) || directories.some(directory => parentPaths(directory).some(parent => parent.equals(path)));
	const {choices, unavailable} = await selectByRules({...options, recursive: true}, {...places, streams: noStreams}, ({entry, isSelected}) =>
		// A directory chosen by the earlier run is entered, whatever the rules say.
		leadsThere(entry.path) && (isSelected || !isInside(entry.path) || roots.has(pathKey(entry.path))));
	const still = unavailable.filter(({path}) => isInside(path));
	const inside = choices.filter(({entry}) => parentPaths(entry.path).some(parent => roots.has(pathKey(parent))));
	return {
		choices: inside,
		unavailable: still,
		leftOut: sumLeftOut(inside),
		unused: [],
		replaced: directories.filter(directory => still.every(({path}) => !path.equals(directory))),
	};
}

/** Entries left out of a set and of all that is added to it, by the rules of today: none that the set has a copy of. */
function leftOutBeside({choices, barred, leftOut}: Selection, isThere: (path: Buffer) => boolean): Selection['leftOut'] {
	return barred ? addLeftOut(barred, sumLeftOut(choices.filter(({entry}) => !isThere(entry.path)))) : leftOut;
}

/** Selects what is to be added to a set: all that is selected now and that it has no copy of. */
function selectAddition(manifest: StandingManifest, listed: Selection): Retry {
	const copied = new Set(manifest.copies.map(({path}) => pathKey(path)));
	const isThere = (path: Buffer) => copied.has(pathKey(path));
	const unavailable = listed.unavailable.filter(({path}) => !isThere(path));
	const unlistable = new Set(unavailable.map(({path}) => pathKey(path)));
	const seen = new Set(listed.choices.flatMap(({entry}) => parentPaths(entry.path).map(parent => pathKey(parent))));
	return {
		choices: listed.choices.filter(({entry}) => !isThere(entry.path)),
		unavailable,
		leftOut: leftOutBeside(listed, isThere),
		isLeftOutWhole: true,
		unused: listed.unused,
		replaced: manifest.missing.filter(({path, isDirectory}) => isDirectory && seen.has(pathKey(path)) && !unlistable.has(pathKey(path))).map(({path}) => path),
	};
}

/**
The entries to try for a set that exists. With `--retry` those that failed; those that had vanished, if they are back; and of those listed, those that the
set does not know. With `--add` alone those listed that it has no copy of.

@param listed What `--files-from` names, or with `--add` the rules select; `undefined` without either.
*/
export async function selectRetry(
	options: Options,
	places: RetryPlaces,
	manifest: StandingManifest,
	listed: Selection | undefined,
): Promise<Retry> {
	if (listed && !options.retry) {
		return selectAddition(manifest, listed);
	}

	const directories: Buffer[] = [];
	const files: Buffer[] = [];

	for (const record of manifest.missing.filter(({from}) => from === undefined)) {
		(record.isDirectory && await isDirectoryNow(places.source, record.path) ? directories : files).push(record.path);
	}

	// Nothing else: whoever can put a link in the place of a file that failed would have another file copied.
	const links = manifest.missing.filter(({isSymlink}) => isSymlink).map(({path}) => path);
	const linkKeys = new Set(links.map(path => pathKey(path)));
	const found = await readListedEntries(places.source, files, {destination: places.destination, followSymlinks: options.followSymlinks, followed: links});
	const vanished = new Set(manifest.missing.filter(({outcome}) => outcome === 'vanished').map(({path}) => pathKey(path)));
	const below: Retry = directories.length > 0 ? await selectBelow(options, places, directories) : {...nothingSelected, replaced: []};
	const streams = await selectStreams(options, places.streams, manifest);
	const isNew = (path: Buffer) => !manifest.has(path);
	const choices: Choice[] = found.entries.map(entry => ({entry, isSelected: true, isSelectable: true}));
	const unavailable: Unavailable[] = [...found.unavailable, ...streams.unavailable].filter(({path, isMissing}) => !(isMissing && vanished.has(pathKey(path))))
		// A link that is gone may be back the next time.
		.map(each => linkKeys.has(pathKey(each.path)) ? {...each, isSymlink: true} : each);
	const tried = [...choices, ...streams.choices, ...below.choices.filter(({entry}) => isNew(entry.path))];
	const lost = [...unavailable, ...below.unavailable];
	const known = new Set([...tried.map(({entry}) => entry.path), ...lost.map(({path}) => path)].map(path => pathKey(path)));
	const isAdded = (path: Buffer) => isNew(path) && !known.has(pathKey(path));
	return {
		choices: [...tried, ...listed?.choices.filter(({entry}) => isAdded(entry.path)) ?? []],
		unavailable: [...lost, ...listed?.unavailable.filter(({path}) => isAdded(path)) ?? []],
		...(listed && options.add
			? {leftOut: leftOutBeside(listed, path => !isNew(path)), isLeftOutWhole: true, unused: listed.unused}
			: {leftOut: below.leftOut, unused: []}),
		replaced: [...below.replaced, ...streams.replaced],
	};
}

/** The same, as a run takes it. */
export function toRetrySelection({choices, unavailable, replaced, leftOut, isLeftOutWhole = false}: Retry, ignoreMissing: boolean): RetrySelection {
	return {
		entries: choices.filter(({isSelected}) => isSelected).map(({entry}) => entry),
		missing: unavailable.map(entry => toMissing(entry, ignoreMissing)),
		replaced,
		leftOut,
		isLeftOutWhole,
		mayBeGone: ignoreMissing,
	};
}
