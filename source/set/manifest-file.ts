import {constants} from 'node:fs';
import {type FileHandle, open} from 'node:fs/promises';
import type {Directory} from '../files/directory.ts';
import {errorCode, errorReason} from '../files/errors.ts';
import {formatBytes} from '../text/format.ts';
import {decodeBeginning, decodeManifest, type DecodedHead} from './manifest-reader.ts';
import {manifestName} from './names.ts';

/** Even 50,000 entries take a quarter of it; what is longer is not ours. */
const maximumBytes = 128 * 1024 * 1024;

/** The beginning of any manifest but one with a path as long as they get. */
const beginningBytes = 4096;

/** How a manifest ends: with or without entries. */
const endings = ['\n\t]\n}\n', '[]\n}\n'] as const;

const endingBytes = 8;

/** Why there is none to read. */
export type ManifestProblem = {readonly problem: string};

type Opened = {readonly handle: FileHandle; readonly size: number};

const readFlags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK | constants.O_NOCTTY;

/** @returns `undefined` if the set has none at all. */
async function openManifest(set: Directory): Promise<Opened | ManifestProblem | undefined> {
	let handle: FileHandle;

	try {
		handle = await open(set.at(manifestName), readFlags);
	} catch (error) {
		const code = errorCode(error);
		return code === 'ENOENT' ? undefined : {problem: code === 'ELOOP' ? `${manifestName} is a symbolic link` : `${manifestName} cannot be opened: ${errorReason(error)}`};
	}

	const stats = await handle.stat();

	if (stats.isFile() && stats.size <= maximumBytes) {
		return {handle, size: stats.size};
	}

	await handle.close();
	return {
		problem: stats.isFile()
			? `${manifestName} is ${formatBytes(stats.size)} long, more than any that this program writes`
			: `${manifestName} is no regular file`,
	};
}

async function withManifest<Result>(set: Directory, action: (opened: Opened) => Promise<Result>): Promise<Result | ManifestProblem | undefined> {
	const opened = await openManifest(set);

	if (!opened || 'problem' in opened) {
		return opened;
	}

	await using _ = opened.handle;

	try {
		return await action(opened);
	} catch (error) {
		return {problem: `${manifestName} cannot be read: ${errorReason(error)}`};
	}
}

/** @returns The text of a set's manifest, or why it cannot be read; `undefined` if it has none. */
export const readManifestText = async (set: Directory): Promise<ManifestProblem | {readonly text: string} | undefined> =>
	withManifest(set, async ({handle}) => ({text: await handle.readFile('utf8')}));

async function readAt(handle: FileHandle, position: number, length: number): Promise<string> {
	const {buffer, bytesRead} = await handle.read(Buffer.allocUnsafe(length), 0, length, position);
	return buffer.toString('utf8', 0, bytesRead);
}

async function readWholeHead(handle: FileHandle): Promise<DecodedHead> {
	const {head, problems} = decodeManifest(await handle.readFile('utf8'));
	return head ? {head} : {problem: problems[0] ?? 'its beginning is missing'};
}

/**
Reads what stands at the top of a set's manifest, without the entries: two reads, whatever the size of the set. That a manifest is whole to its end
is looked at, what is in the middle is not.

@returns What it says, or what is wrong with it; `undefined` if the set has none.
*/
export const readManifestHead = async (set: Directory): Promise<DecodedHead | undefined> => withManifest(set, async ({handle, size}) => {
	const decoded = decodeBeginning(await readAt(handle, 0, beginningBytes)) ?? await readWholeHead(handle);

	if ('problem' in decoded) {
		return {...decoded, problem: `${manifestName}: ${decoded.problem}`};
	}

	const ending = await readAt(handle, Math.max(0, size - endingBytes), endingBytes);

	if (endings.some(text => ending.endsWith(text))) {
		return decoded;
	}

	// Laid out otherwise, it may still be whole.
	const [problem] = decodeManifest((await readAt(handle, 0, size))).problems;
	return problem === undefined ? decoded : {problem: `${manifestName}: ${problem}`};
});
