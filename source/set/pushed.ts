import {constants} from 'node:fs';
import {type Directory} from '../files/directory.ts';
import {openOwnDirectory, openOwnFile} from '../files/own.ts';
import {privateMode} from '../files/modes.ts';
import {replaceFile} from '../files/replace-file.ts';
import type {SetOverview} from './catalog.ts';
import {checksumOf} from './checksums.ts';
import {isObject, parseJson} from './manifest/json.ts';
import {readManifestBytes} from './manifest/manifest-file.ts';
import {isDate} from './names/set-names.ts';

/*
What is remembered of the last look at a remote, so that `status` and `prune` need not ask it. The listing of the remote is the truth; this is as old as it says.
*/

/** The directory below the destination for what pushes remember; also where they hold a lock. */
const remoteDirectoryName = '.remote';

/** Each remote has its own. */
const memoryName = (remote: string) => `pushed-${checksumOf(remote).slice(0, 16)}.json`;
const maximumBytes = 4 * 1024 * 1024;

/** What a remote had when it was last looked at. */
export type Pushed = {
	/** `REMOTE:PATH`. */
	readonly remote: string;
	/** When it was looked at. */
	readonly seen: Date;
	/** SHA-256 of the manifests of the sets that were there, by host and date: `HOST/DATE`. */
	readonly sets: ReadonlyMap<string, string>;
};

/** The name of a set in what is remembered. */
export const pushedKey = (host: string, date: string): string => `${host}/${date}`;

/**
Opens the directory for what pushes remember, and makes it if it is not there.

@throws {DestinationError} If it is not this program's own.
@throws The system's error if it cannot be made.
*/
export const openRemoteDirectory = async (destination: Directory): Promise<Directory> => openOwnDirectory(destination, remoteDirectoryName, remoteDirectoryName);

/** @returns `undefined` if nothing was ever pushed to that remote, or nothing is known of it. */
async function read(directory: Directory, remote: string): Promise<Pushed | undefined> {
	await using handle = await openOwnFile(directory.at(memoryName(remote)), memoryName(remote), constants.O_RDONLY);
	const {size} = await handle.stat({bigint: true});
	const json = size <= maximumBytes ? parseJson(await handle.readFile('utf8')) : undefined;

	if (!isObject(json) || json.remote !== remote || typeof json.seen !== 'string' || !isObject(json.sets)) {
		return undefined;
	}

	const seen = new Date(json.seen);
	const sets = Object.entries(json.sets).filter((entry): entry is [string, string] => typeof entry[1] === 'string' && isDate(entry[0].slice(entry[0].lastIndexOf('/') + 1)));
	return Number.isNaN(seen.getTime()) ? undefined : {remote, seen, sets: new Map(sets)};
}

/**
Remembers what a remote has of a host, and what is known of other hosts there. A destination that cannot take it goes without.

@param pushed.sets SHA-256 of the manifests, by date.
*/
export async function rememberPushed(directory: Directory, {remote, host, sets}: {readonly remote: string; readonly host: string; readonly sets: ReadonlyMap<string, string>}): Promise<void> {
	const known = await read(directory, remote).catch(() => undefined);
	const others = [...known?.sets ?? []].filter(([key]) => !key.startsWith(`${host}/`));
	const own = [...sets].map(([date, sum]) => [pushedKey(host, date), sum] as const);
	await replaceFile(directory, memoryName(remote), `${JSON.stringify({remote, seen: new Date(), sets: Object.fromEntries([...others, ...own])})}\n`, {mode: privateMode}).catch(() => undefined);
}

/** @returns `undefined` if nothing was ever pushed from this destination to that remote, or nothing is known of it. */
export async function readPushed(destination: Directory, remote: string): Promise<Pushed | undefined> {
	try {
		await using directory = await destination.openDirectory(remoteDirectoryName);
		return await read(directory, remote);
	} catch {
		return undefined;
	}
}

/** SHA-256 of the manifest that a set had when it was pushed; `undefined` if it was not, as far as is remembered. */
export const pushedSum = ({date, head}: SetOverview, pushed: Pushed | undefined): string | undefined => head && pushed?.sets.get(pushedKey(head.host, date));

/** Whether a set is at a remote as it is here, as far as is remembered. Never rejects. */
export async function isPushed(destination: Directory, overview: SetOverview, pushed: Pushed | undefined): Promise<boolean> {
	const sum = pushedSum(overview, pushed);

	if (sum === undefined) {
		return false;
	}

	try {
		await using set = await destination.openDirectory(overview.date);
		const manifest = await readManifestBytes(set);
		return manifest !== undefined && 'bytes' in manifest && checksumOf(manifest.bytes) === sum;
	} catch {
		return false;
	}
}
