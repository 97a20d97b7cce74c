import {type BigIntStats, constants} from 'node:fs';
import {type FileHandle, open} from 'node:fs/promises';
import type {Directory} from '../../files/directory.ts';
import {errorCode, errorReason} from '../../files/errors.ts';
import {formatBytes} from '../../text/format.ts';
import {manifestName} from '../names.ts';

/** Even 50,000 entries take a quarter of it; what is longer is not ours. */
const maximumBytes = 128 * 1024 * 1024;

/** `O_NONBLOCK`: whatever stands in a manifest's place, opening it must not wait. */
export const manifestFlags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK | constants.O_NOCTTY;

/** Why there is no manifest to read, for a person. */
export type ManifestProblem = {readonly problem: string};

/** What an attempt to open a manifest came to; `undefined` if there is none at all. */
export function explainOpening(error: unknown): ManifestProblem | undefined {
	const code = errorCode(error);

	return code === 'ENOENT' ? undefined : {problem: code === 'ELOOP' ? `${manifestName} is a symbolic link` : `${manifestName} cannot be read: ${errorReason(error)}`};
}

/** What is wrong with an opened manifest before it is read; `undefined` if nothing. */
export function explainStats(stats: BigIntStats): ManifestProblem | undefined {
	if (!stats.isFile()) {
		return {problem: `${manifestName} is no regular file`};
	}

	return stats.size > maximumBytes ? {problem: `${manifestName} is ${formatBytes(Number(stats.size))} long, more than any that this program writes`} : undefined;
}

/** @returns A set's manifest, or why it cannot be read; `undefined` if it has none. */
export async function readManifestBytes(set: Directory): Promise<ManifestProblem | {readonly bytes: Buffer} | undefined> {
	let handle: FileHandle | undefined;

	try {
		handle = await open(set.at(manifestName), manifestFlags);
		return explainStats(await handle.stat({bigint: true})) ?? {bytes: await handle.readFile()};
	} catch (error) {
		return explainOpening(error);
	} finally {
		await handle?.close();
	}
}
