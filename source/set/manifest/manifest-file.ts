import type {BigIntStats} from 'node:fs';
import {type FileHandle, open} from 'node:fs/promises';
import type {Directory} from '../../files/directory.ts';
import {DestinationError, errorCode, errorReason} from '../../files/errors.ts';
import {readingFlags} from '../../files/open-flags.ts';
import {formatBytes} from '../../text/format.ts';
import {manifestName} from '../names/names.ts';
import {leastLengthOf} from './least-length.ts';

/**
In bytes. It is read as one text, and a text of V8 has some 512 million characters at most; the record of a merge holds it once more, with its quotes
escaped. 300,000 entries with paths of 400 bytes fit.
*/
export const longestManifest = 400 * 1024 * 1024;

const tooLong = (bytes: number, action: string) => new DestinationError(`cannot ${action}: its ${manifestName} would take ${formatBytes(bytes)}, and ${formatBytes(longestManifest)} is the most`, {
	remedy: 'Back up fewer files at once: choose with --include or --exclude, or a source further down, each with a --dest of its own',
});

/** @throws {DestinationError} If it is longer than readers take. */
export function refuseTooLong(bytes: number, action: string): void {
	if (bytes > longestManifest) {
		throw tooLong(bytes, action);
	}
}

/**
Whether the files of a set can be told in a manifest is known before any is copied.

@throws {DestinationError} If they cannot.
*/
export function refuseTooMany(paths: Iterable<Buffer>): void {
	refuseTooLong(leastLengthOf(paths), 'make a set of so many files');
}

/** Why there is no manifest to read, for a person. */
export type ManifestProblem = {readonly problem: string};

/** Result of opening a manifest; `undefined` if there is none. */
export function explainOpening(error: unknown): ManifestProblem | undefined {
	const code = errorCode(error);

	return code === 'ENOENT' ? undefined : {problem: code === 'ELOOP' ? `${manifestName} is a symbolic link` : `${manifestName} cannot be read: ${errorReason(error)}`};
}

/** Problem of an opened manifest before it is read; `undefined` if there is none. */
export function explainStats(stats: BigIntStats): ManifestProblem | undefined {
	if (!stats.isFile()) {
		return {problem: `${manifestName} is not a regular file`};
	}

	return stats.size > longestManifest ? {problem: `${manifestName} is ${formatBytes(Number(stats.size))} long, more than any that this program writes`} : undefined;
}

/** @returns A set's manifest, or why it cannot be read; `undefined` if it has none. */
export async function readManifestBytes(set: Directory): Promise<ManifestProblem | {readonly bytes: Buffer} | undefined> {
	let handle: FileHandle | undefined;

	try {
		handle = await open(set.at(manifestName), readingFlags);
		return explainStats(await handle.stat({bigint: true})) ?? {bytes: await handle.readFile()};
	} catch (error) {
		return explainOpening(error);
	} finally {
		await handle?.close();
	}
}
