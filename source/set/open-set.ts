import {readdir} from 'node:fs/promises';
import {pathKey} from '../files/path-key.ts';
import {type Directory, joinPath} from '../files/directory.ts';
import type {Stored} from '../compression/format-names.ts';
import {formatOfName} from '../formats/formats.ts';
import {DestinationError, errorCode, errorReason} from '../files/errors.ts';
import {describeSet, type SetOverview} from './catalog.ts';
import {readCopyJournal} from './manifest/journal.ts';
import {coverageProblems, readCheckedManifest} from './checked-manifest.ts';
import {type DecodedManifest, decodeManifest} from './manifest/manifest-reader.ts';
import type {CopyRecord, MissingRecord} from './manifest/manifest.ts';
import {checksumsName, manifestName, workName} from './names/names.ts';
import {directoryName, type SetName} from './names/set-names.ts';

/** Deeper than any log directory; each level takes a descriptor while it is listed. */
const maximumDepth = 200;

/** A copy in a set. */
export type SetFile = {
	/** Bytes of the path relative to the source. Without a manifest, what the name of the copy says it was. */
	readonly path: Buffer;
	/** Bytes of the path relative to the set. */
	readonly file: Buffer;
	readonly stored: Stored;
	/** The manifest's record; missing where there is no manifest, or it does not have this file. */
	readonly record?: CopyRecord;
};

/** Something that is in a set's directory, whatever its manifest says. */
export type FoundFile = {
	/** Relative to the set. */
	readonly file: Buffer;
	readonly kind: 'file' | 'directory' | 'other';
};

/** A set whose files can be read. Close its directory after use. */
export type OpenedSet = SetOverview & {
	readonly directory: Directory;
	/** Sorted by path. */
	readonly files: readonly SetFile[];
	readonly missing: readonly MissingRecord[];
	/** Problems with its manifest, for a person; none if it is sound, or there is none. */
	readonly problems: readonly string[];
	/** Why nothing tells whether its manifest is as it was written, for a person; missing where something does. */
	readonly doubt?: string;
};

/**
All that is below a set's directory, but its own work directory. Links are named, never followed.

@throws The system's error, if a directory cannot be listed.
*/
export async function listFound(set: Directory): Promise<FoundFile[]> {
	const found: FoundFile[] = [];

	const list = async (directory: Directory, below: Buffer | undefined, depth: number) => {
		for (const entry of await readdir(directory.self, {encoding: 'buffer', withFileTypes: true})) {
			const file = below ? joinPath(below, entry.name) : entry.name;

			if (!below && pathKey(entry.name) === workName) {
				continue;
			}

			const kind = entry.isFile() ? 'file' : (entry.isDirectory() ? 'directory' : 'other');
			found.push({file, kind});

			if (kind !== 'directory' || depth === maximumDepth) {
				continue;
			}

			await using inner = await directory.openDirectory(entry.name);
			await list(inner, file, depth + 1);
		}
	};

	await list(set, undefined, 0);
	return found;
}

/** Whether a path relative to a set is one of the files that describe it. */
export const isOwnFile = (file: Buffer): boolean => [manifestName, checksumsName].includes(pathKey(file));

/** Copies that no manifest lists, guessed by their names: `syslog.gz` is one of `syslog`. */
function guessFiles(found: readonly FoundFile[], known: readonly CopyRecord[]): SetFile[] {
	const files = new Set(known.map(({file}) => pathKey(file)));
	return found.filter(({file, kind}) => kind === 'file' && !isOwnFile(file) && !files.has(pathKey(file))).map(({file}) => {
		const format = formatOfName(file);
		return format ? {file, path: file.subarray(0, -format.suffix.length), stored: format.name} : {file, path: file, stored: 'as-is'};
	});
}

const toFile = (record: CopyRecord): SetFile => ({
	path: record.path, file: record.file, stored: record.stored, record,
});

type Description = Pick<OpenedSet, 'problems' | 'doubt'> & {readonly decoded?: DecodedManifest};

/** Content of a set's manifest, as far as it can be relied on. */
async function readDescription(set: Directory, {state, problem}: SetOverview): Promise<Description> {
	const manifest = await readCheckedManifest(set);

	if (!manifest) {
		return {problems: state !== 'foreign' && problem !== undefined ? [problem] : []};
	}

	if ('problem' in manifest) {
		return {problems: [manifest.problem]};
	}

	if (state === 'foreign') {
		return {problems: []};
	}

	// It could be wrong anywhere, and wrong owners and modes let somebody in.
	if (manifest.coverage === 'rotten') {
		return {problems: [coverageProblems.rotten]};
	}

	const decoded = decodeManifest(manifest.text);
	return {decoded, problems: decoded.problems, ...(manifest.coverage === 'uncovered' && {doubt: coverageProblems.uncovered})};
}

async function readFiles(set: Directory, overview: SetOverview): Promise<Pick<OpenedSet, 'files' | 'missing' | 'problems' | 'doubt'>> {
	const {decoded, problems, doubt} = await readDescription(set, overview);
	const copies = overview.isStaging ? await readCopyJournal(set) : decoded?.copies ?? [];
	const isSure = decoded !== undefined && problems.length === 0;
	const found = isSure ? [] : await listFound(set);
	return {
		files: [...copies.map(copy => toFile(copy)), ...guessFiles(found, copies)].toSorted((one, other) => one.path.compare(other.path)),
		missing: decoded?.missing ?? [],
		problems: overview.isStaging ? [] : problems,
		...(doubt !== undefined && !overview.isStaging && {doubt}),
	};
}

/** @returns `undefined` if it is gone. */
async function openSetDirectory(destination: Directory, name: SetName): Promise<Directory | undefined> {
	try {
		return await destination.openDirectory(directoryName(name));
	} catch (error) {
		if (errorCode(error) === 'ENOENT') {
			return undefined;
		}

		throw new DestinationError(`cannot open the set ${directoryName(name)}: ${errorReason(error)}`, {code: errorCode(error), cause: error});
	}
}

/**
Opens a set with all that its manifest says. Where that is damaged or missing, the names of the files there stand in for it: whatever is whole can
still be got at.

@param isRunning Whether a run holds the lock.
@returns `undefined` if there is no such set.
@throws {DestinationError} If it cannot be opened or listed.
*/
export async function openSet(destination: Directory, name: SetName, isRunning: boolean): Promise<OpenedSet | undefined> {
	const overview = describeSet(destination, name, isRunning);
	const directory = overview && await openSetDirectory(destination, name);

	if (!directory) {
		return undefined;
	}

	try {
		const files = await readFiles(directory, overview);
		const [problem] = files.problems;
		const state = problem === undefined || overview.state === 'empty' ? overview : {...overview, state: 'damaged' as const, problem};
		return {...state, ...files, directory};
	} catch (error) {
		await directory.close();
		throw new DestinationError(`cannot read the set ${directoryName(name)}: ${errorReason(error)}`, {cause: error});
	}
}
