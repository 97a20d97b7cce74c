import {pathKey} from '../files/path-key.ts';
import {parentPaths} from '../files/directory.ts';
import {formatOf} from '../formats/formats.ts';
import type {Entry} from '../origin/entry.ts';
import {describeInodes, NoSpaceError, type SpaceWatch} from '../set/space.ts';
import {displayText} from '../text/display-name.ts';
import {formatBytes, formatNumber} from '../text/format.ts';
import {
	estimate,
	estimateText,
	type Judged,
	lackOf,
} from './estimate.ts';
import type {RunOptions} from './run-options.ts';
import {sampleAndEstimate} from './sample.ts';

/** The files that every set needs beside its copies, with some to spare: its directories, manifest, checksums, journal, lock and socket. */
const overheadFiles = 16;

const remedy = 'Make room there, name another place with --dest, or try all the same with --no-space-check';

/** The entries of a planned set, by what happens to them. */
export type Parts = {
	readonly copied?: readonly Entry[];
	/** Unchanged, and linked from an earlier set. */
	readonly linked?: readonly Entry[];
	/** How much compression left of an entry in the newest set, 0–1, where that has it. */
	readonly ratioOf?: (entry: Entry) => number | undefined;
};

/** How many inodes the set takes: one for each copy, and one for each directory that there is something in. */
function filesNeeded({copied = [], linked = []}: Parts): number {
	const directories = new Set([...copied, ...linked].flatMap(({path}) => parentPaths(path)).map(parent => pathKey(parent)));
	return copied.length + directories.size + overheadFiles;
}

/**
Compares what the copies can take with what is free. Only where the worst case does not fit are the files looked into, because log text shrinks to
a tenth, and a backup that would easily fit is the one that a server short of space needs.

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
	const {copied = [], linked = [], ratioOf} = parts;
	const files = filesNeeded(parts);

	if (inodes && files > inodes.free - inodes.reserve) {
		const numbers = `the backup makes up to ${formatNumber(files)} files and directories, some to spare included; ${describeInodes(inodes)}`;
		throw new NoSpaceError(`not enough inodes in ${displayText(options.destinationPath)}: ${numbers}`, remedy);
	}

	const judged: readonly Judged[] = [
		...copied.map(entry => ({entry, ratio: ratioOf?.(entry), isLinked: false})),
		...linked.map(entry => ({entry, ratio: undefined, isLinked: true})),
	];

	if (lackOf(estimate(judged.map(file => ({...file, ratio: undefined})), formatOf(options.format).mostBytes), space) === 0) {
		return;
	}

	const needed = await sampleAndEstimate(options.source, judged, options);
	const lack = lackOf(needed, space);

	if (lack > 0) {
		const numbers = `the backup needs ${estimateText(needed)}; ${formatBytes(free)} are free, of which ${formatBytes(reserve)} must stay free (--reserve): ${formatBytes(lack)} too little`;
		throw new NoSpaceError(`not enough space in ${displayText(options.destinationPath)}: ${numbers}`, remedy);
	}
}
