import {
	readFile,
	realpath,
	stat,
} from 'node:fs/promises';
import path from 'node:path';
import {buffer} from 'node:stream/consumers';
import {alreadyExists, type Standpoint} from '../exit/failure.ts';
import {refuseUnfit} from '../backup/retried-set.ts';
import {Directory} from '../files/directory.ts';
import {
	adviseOpening,
	causedBy,
	DestinationError,
	errorReason,
	type Reason,
	remedyForDenied,
	SourceError,
	toReason,
} from '../files/errors.ts';
import {addLeftOut, type LeftOut, LeftOutTally} from '../files/left-out.ts';
import {fileIdentity, isSameFile} from '../files/identity.ts';
import {pathKey} from '../files/path-key.ts';
import {
	type ListedEntries,
	parseFilesList,
	readListedEntries,
	type Unavailable,
	unlisted,
} from '../origin/files-list.ts';
import {type HandedList, parseHandedList} from '../origin/handed-list.ts';
import {JournalSource} from '../origin/journal-source.ts';
import {
	barriers,
	type Choice,
	contentLeftOut,
	Selector,
} from '../origin/selection.ts';
import {besideStreams} from '../origin/stream-choices.ts';
import {noStreams, Streams} from '../origin/streams.ts';
import {walkTree, type WalkStep} from '../origin/walk.ts';
import {openDestination} from '../set/destination.ts';
import type {SetOverview} from '../set/catalog.ts';
import {findSet} from '../set/existing.ts';
import {readSpace, type Space} from '../set/space.ts';
import {displayText} from '../text/display-name.ts';
import {formatCount} from '../text/format.ts';
import {UsageError} from '../flags/usage-error.ts';
import type {Options} from '../flags/options.ts';
import {defaultSource} from '../flags/places.ts';
import {absolutePath} from '../flags/working-directory.ts';

export type Prepared = {
	readonly source: Directory;
	/** Streams that are backed up beside the files of the source. */
	readonly streams: Streams;
	/** `undefined` while it does not exist. */
	readonly destination: Directory | undefined;
	/** Whatever exists under the name of the day's set. */
	readonly existing: SetOverview | undefined;
	/** Why the destination is refused, where that is no reason to end at once. */
	readonly refusal?: Reason;
};

/** Whether a directory is the one that has the logs of this system, under whatever path. */
async function isSystemLog(source: Directory): Promise<boolean> {
	try {
		return isSameFile(await source.identity(), fileIdentity(await stat(defaultSource, {bigint: true})));
	} catch {
		return false;
	}
}

/** The journal that is backed up beside the files: with the logs of this system its own. */
async function chooseStreams({journal, journalDir}: Options, source: Directory): Promise<Streams> {
	const isMeant = journal && (journalDir !== undefined || await isSystemLog(source));
	return isMeant ? new Streams([new JournalSource(journalDir)]) : noStreams;
}

/**
Opens source and destination and looks for the set of the date, before anything is scanned or written. `mayBeRefused`: there is something to be
done although the destination is refused.

@throws {SourceError} If the source is not a readable directory.
@throws {DestinationError} If the destination is refused, and must not be.
@throws The signal's reason, once it is aborted.
*/
export async function prepare(options: Options, {signal, mayBeRefused = false}: {readonly signal?: AbortSignal | undefined; readonly mayBeRefused?: boolean} = {}): Promise<Prepared> {
	let source: Directory;

	try {
		// Says of a link in a circle that it is one; opening it would only say that it is not a directory.
		source = await Directory.open(await realpath(options.source));
	} catch (error) {
		throw new SourceError(`cannot open the source ${displayText(options.source)}: ${errorReason(error)}`, {...causedBy(error), remedy: adviseOpening(error, 'name a directory with --source')});
	}

	let destination: Directory | undefined;
	const streams = await chooseStreams(options, source);

	try {
		destination = await openDestination(options.destination, {source, create: false});
		return {
			source, streams, destination, existing: destination && await findSet(destination, options.date, signal),
		};
	} catch (error) {
		// Node reports an error when an open handle is garbage-collected.
		await destination?.close();

		if (mayBeRefused && error instanceof DestinationError) {
			return {
				source, streams, destination: undefined, existing: undefined, refusal: toReason(error),
			};
		}

		await source.close();
		throw error;
	}
}

