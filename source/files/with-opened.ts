import {closeSync, openSync} from 'node:fs';

/**
Opens a file or directory for as long as the action takes, synchronously.

@param flags As of open(2).
@throws The system's error, and what the action throws.
*/
export function withOpened<Result>(path: Buffer, flags: number, action: (descriptor: number) => Result): Result {
	const descriptor = openSync(path, flags);

	try {
		return action(descriptor);
	} finally {
		closeSync(descriptor);
	}
}
