import {
	readdir,
	rmdir,
	unlink,
} from 'node:fs/promises';
import {type Directory, joinPath} from './directory.ts';
import {DestinationError, errorCode} from './errors.ts';
import {type FileIdentity, isSameFile} from './identity.ts';

export type Removal = {
	/** Number of files removed. */
	readonly removed: number;
	/** Directories that stay because something in them does, relative to the root, innermost first. */
	readonly remaining: readonly Buffer[];
};

/** A directory on the way to the one that is open. */
type Level = {
	/** Relative to the root; missing for the root itself. */
	readonly path: Buffer | undefined;
	readonly name: Buffer;
	readonly identity: FileIdentity;
	/** Directories in it that are still to be emptied. */
	readonly inner: Buffer[];
};

/**
Empties a tree from its leaves. Only one directory is open at a time, and no call gets more than one name, so that neither depth nor length of the paths
matters: whoever can make files in a source can make paths that no system call takes whole.
*/
class TreeRemoval {
	readonly #isKept: (path: Buffer) => boolean;
	readonly #remaining: Buffer[] = [];
	readonly #levels: Level[] = [];
	#removed = 0;
	#current: Directory;

	constructor(root: Directory, isKept: (path: Buffer) => boolean) {
		this.#current = root;
		this.#isKept = isKept;
	}

	async run(): Promise<Removal> {
		// One of its own, to be closed like the others.
		this.#current = await this.#current.openDirectory('.');

		try {
			await this.#empty(undefined, Buffer.alloc(0));

			while (this.#levels.length > 0) {
				const level = this.#levels.at(-1)!;
				const name = level.inner.pop();
				await (name ? this.#enter(level, name) : this.#leave());
			}
		} finally {
			await this.#current.close();
		}

		return {removed: this.#removed, remaining: this.#remaining};
	}

	/** Removes the files of the current directory, and takes note of the directories in it. */
	async #empty(path: Buffer | undefined, name: Buffer): Promise<void> {
		const inner: Buffer[] = [];

		for (const entry of await readdir(this.#current.self, {encoding: 'buffer', withFileTypes: true})) {
			if (entry.isDirectory()) {
				inner.push(entry.name);
			} else if (!this.#isKept(path ? joinPath(path, entry.name) : entry.name)) {
				await unlink(this.#current.at(entry.name));
				this.#removed++;
			}
		}

		this.#levels.push({
			path, name, inner, identity: await this.#current.identity(),
		});
	}

	async #enter(level: Level, name: Buffer): Promise<void> {
		await this.#moveTo(name);
		await this.#empty(level.path ? joinPath(level.path, name) : name, name);
	}

	/** Goes up, and removes the directory that it comes from, if that is empty. */
	async #leave(): Promise<void> {
		const {path, name} = this.#levels.pop()!;
		const outer = this.#levels.at(-1);

		if (!outer) {
			return;
		}

		await this.#moveTo('..');

		if (!isSameFile(await this.#current.identity(), outer.identity)) {
			throw new DestinationError('a directory was moved elsewhere while it was being removed: nothing else was touched', {remedy: 'Try again'});
		}

		try {
			await rmdir(this.#current.at(name));
		} catch (error) {
			if (errorCode(error) !== 'ENOTEMPTY') {
				throw error;
			}

			this.#remaining.push(path!);
		}
	}

	async #moveTo(name: string | Buffer): Promise<void> {
		const next = await this.#current.openDirectory(name);
		await this.#current.close();
		this.#current = next;
	}
}

/**
Removes all files below an opened directory but those that `isKept` (given the path relative to it) wants, and every directory that is empty
then. Links are removed, never followed. Rejects with the system's error.
*/
export const removeTree = async (root: Directory, isKept: (path: Buffer) => boolean): Promise<Removal> => new TreeRemoval(root, isKept).run();

/** Removes a directory with all that is in it. Resolves with how many files that was; rejects with the system's error. */
export async function removeDirectory(parent: Directory, name: string): Promise<number> {
	await using root = await parent.openDirectory(name);
	const {removed} = await removeTree(root, () => false);
	await rmdir(parent.at(name));
	return removed;
}