/** Choices in batches; or a directory (empty path: the source) that has been read to its end, or could not be. */
export type ChoiceStep =
	Exclude<WalkStep, {readonly entries: unknown}>
	| {readonly choices: readonly Choice[]};

export type OpenedPlaces = Pick<Prepared, 'source' | 'streams' | 'destination'>;

/**
The files of the source, each with what the flags make of it. `isWanted` is asked for each directory: whether to go into it.

@throws {SourceError} If the source cannot be listed.
*/
export async function * chooseEntries(
	options: Options,
	{source, destination}: Pick<OpenedPlaces, 'source' | 'destination'>,
	{signal, isWanted, selector = new Selector(options)}: {
		readonly signal?: AbortSignal;
		readonly isWanted?: (choice: Choice) => boolean;
		readonly selector?: Selector;
	} = {},
): AsyncGenerator<ChoiceStep> {
	const walk = walkTree(source, {
		destination,
		crossFileSystems: options.crossFileSystems,
		...(signal && {signal}),
		...(isWanted && {isWanted: entry => isWanted(selector.judge(entry))}),
	});

	try {
		for await (const step of walk) {
			yield 'entries' in step ? {choices: step.entries.map(entry => selector.judge(entry))} : step;
		}
	} catch (error) {
		throw error instanceof SourceError
			? new SourceError(`cannot list the source ${displayText(options.source)}: ${error.message}`, causedBy(error))
			: error;
	}
}

export type Selection = Pick<ListedEntries, 'unavailable'> & {
	readonly choices: readonly Choice[];
	/** Existing entries that are not selected; `undefined` where a list selects, and does not say. */
	readonly leftOut: LeftOut | undefined;
	/** The part of that which is none of the choices: directories that a walk met and did not go into, and what streams leave out. */
	readonly barred?: LeftOut;
	/** The flags that matched nothing, with their globs. */
	readonly unused: readonly string[];
};

/** Counts the choices that are not selected. */
export function sumLeftOut(choices: readonly Choice[]): LeftOut {
	const leftOut = new LeftOutTally();

	for (const {entry, skip} of choices) {
		if (skip) {
			leftOut.add(skip, entry.path, contentLeftOut(entry, skip));
		}
	}

	return leftOut.sum;
}

/** For a source without any files. */
export const nothingSelected: Selection = {
	choices: [], unavailable: [], leftOut: undefined, unused: [],
};

/** Entries that the rules select, in the source itself or, with `--recursive`, of all below it. A directory that cannot be listed is a failure there. */
export async function selectByRules(options: Options, places: OpenedPlaces, isWanted = (choice: Choice) => choice.isSelected): Promise<Selection> {
	const selector = new Selector(options);
	const listed = await places.streams.list();
	const beside = besideStreams(listed);
	const choices: Choice[] = listed.entries.map(entry => selector.judge(entry));
	const unavailable: Unavailable[] = [...listed.unavailable];
	const barred = new LeftOutTally();
	barred.addAll(listed.leftOut);

	for await (const step of chooseEntries(options, places, {isWanted, selector})) {
		if ('choices' in step) {
			const directories = step.choices.filter(({entry, isSelected}) => entry.kind === 'directory' && isSelected);

			for (const {entry} of directories.filter(directory => !directory.entry.isReadable)) {
				unavailable.push({
					path: entry.path, ...unlisted, ...remedyForDenied(unlisted.code), isMissing: false,
				});
			}

			const silent = step.choices.filter(({entry: {barrier}}) => options.crossFileSystems && barrier === 'no answer');

			for (const {entry} of silent) {
				unavailable.push({
					path: entry.path, isMissing: false, message: 'does not answer', isDirectory: true,
				});
			}

			for (const choice of step.choices) {
				if (!directories.includes(choice) && !silent.includes(choice)) {
					choices.push(beside(choice));
				}
			}
		} else if (step.problem !== undefined) {
			unavailable.push({
				path: step.finished, isMissing: false, message: `cannot be listed: ${step.problem}`, isDirectory: true,
			});
		} else if (step.barrier) {
			const {skip} = barriers[step.barrier];
			barred.add(skip, step.finished, contentLeftOut({kind: 'directory', size: 0}, skip));
		}
	}

	return {
		choices, unavailable, leftOut: addLeftOut(barred.sum, sumLeftOut(choices)), barred: barred.sum, unused: selector.unused,
	};
}

