import {readdir, rmdir, unlink} from 'node:fs/promises';
import {type Directory, joinPath} from './directory.ts';
import {errorCode} from './errors.ts';

export type Removal = {
	/** How many files were removed. */
	readonly removed: number;
	/** Directories that stay because something in them does, relative to the root, innermost first. */
	readonly remaining: readonly Buffer[];
};

/**
Removes all files below an opened directory but those that `isKept` (given the path relative to it) wants, and every directory that is empty
then. Links are removed, never followed. Rejects with the system's error.
*/
export async function removeTree(root: Directory, isKept: (path: Buffer) => boolean, below?: Buffer): Promise<Removal> {
	const remaining: Buffer[] = [];
	let removed = 0;

	for (const entry of await readdir(below ? root.at(below) : root.self, {encoding: 'buffer', withFileTypes: true})) {
		const path = below ? joinPath(below, entry.name) : entry.name;

		if (!entry.isDirectory()) {
			if (!isKept(path)) {
				await unlink(root.at(path));
				removed++;
			}

			continue;
		}

		const inner = await removeTree(root, isKept, path);
		removed += inner.removed;
		remaining.push(...inner.remaining);

		try {
			await rmdir(root.at(path));
		} catch (error) {
			if (errorCode(error) !== 'ENOTEMPTY') {
				throw error;
			}

			remaining.push(path);
		}
	}

	return {removed, remaining};
}

/** Removes a directory with all that is in it. Resolves with how many files that was; rejects with the system's error. */
export async function removeDirectory(parent: Directory, name: string): Promise<number> {
	await using root = await parent.openDirectory(name);
	const {removed} = await removeTree(root, () => false);
	await rmdir(parent.at(name));
	return removed;
}
