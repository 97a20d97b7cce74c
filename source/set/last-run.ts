import {constants} from 'node:fs';
import {rename, unlink} from 'node:fs/promises';
import type {Directory} from '../files/directory.ts';
import {openOwnFile} from '../files/own.ts';
import {privateMode} from '../files/modes.ts';
import {isObject} from './manifest/json.ts';
import {decodeOrigin} from './manifest/manifest-head.ts';
import {isOf, type Origin, type Whose} from './names/provenance.ts';

const lastRunName = '.last-run.json';
const draftName = '.last-run.tmp';
const maximumBytes = 64 * 1024;

/** End of the last run, if it left no set that could tell. */
export type LastRun = {
	/** ISO 8601. */
	readonly ended: string;
	readonly code: number;
	/** For a person. */
	readonly message: string;
	/** Host and source of the run. */
	readonly origin?: Origin;
};

/** Remembers it for the next start of the screens; `undefined` forgets. A destination that cannot take it goes without. */
export async function writeLastRun(destination: Directory, lastRun: LastRun | undefined): Promise<void> {
	try {
		await unlink(destination.at(draftName)).catch(() => undefined);

		if (!lastRun) {
			await unlink(destination.at(lastRunName)).catch(() => undefined);
			return;
		}

		await using handle = await openOwnFile(destination.at(draftName), draftName, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, privateMode);
		await handle.writeFile(`${JSON.stringify(lastRun)}\n`);
		await rename(destination.at(draftName), destination.at(lastRunName));
	} catch {
		// On a full or failing disk: what it says has been printed and logged as well.
	}
}

/** @returns `undefined` if the last run made a set, was not one of `own`, or nothing is known of it. */
export async function readLastRun(destination: Directory, own: Whose): Promise<LastRun | undefined> {
	try {
		await using handle = await openOwnFile(destination.at(lastRunName), lastRunName, constants.O_RDONLY);
		const {buffer, bytesRead} = await handle.read(Buffer.alloc(maximumBytes), 0, maximumBytes, 0);
		const {ended, code, message, origin} = JSON.parse(buffer.toString('utf8', 0, bytesRead)) as Partial<LastRun>;
		const isOwn = isOf(isObject(origin) ? decodeOrigin(origin) : undefined, own);
		return isOwn && typeof ended === 'string' && typeof code === 'number' && typeof message === 'string' && !Number.isNaN(Date.parse(ended))
			? {ended, code, message}
			: undefined;
	} catch {
		return undefined;
	}
}
