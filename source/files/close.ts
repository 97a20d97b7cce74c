import {closeSync} from 'node:fs';
import type {FileHandle} from 'node:fs/promises';

/*
For what was only read from. An error of `close(2)` there (FUSE and network file systems report anything with it) says nothing of what was read, the
descriptor is free all the same, and nobody can do anything about it.
*/

/** Never rejects. */
export async function closeRead(handle: FileHandle): Promise<void> {
	await handle.close().catch(() => undefined);
}

/** Never throws. */
export function closeReadSync(fd: number): void {
	try {
		closeSync(fd);
	} catch {
		// As above.
	}
}
