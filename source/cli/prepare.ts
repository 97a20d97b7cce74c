import {
	readFile,
	realpath,
	stat,
} from 'node:fs/promises';
import path from 'node:path';
import {buffer} from 'node:stream/consumers';
import {AlreadyExistsError} from '../backup/failure.ts';
import {Directory} from '../files/directory.ts';
import {errorReason, SourceError} from '../files/errors.ts';
import {type ListedEntries, parseFilesList, readListedEntries} from '../scan/files-list.ts';
import {scanDirectory} from '../scan/scan-directory.ts';
import {type Choice, compileRules} from '../scan/selection.ts';
import {openDestination} from '../set/destination.ts';
import {type ExistingSet, findSet} from '../set/existing.ts';
import {readSpace, type Space} from '../set/space.ts';
import {displayText} from '../text/display-name.ts';
import {formatCount} from '../text/format.ts';
import {UsageError} from './flags.ts';
import type {Options} from './options.ts';

export type Prepared = {
	readonly source: Directory;
	/** `undefined` while it does not exist. */
	readonly destination: Directory | undefined;
	readonly existing: ExistingSet | undefined;
};

/**
Opens source and destination and looks for the set of the date, before anything is scanned or written.

@throws {SourceError} If the source is no directory that can be read.
@throws {DestinationError} If the destination is refused.
*/
export async function prepare(options: Options): Promise<Prepared> {
	let source: Directory;

	try {
		// Says of a link in a circle that it is one; the opening would only say that it is no directory.
		source = await Directory.open(await realpath(options.source));
	} catch (error) {
		throw new SourceError(`cannot open the source ${displayText(options.source)}: ${errorReason(error)}. Name a directory with --source`);
	}

	const destination = await openDestination(options.destination, {source, create: false});
	const existing = destination && await findSet(destination, options.date);
	return {source, destination, existing};
}

/** The entries of the source in batches, each with what the flags make of it. */
export async function * chooseEntries(options: Options, source: Directory, signal?: AbortSignal): AsyncGenerator<readonly Choice[]> {
	const judge = compileRules(options);

	try {
		for await (const batch of scanDirectory(source, signal)) {
			yield batch.map(entry => judge(entry));
		}
	} catch (error) {
		throw error instanceof SourceError
			? new SourceError(`cannot list the source ${displayText(options.source)}: ${error.message}`, {code: error.code, cause: error})
			: error;
	}
}

async function readList(file: string): Promise<Buffer> {
	try {
		return file === '-' ? await buffer(process.stdin) : await readFile(file);
	} catch (error) {
		throw new UsageError(`--files-from cannot read ${displayText(file)}: ${errorReason(error)}`);
	}
}

/** What a run would copy, and what of `--files-from` is not to be had. */
export async function select(options: Options, {source, destination}: Prepared): Promise<{choices: readonly Choice[]} & Pick<ListedEntries, 'unavailable'>> {
	if (options.filesFrom === undefined) {
		const choices: Choice[] = [];

		for await (const batch of chooseEntries(options, source)) {
			choices.push(...batch);
		}

		return {choices, unavailable: []};
	}

	let paths: Buffer[];

	try {
		paths = parseFilesList(await readList(options.filesFrom));
	} catch (error) {
		throw error instanceof RangeError ? new UsageError(error.message) : error;
	}

	if (options.filesCount !== undefined && paths.length !== options.filesCount) {
		throw new UsageError(`--files-from has ${formatCount(paths.length, 'path')}, and --files-count says ${options.filesCount}: it was cut short, or changed`);
	}

	const {entries, unavailable} = await readListedEntries(source, paths, {destination, followSymlinks: options.followSymlinks});
	return {choices: entries.map(entry => ({entry, isSelected: true, isSelectable: true})), unavailable};
}

/** @throws {AlreadyExistsError} If the set of the date is there. */
export function refuseExisting(options: Options, {existing}: Prepared): void {
	if (existing) {
		throw new AlreadyExistsError(options.date);
	}
}

/** The space of the file system that holds the destination, or would. */
export async function readDestinationSpace({destination, reserve}: Options): Promise<Space> {
	let place = destination;

	while (place !== '/' && !await stat(place).then(() => true, () => false)) {
		place = path.dirname(place);
	}

	return readSpace(place, reserve);
}
