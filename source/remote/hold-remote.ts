import type {Directory} from '../files/directory.ts';
import {Lock, LockedError} from '../set/lock/lock.ts';

/**
Takes the lock of those that push from a destination or fetch to it: none of them has to do with backups that are made meanwhile.

@param state The directory for what pushes remember.
@throws {LockedError} If another one is under way.
*/
export async function holdRemote(state: Directory, signal: AbortSignal): Promise<AsyncDisposable> {
	try {
		const lock = await Lock.take(state, 0, signal);
		return {
			async [Symbol.asyncDispose]() {
				await lock.release();
			},
		};
	} catch (error) {
		throw error instanceof LockedError
			? new LockedError('another push or fetch is under way at this destination', {cause: error, remedy: 'Wait until it has ended'})
			: error;
	}
}
