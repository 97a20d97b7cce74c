import {writeSync} from 'node:fs';
import fs from 'node:fs/promises';
import path from 'node:path';
import {patience} from './environment.ts';
import {run} from './run.ts';

/** Waits for what the kernel announces to nobody (a file to appear, a process to be gone), for a bounded time. */
export async function until<Value>(
	what: string,
	probe: () => Promise<Value | false | null | undefined> | Value | false | null | undefined,
	{timeout = patience}: {readonly timeout?: number} = {},
): Promise<Value> {
	const deadline = Date.now() + timeout;

	for (;;) {
		const value = await probe();

		if (value !== false && value !== null && value !== undefined) {
			return value;
		}

		if (Date.now() > deadline) {
			throw new Error(`Waiting for ${what}: nothing of the kind in ${timeout} ms`);
		}

		await new Promise(resolve => {
			setTimeout(resolve, 20);
		});
	}
}

export async function exists(file: string | Buffer): Promise<boolean> {
	try {
		await fs.lstat(file);
		return true;
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
			return false;
		}

		throw error;
	}
}

/**
Makes a file work for a run, without a disk to fill: zeros, of which hardly any take space, but in so many pieces that no more than a thousand of the
holes between them are left out.

@param file Is there.
@param size In bytes.
@param stride From one piece to the next, in bytes.
*/
export async function makeLaced(file: string | Buffer, size: number, stride: number): Promise<void> {
	const handle = await fs.open(file, 'r+');
	const block = Buffer.alloc(4096);

	try {
		for (let position = 0; position < size; position += stride) {
			writeSync(handle.fd, block, 0, block.length, position);
		}

		await handle.truncate(size);
		// Until it is on disk, some file systems report no blocks.
		await handle.sync();
	} finally {
		await handle.close();
	}
}

/** All that is in a directory, with what would tell that it was touched. */
export async function listTree(directory: string): Promise<string[]> {
	const names = await fs.readdir(directory, {recursive: true});
	const rows = names.map(async name => {
		const {mode, size, mtimeNs, ctimeNs, ino} = await fs.lstat(path.join(directory, name), {bigint: true});
		return [name, mode, size, mtimeNs, ctimeNs, ino].join(' ');
	});
	return (await Promise.all(rows)).toSorted();
}

/** Puts a copy of a tree, with all that `cp -a` keeps, in the place of another one; without a first tree, the place is left empty. */
export async function replaceTree(place: string, original?: string): Promise<void> {
	await fs.rm(place, {recursive: true, force: true});

	if (original !== undefined) {
		await run('cp', ['-a', '--', original, place]);
	}
}
