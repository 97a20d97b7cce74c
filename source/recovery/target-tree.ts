import {mkdir, rmdir} from 'node:fs/promises';
import {pathKey, pathOfKey} from '../files/path-key.ts';
import {
	type Directory,
	inParent,
	parentPaths,
	splitPath,
} from '../files/directory.ts';
import {DestinationError, errorCode} from '../files/errors.ts';
import {type FileIdentity, isSameFile} from '../files/identity.ts';
import {privateDirectoryMode} from '../files/modes.ts';
import {displayName} from '../text/display-name.ts';
import {TargetNames} from './target-names.ts';

const separator = Buffer.from('/');

/** The directory that a path is in; empty for the root. */
const parentOf = (file: Buffer): Buffer => parentPaths(file).at(-1) ?? Buffer.alloc(0);

/** Why a directory on the way could not be opened, in words that fit it. */
function explainStep(error: unknown, part: Buffer): Error {
	const isNoDirectory = ['ELOOP', 'ENOTDIR'].includes(errorCode(error) ?? '');
	return isNoDirectory ? new DestinationError(`${displayName(part)} is in the way: not a directory, or a symbolic link`) : error as Error;
}

/** Directories that were made for a file: the last `count` on a path. */
type MadeDirectories = {readonly path: Buffer; readonly count: number};

/** The first components of a path. */
const joined = (parts: readonly Buffer[], count: number): Buffer =>
	Buffer.concat(parts.slice(0, count).flatMap((part, index) => index === 0 ? [part] : [separator, part]));

/**
The directories below an opened one, reached one component at a time, so that no link leads out, and neither depth nor length of a path matters. Rejects with
the system's error, or says what is in the way.
*/
export class TargetTree {
	/** Names given in the target. */
	readonly names = new TargetNames();
	readonly #root: Directory;
	readonly #backups: FileIdentity | undefined;
	readonly #made: MadeDirectories[] = [];
	/** Directories that got new names, one character a byte; the empty one is the root. */
	readonly #changed = new Set<string>();
	#isMadeLeft = false;

	constructor(root: Directory, backups: FileIdentity | undefined) {
		this.#root = root;
		this.#backups = backups;
	}

	/** Whether nothing in it got a name that is still there. */
	get isUnchanged(): boolean {
		return this.#changed.size === 0 && !this.#isMadeLeft;
	}

	/**
	Opens the directory that a file is in. The caller closes it.

	@param create Whether directories on the way are made, with mode 0700.
	@returns `undefined` if it is not there, and is not to be made.
	*/
	async openParent(file: Buffer, create: boolean): Promise<Directory | undefined> {
		return this.#walk(splitPath(parentOf(file)), create);
	}

	/** Remembers that a file got its name, for `finish`. */
	noteChange(file: Buffer): void {
		this.#changed.add(pathKey(parentOf(file)));
	}

	/** Removes directories that were made and are empty, and makes all new names survive a power failure: those of directories, too. */
	async finish(): Promise<void> {
		for (const made of this.#made.toSorted((one, other) => other.path.length - one.path.length)) {
			await this.#removeEmpty(made);
		}

		for (const made of this.#made) {
			await this.#syncNames(made);
		}

		for (const changed of this.#changed) {
			await using directory = await this.#walk(splitPath(pathOfKey(changed)), false);
			await directory?.sync();
		}
	}

	async #removeEmpty({path, count}: MadeDirectories): Promise<void> {
		const parts = splitPath(path);
		let parent = await this.openParent(path, false).catch(() => undefined);

		try {
			for (let depth = parts.length; parent && depth > parts.length - count; depth--) {
				await rmdir(parent.at(parts[depth - 1]!));
				const outer: Directory = await parent.openDirectory('..');
				await parent.close();
				parent = outer;
			}
		} catch {
			// Something is in it, as it should be.
			this.#isMadeLeft = true;
		} finally {
			await parent?.close();
		}
	}

	async #syncNames({path, count}: MadeDirectories): Promise<void> {
		const parts = splitPath(path);
		const first = parts.length - count;
		let depth = 0;

		if (first === 0) {
			await this.#root.sync();
		}

		try {
			await inParent(this.#root, path, async () => undefined, async directory => {
				depth++;

				if (depth >= first) {
					await directory.sync();
				}
			});
		} catch (error) {
			// Made for nothing, and gone again.
			if (errorCode(error) !== 'ENOENT') {
				throw error;
			}
		}
	}

	/** @returns `undefined` if it is not there, and is not to be made. */
	async #walk(parts: readonly Buffer[], create: boolean): Promise<Directory | undefined> {
		let current = await this.#root.openDirectory('.');
		let firstMade: number | undefined;
		let depth = 0;

		try {
			for (const part of parts) {
				const next = await this.#step(current, part, create);

				if (!next) {
					await current.close();
					return undefined;
				}

				await using outer = current;
				current = next.directory;
				depth++;
				firstMade ??= next.isMade ? depth : undefined;
				const found = await current.identity();

				if (this.#backups && isSameFile(found, this.#backups)) {
					throw new DestinationError(`${displayName(joined(parts, depth))} is where the backups are`);
				}

				await this.names.checkDirectory(outer, part, {found, isMade: next.isMade});
			}

			return current;
		} catch (error) {
			await current.close();
			throw explainStep(error, joined(parts, depth + 1));
		} finally {
			if (firstMade !== undefined) {
				this.#made.push({path: joined(parts, depth), count: depth - firstMade + 1});
			}
		}
	}

	/** @returns `undefined` if it is not there, and is not to be made. */
	async #step(parent: Directory, part: Buffer, create: boolean): Promise<{readonly directory: Directory; readonly isMade: boolean} | undefined> {
		try {
			return {directory: await parent.openDirectory(part), isMade: false};
		} catch (error) {
			if (errorCode(error) !== 'ENOENT') {
				throw error;
			}
		}

		if (!create) {
			return undefined;
		}

		let isMade = true;

		try {
			await mkdir(parent.at(part), privateDirectoryMode);
		} catch (error) {
			// Made by another worker just now.
			if (errorCode(error) !== 'EEXIST') {
				throw error;
			}

			isMade = false;
		}

		return {directory: await parent.openDirectory(part), isMade};
	}
}
