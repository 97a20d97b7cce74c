import {constants} from 'node:fs';
import {
	type FileHandle,
	link,
	mkdir,
	open,
	rename,
	rmdir,
	unlink,
} from 'node:fs/promises';
import path from 'node:path';
import {
	type Directory,
	joinPath,
	parentPaths,
	splitPath,
} from '../files/directory.ts';
import {DestinationError, errorCode, errorReason} from '../files/errors.ts';
import {readSpace} from '../set/space.ts';
import {displayName, displayText} from '../text/display-name.ts';
import {formatBytes} from '../text/format.ts';

const directoryMode = 0o700;
const privateMode = 0o600;
const createFlags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;

/** As deep as a backup goes into directories. */
const deepest = 100;

/** After so many written bytes the free space is looked at again. */
const watchedBytes = 32 * 1024 * 1024;

/** Every other file would fail the same way. */
const fatalCodes: ReadonlySet<string | undefined> = new Set(['ENOSPC', 'EDQUOT', 'EROFS', 'EIO']);

/** What tells a directory from all others. */
export type Place = {readonly dev: bigint; readonly ino: bigint};

export const isSamePlace = (one: Place, other: Place): boolean => one.dev === other.dev && one.ino === other.ino;

/** The directory that is restored to cannot take any more files: it ends the restoration. */
export class TargetError extends DestinationError {
	constructor(message: string, options: {readonly code?: string | undefined; readonly cause?: unknown} = {}) {
		super(message, options);
		this.name = 'TargetError';
	}
}

/** A file that is being written, under a name that is not yet its own. */
export type RestoreDraft = {
	readonly handle: FileHandle;
	readonly name: string;
};

/** What stands where a file is to go: nothing, what `--overwrite` would replace, or why neither. */
export type Obstacle = {readonly reason: string; readonly isReplaceable: boolean} | undefined;

const key = (location: Buffer) => location.toString('latin1');

/** Why a directory on the way could not be opened, in words that fit it. */
function explainStep(error: unknown, part: Buffer): Error {
	const isNoDirectory = ['ELOOP', 'ENOTDIR'].includes(errorCode(error) ?? '');
	return isNoDirectory ? new DestinationError(`${displayName(part)} is in the way: it is no directory, or a link to one`) : error as Error;
}

export type OpenedTarget = {
	readonly root: Directory;
	/** An absolute path. */
	readonly location: string;
	/** The directory that holds the sets: nothing is ever restored into it. */
	readonly backups: Place;
	/** Whether it was made for this restoration. */
	readonly isNew: boolean;
	/** Whether some space must stay free. */
	readonly checkSpace: boolean;
};

/**
The directory that files are restored to. Everything in it is reached through opened directories, one component at a time, so that no link and no
name leads out of it; nothing that is there is overwritten unless that is asked for.
*/
export class RestoreTarget {
	/** Its path, for messages. */
	readonly location: string;
	readonly #root: Directory;
	readonly #backups: Place;
	readonly #isNew: boolean;
	readonly #checkSpace: boolean;
	/** Directories that were made here, and those that got new names, one character a byte; the empty one is the root. */
	readonly #made = new Set<string>();
	readonly #changed = new Set<string>();
	#drafts = 0;
	#unwatched = 0;

	constructor({root, backups, isNew, location, checkSpace}: OpenedTarget) {
		this.#root = root;
		this.#backups = backups;
		this.#isNew = isNew;
		this.#checkSpace = checkSpace;
		this.location = location;
	}

	/**
	Runs `action` in the directory that a path leads to, which is made (mode 0700) where it is not there.

	@throws {DestinationError} If something else is in the way.
	*/
	async inParent<Result>(file: Buffer, action: (parent: Directory, name: Buffer) => Promise<Result>): Promise<Result> {
		const parts = splitPath(file);
		const name = parts.pop()!;

		await using parent = await this.#walk(parts, true);
		return await action(parent!, name);
	}

	/** What stands where a file is to go, as far as can be told without writing. */
	async look(file: Buffer): Promise<Obstacle> {
		const parts = splitPath(file);
		const name = parts.pop()!;

		try {
			await using parent = await this.#walk(parts, false);
			return parent && await this.findObstacle(parent, name);
		} catch (error) {
			return {reason: errorReason(error), isReplaceable: false};
		}
	}

	async findObstacle(parent: Directory, name: Buffer): Promise<Obstacle> {
		try {
			const stats = await parent.lstat(name);
			const isReplaceable = stats.isFile() || stats.isSymbolicLink();
			const what = stats.isFile() ? 'it is there already' : (stats.isSymbolicLink() ? 'a symbolic link is in its place' : (stats.isDirectory() ? 'a directory is in its place' : 'a pipe, socket or device is in its place'));
			return {reason: what, isReplaceable};
		} catch (error) {
			if (errorCode(error) === 'ENOENT') {
				return undefined;
			}

			throw this.#judge(error);
		}
	}

