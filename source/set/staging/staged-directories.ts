import {mkdir, readdir} from 'node:fs/promises';
import {pathKey, pathOfKey} from '../../files/path-key.ts';
import {
	Directory,
	joinPath,
	parentPaths,
	splitPath,
} from '../../files/directory.ts';
import {atDestination, errorCode} from '../../files/errors.ts';
import {privateDirectoryMode} from '../../files/modes.ts';
import {openOwnDirectory} from '../../files/own.ts';
import {displayName} from '../../text/display-name.ts';

/** The directories below the one where a set grows: each is made once, when the first copy goes into it. */
export class StagedDirectories {
	readonly #root: Directory;
	readonly #known = new Set<string>();
	/** Directories that could not be made, with the error: they are not tried again for every file in them. */
	readonly #refused = new Map<string, unknown>();

	constructor(root: Directory) {
		this.#root = root;
	}

	/** Takes note of one that is there already. */
	add(directory: Buffer): void {
		this.#known.add(pathKey(directory));
	}

	/**
	Makes those that lead to a file.

	@throws The system's error; `EEXIST` if one of them is called differently there: to the file system the names may be the same, but not to
	who reads the set elsewhere.
	*/
	async makeParents(file: Buffer): Promise<void> {
		for (const parent of parentPaths(file)) {
			const name = pathKey(parent);

			if (this.#refused.has(name)) {
				throw this.#refused.get(name);
			}

			if (!this.#known.has(name)) {
				await this.#make(parent);
			}
		}
	}

	/** Makes durable what is called how in all of them, and in the root. */
	async sync(): Promise<void> {
		for (const directory of this.#known) {
			await using opened = await Directory.open(this.#root.at(pathOfKey(directory)));
			await opened.sync();
		}

		await this.#root.sync();
	}

	async #make(directory: Buffer): Promise<void> {
		try {
			await mkdir(this.#root.at(directory), privateDirectoryMode);
		} catch (error) {
			// Made by somebody else for another file just now, or by a call whose answer was lost; or it is another one.
			if (errorCode(error) !== 'EEXIST' || !await this.#isListed(directory)) {
				this.#refused.set(pathKey(directory), error);
				throw error;
			}
		}

		// It is there: what goes wrong with it from here on is not about its name.
		await atDestination(`open ${displayName(directory)}`, async () => {
			const opened = await openOwnDirectory(this.#root, directory, displayName(directory));
			await opened.close();
		});
		this.add(directory);
	}

	/** Whether there is one of this very name, byte for byte. */
	async #isListed(directory: Buffer): Promise<boolean> {
		const name = splitPath(directory).at(-1)!;
		const parent = parentPaths(directory).at(-1);
		const names = await readdir(parent ? this.#root.at(joinPath(parent, Buffer.alloc(0))) : this.#root.self, {encoding: 'buffer', withFileTypes: true});
		return names.some(entry => entry.isDirectory() && entry.name.equals(name));
	}
}
