import {constants} from 'node:fs';
import {unlink} from 'node:fs/promises';
import type {Directory} from '../../files/directory.ts';
import {errorCode} from '../../files/errors.ts';
import {openOwnFile} from '../../files/own.ts';
import {privateMode} from '../../files/modes.ts';

const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL;

/** Removes a file, if it is there. */
export async function removeIfThere(location: Buffer): Promise<void> {
	await unlink(location).catch((error: unknown) => {
		if (errorCode(error) !== 'ENOENT') {
			throw error;
		}
	});
}

/** Writes a file anew, in place of what an earlier attempt left of it, and syncs it. */
export async function writeFresh(directory: Directory, name: string, content: string | Buffer): Promise<void> {
	await removeIfThere(directory.at(name));
	await using handle = await openOwnFile(directory.at(name), name, flags, privateMode);
	await handle.writeFile(content);
	await handle.sync();
}
