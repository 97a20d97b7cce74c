import {pathKey} from '../files/path-key.ts';
import {parentPaths} from '../files/directory.ts';
import type {Entry} from '../origin/entry.ts';
import {checksumLength} from '../set/checksums.ts';
import {leastLengthOf} from '../set/manifest/manifest-file.ts';
import {describeInodes, NoSpaceError, type SpaceWatch} from '../set/space.ts';
import {displayText} from '../text/display-name.ts';
import {formatBytes, formatNumber} from '../text/format.ts';
import {predictAll, worstCaseOf} from './estimate.ts';
import type {RunOptions} from './run-options.ts';

/** Inodes and bytes that every set needs beside its copies, with some to spare: directories, manifest, checksums, journal, lock and socket. */
const overheadFiles = 16;

const remedy = 'Make room there, name another place with --dest, or try all the same with --no-space-check';

/** Copies and links that a set will consist of. */
export type Parts = {
	readonly copied?: readonly Entry[];
	/** Unchanged, and linked from an earlier set. */
	readonly linked?: readonly Entry[];
};

/** Inodes that the set takes: one for each copy, and one for each directory that is not empty. */
function filesNeeded({copied = [], linked = []}: Parts): number {
	const directories = new Set([...copied, ...linked].flatMap(({path}) => parentPaths(path)).map(parent => pathKey(parent)));
	return copied.length + directories.size + overheadFiles;
}

/** Bytes that links take in manifest and checksums. Those of copies are in the estimate of each. */
const spaceOfLinks = (paths: readonly Buffer[]): number =>
	leastLengthOf(paths) + paths.reduce((bytes, path) => bytes + checksumLength + path.length, 0);

/**
Compares what the copies can take with what is free. Only where the worst case does not fit are the files looked into, because log text shrinks to
a tenth, and a backup that would easily fit is the one that a server short of space needs.

@param options
@param parts
@param watch `undefined`: the space does not matter.
@throws {NoSpaceError} If they will probably not fit, or are more files than the file system can hold.
@throws {DestinationError} If the file system cannot be asked what is free.
*/
export async function refuseWithoutSpace(options: Pick<RunOptions, 'source' | 'destinationPath' | 'format' | 'level'>, parts: Parts, watch: SpaceWatch | undefined): Promise<void> {
	if (!watch) {
		return;
	}

	const space = await watch.read();

	if (!space) {
		return;
	}

	const {free, reserve, inodes} = space;
	const {copied = [], linked = []} = parts;
	const files = filesNeeded(parts);

	if (inodes && files > inodes.free - inodes.reserve) {
		const numbers = `the backup makes up to ${formatNumber(files)} files and directories, some to spare included; ${describeInodes(inodes)}`;
		throw new NoSpaceError(`not enough inodes in ${displayText(options.destinationPath)}: ${numbers}`, remedy);
	}

	const usable = free - reserve;
	const described = spaceOfLinks(linked.map(({path}) => path));

	if (worstCaseOf(copied, options.format) + described <= usable) {
		return;
	}

	const needed = await predictAll(options.source, copied, options) + described;

	if (needed > usable) {
		const numbers = `the backup needs about ${formatBytes(needed)}; ${formatBytes(free)} are free, of which ${formatBytes(reserve)} must stay free (--reserve)`;
		throw new NoSpaceError(`not enough space in ${displayText(options.destinationPath)}: ${numbers}`, remedy);
	}
}
