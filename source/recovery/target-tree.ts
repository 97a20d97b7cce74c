import {mkdir, rmdir} from 'node:fs/promises';
import {
	type Directory,
	joinPath,
	parentPaths,
	splitPath,
} from '../files/directory.ts';
import {DestinationError, errorCode} from '../files/errors.ts';
import {type FileIdentity, isSameFile} from '../files/identity.ts';
import {privateDirectoryMode} from '../files/modes.ts';
import {displayName} from '../text/display-name.ts';

/** As deep as a backup goes into directories. */
const deepest = 100;

const key = (location: Buffer) => location.toString('latin1');

/** The directory that a path is in; empty for the root. */
const parentOf = (file: Buffer): Buffer => parentPaths(file).at(-1) ?? Buffer.alloc(0);

/** Why a directory on the way could not be opened, in words that fit it. */
function explainStep(error: unknown, part: Buffer): Error {
	const isNoDirectory = ['ELOOP', 'ENOTDIR'].includes(errorCode(error) ?? '');
	return isNoDirectory ? new DestinationError(`${displayName(part)} is in the way: it is no directory, or a link to one`) : error as Error;
}

/** The directories below an opened one, reached one component at a time, so that no link leads out. Rejects with the system's error, or says what is in the way. */
export class TargetTree {
	readonly #root: Directory;
	readonly #backups: FileIdentity;
	/** Directories that were made here, and those that got new names, one character a byte; the empty one is the root. */
	readonly #made = new Set<string>();
	readonly #changed = new Set<string>();

	constructor(root: Directory, backups: FileIdentity) {
		this.#root = root;
		this.#backups = backups;
	}

	/** Whether nothing in it got a name that is still there. */
	get isUnchanged(): boolean {
		return this.#changed.size === 0;
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
		this.#changed.add(key(parentOf(file)));
	}

	/** Removes directories that were made and are empty, and makes all new names survive a power failure. */
	async finish(): Promise<void> {
		for (const made of [...this.#made].toSorted((one, other) => other.length - one.length)) {
			await this.#removeIfEmpty(Buffer.from(made, 'latin1'));
		}

		for (const changed of this.#changed) {
			await using directory = await this.#walk(splitPath(Buffer.from(changed, 'latin1')), false);
			await directory?.sync();
		}
	}

	async #removeIfEmpty(directory: Buffer): Promise<void> {
		try {
			await using parent = await this.openParent(directory, false);

			if (parent) {
				await rmdir(parent.at(splitPath(directory).at(-1)!));
			}
		} catch {
			// Something is in it, as it should be.
			this.noteChange(directory);
		}
	}

	/** @returns `undefined` if it is not there, and is not to be made. */
	async #walk(parts: readonly Buffer[], create: boolean): Promise<Directory | undefined> {
		if (parts.length > deepest) {
			throw new DestinationError(`it is nested more than ${deepest} directories deep`);
		}

		let current = await this.#root.openDirectory('.');
		let location: Buffer | undefined;

		try {
			for (const part of parts) {
				location = location ? joinPath(location, part) : part;
				const next = await this.#step(current, {part, location, create});
				await current.close();

				if (!next) {
					return undefined;
				}

				current = next;

				if (isSameFile(await current.identity(), this.#backups)) {
					throw new DestinationError(`${displayName(location)} is where the backups are`);
				}
			}

			return current;
		} catch (error) {
			await current.close().catch(() => undefined);
			throw error;
		}
	}

	async #step(parent: Directory, {part, location, create}: {readonly part: Buffer; readonly location: Buffer; readonly create: boolean}): Promise<Directory | undefined> {
		try {
			return await parent.openDirectory(part);
		} catch (error) {
			if (errorCode(error) !== 'ENOENT') {
				throw explainStep(error, location);
			}
		}

		if (!create) {
			return undefined;
		}

		try {
			await mkdir(parent.at(part), privateDirectoryMode);
			this.#made.add(key(location));
		} catch (error) {
			// Made by another worker just now.
			if (errorCode(error) !== 'EEXIST') {
				throw error;
			}
		}

		try {
			return await parent.openDirectory(part);
		} catch (error) {
			throw explainStep(error, location);
		}
	}
}
