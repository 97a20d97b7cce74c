import {setTimeout} from 'node:timers/promises';
import type {Directory} from '../../files/directory.ts';
import {openOwnDirectory} from '../../files/own.ts';
import {flock} from '../lock/kernel-lock.ts';
import {LockedError} from '../lock/lock.ts';

/** Time that a run may need to see that it has lost its lock, and to stop; and the interval of checks; in milliseconds. */
const patience = 10_000;
const pollInterval = 100;

/**
Opens a staging directory, or makes it, and locks it for as long as it is open: should the lock file be removed under a run, it still shares what it
fills with nobody. Where the kernel locks no directories, that is left to the lock file.

@throws {LockedError} If a run is filling it, and goes on doing so.
@throws {DestinationError} If it is none of this program's.
@throws The system's error.
*/
export async function claimStaging(destination: Directory, name: string): Promise<Directory> {
	const staging = await openOwnDirectory(destination, name, name);

	try {
		const deadline = performance.now() + patience;

		while (await flock(staging.fd) === 'held') {
			if (performance.now() > deadline) {
				throw new LockedError(`another run is filling ${name}, though its lock file was removed`, {
					remedy: 'Wait until it has ended, or see with "fuser -v" on that directory who it is, and stop it',
				});
			}

			await setTimeout(pollInterval);
		}

		return staging;
	} catch (error) {
		await staging.close();
		throw error;
	}
}