async function readList(file: string): Promise<Buffer> {
	try {
		return file === '-' ? await buffer(process.stdin) : await readFile(absolutePath(file));
	} catch (error) {
		throw new UsageError(`--files-from cannot read ${displayText(file)}: ${errorReason(error)}`);
	}
}

/** A path that is not to be had may be that of a stream, of which it is known why. */
function explainStream(lost: Unavailable, streams: readonly Unavailable[]): Unavailable {
	const isInside = ({path: place, from}: Unavailable) => lost.isMissing && pathKey(place) === from && pathKey(lost.path).startsWith(`${from}/`);
	const problem = streams.find(each => each.path.equals(lost.path) || isInside(each));
	return problem ? {...problem, path: lost.path} : lost;
}

/** Entries that a run would copy, and paths of `--files-from` that are unavailable. */
export async function select(options: Options, places: OpenedPlaces): Promise<Selection> {
	if (options.filesFrom === undefined) {
		return selectByRules(options, places);
	}

	const {filesListed} = options;
	let list: HandedList;

	try {
		const bytes = await readList(options.filesFrom);
		list = filesListed === undefined ? {paths: parseFilesList(bytes), files: []} : parseHandedList(bytes);
	} catch (error) {
		throw error instanceof RangeError ? new UsageError(error.message) : error;
	}

	const {paths, files} = list;

	if (options.filesCount !== undefined && paths.length !== options.filesCount) {
		throw new UsageError(`--files-from has ${formatCount(paths.length, 'path')}, and --files-count says ${options.filesCount}: it was cut short, or changed`);
	}

	const streams = await places.streams.list();
	const {entries, unavailable} = await readListedEntries(places.source, paths, {
		destination: places.destination, streams: streams.entries, followSymlinks: options.followSymlinks, ...(filesListed !== undefined && {meant: {files, since: filesListed}}),
	});
	return {
		choices: entries.map(entry => ({entry, isSelected: true, isSelectable: true})),
		unavailable: unavailable.map(each => explainStream(each, streams.unavailable)),
		leftOut: options.leftOut,
		unused: [],
	};
}

/** Whether a set that stands is to be completed: with what failed in it, or with what is not in it. */
export const completes = ({retry, add}: Pick<Options, 'retry' | 'add'>): boolean => retry || add;

/** Host, source and destination of the set. */
export const standpointOf = ({destination, own}: Options): Standpoint => ({destinationPath: destination, own});

/**
@throws {AlreadyExistsError} If the set of the date is there, and not to be completed.
@throws {SetNameTakenError} If something else is there.
*/
export function refuseExisting(options: Options, {existing}: Prepared): void {
	if (existing && !completes(options)) {
		throw alreadyExists(existing, standpointOf(options));
	}

	if (existing) {
		refuseUnfit(existing, standpointOf(options), options.add);
	}
}

/** The space of the file system that holds the destination, or would; `undefined` where it does not tell. */
export async function readDestinationSpace({destination, reserve}: Options): Promise<Space | undefined> {
	let place = destination;

	while (place !== '/' && !await stat(place, {bigint: true}).then(() => true).catch(() => false)) {
		place = path.dirname(place);
	}

	return readSpace(place, reserve);
}
