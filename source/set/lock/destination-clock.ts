import {randomBytes} from 'node:crypto';
import {constants} from 'node:fs';
import {open, unlink} from 'node:fs/promises';
import type {Directory} from '../../files/directory.ts';
import {privateMode} from '../../files/modes.ts';

const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;

/**
The time by the clock that dates the files at the destination, which may be a server's: a file is written there, looked at, and removed.

@returns Nanoseconds since 1970; of the clock here if nothing can be written there.
*/
export async function readDestinationClock(destination: Directory): Promise<bigint> {
	const location = destination.at(`.clock.${randomBytes(6).toString('hex')}`);

	try {
		await using handle = await open(location, flags, privateMode);

		try {
			await handle.write('\n');
			await handle.datasync();
			const {mtimeNs} = await handle.stat({bigint: true});
			return mtimeNs;
		} finally {
			await unlink(location);
		}
	} catch {
		return BigInt(Date.now()) * 1_000_000n;
	}
}