	/** Starts a file, for nobody else to see. */
	async draft(parent: Directory): Promise<RestoreDraft> {
		for (;;) {
			const name = `.logbackup-restore-${++this.#drafts}.tmp`;

			try {
				return {name, handle: await open(parent.at(name), createFlags, privateMode)};
			} catch (error) {
				// Left by a restoration that was killed, or of another one just now.
				if (errorCode(error) !== 'EEXIST') {
					throw this.#judge(error);
				}
			}
		}
	}

	/** Writes all of a chunk, and looks at the free space now and then. */
	async write({handle}: RestoreDraft, chunk: Buffer, position: number): Promise<void> {
		this.#unwatched += chunk.length;

		if (this.#unwatched >= watchedBytes) {
			this.#unwatched = 0;
			await this.refuseWithoutSpace(0);
		}

		await this.#guard(async () => {
			for (let written = 0; written < chunk.length;) {
				const {bytesWritten} = await handle.write(chunk, written, chunk.length - written, position + written);
				written += bytesWritten;
			}
		});
	}

	/** Gives a finished, synced file its name: one that is free, unless `replaces` allows to replace what has it. */
	async place(parent: Directory, draft: RestoreDraft, {file, replaces}: {readonly file: Buffer; readonly replaces: boolean}): Promise<void> {
		const name = splitPath(file).at(-1)!;
		await this.#guard(async () => {
			if (replaces) {
				await rename(parent.at(draft.name), parent.at(name));
			} else {
				await link(parent.at(draft.name), parent.at(name));
				await unlink(parent.at(draft.name));
			}
		});
		this.#changed.add(key(parentPaths(file).at(-1) ?? Buffer.alloc(0)));
	}

	/** What goes wrong with a draft itself ends the restoration where it would go wrong with all. */
	async sync(draft: RestoreDraft, finish: (handle: FileHandle) => Promise<void>): Promise<void> {
		await this.#guard(async () => {
			await finish(draft.handle);
			await draft.handle.sync();
		});
	}

	/** Removes a draft that came to nothing, if it is there still. */
	async drop(parent: Directory, draft: RestoreDraft): Promise<void> {
		await unlink(parent.at(draft.name)).catch(() => undefined);
	}

	/** @throws {TargetError} If so many bytes cannot be written without using up what must stay free. */
	async refuseWithoutSpace(bytes: number): Promise<void> {
		if (!this.#checkSpace) {
			return;
		}

		const {free, reserve} = await this.#guard(async () => readSpace(this.#root.self, undefined));

		if (bytes > free - reserve) {
			const what = bytes > 0 ? `not enough space in ${displayText(this.location)}: ${formatBytes(bytes)} are needed;` : `stopped before ${displayText(this.location)} is full:`;
			const remedy = 'Restore less at once, name another place with --to, or try all the same with --no-space-check';
			throw new TargetError(`${what} ${formatBytes(free)} are free, of which ${formatBytes(reserve)} must stay free. ${remedy}`, {code: 'ENOSPC'});
		}
	}

	/**
	Makes all names that were given survive a power failure, removes directories that were made for nothing, and closes it.

	@throws {TargetError} If that fails.
	*/
	async finish(): Promise<void> {
		await using root = this.#root;

		for (const made of [...this.#made].toSorted((one, other) => other.length - one.length)) {
			await this.#removeIfEmpty(Buffer.from(made, 'latin1'));
		}

		for (const changed of this.#changed) {
			await this.#guard(async () => {
				await using directory = await this.#walk(splitPath(Buffer.from(changed, 'latin1')), false);
				await directory?.sync();
			});
		}

		if (this.#isNew && this.#changed.size === 0) {
			await using parent = await root.openDirectory('..');
			await rmdir(parent.at(path.basename(this.location))).catch(() => undefined);
		}
	}

	async #removeIfEmpty(directory: Buffer): Promise<void> {
		const parts = splitPath(directory);
		const name = parts.pop()!;

		try {
			await using parent = await this.#walk(parts, false);

			if (parent) {
				await rmdir(parent.at(name));
			}
		} catch {
			// Something is in it, as it should be.
			this.#changed.add(key(parentPaths(directory).at(-1) ?? Buffer.alloc(0)));
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

				if (isSamePlace(await current.stat(), this.#backups)) {
					throw new DestinationError(`${displayName(location)} is where the backups are`);
				}
			}

			return current;
		} catch (error) {
			await current.close().catch(() => undefined);
			throw this.#judge(error);
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
			await mkdir(parent.at(part), directoryMode);
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

	/** Tells what costs one file from what would cost all. */
	#judge(error: unknown): Error {
		const code = errorCode(error);
		return fatalCodes.has(code) && !(error instanceof TargetError)
			? new TargetError(`cannot write to ${displayText(this.location)}: ${errorReason(error)}`, {code, cause: error})
			: error as Error;
	}

	async #guard<Result>(work: () => Promise<Result>): Promise<Result> {
		try {
			return await work();
		} catch (error) {
			throw this.#judge(error);
		}
	}
}

