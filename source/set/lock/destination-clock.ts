import {randomBytes} from 'node:crypto';
import {open, unlink} from 'node:fs/promises';
import type {Directory} from '../../files/directory.ts';
import {privateMode} from '../../files/modes.ts';
import {creatingFlags} from '../../files/open-flags.ts';

/**
The time by the clock that dates the files at the destination, which may be a server's: a file is written there, looked at, and removed.

@returns Nanoseconds since 1970; of the clock here if nothing can be written there.
*/
export async function readDestinationClock(destination: Directory): Promise<bigint> {
	const location = destination.at(`.clock.${randomBytes(6).toString('hex')}`);

	try {
		await using handle = await open(location, creatingFlags, privateMode);

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
