import {constants} from 'node:fs';
import {
	type FileHandle,
	mkdir,
	open,
	rename,
	rmdir,
	unlink,
} from 'node:fs/promises';
import path from 'node:path';
import {type Directory, splitPath} from '../files/directory.ts';
import {DestinationError, errorCode, errorReason} from '../files/errors.ts';
import {giveName} from '../files/give-name.ts';
import {type FileIdentity, fileIdentity, identityKey} from '../files/identity.ts';
import {privateDirectoryMode, privateMode} from '../files/modes.ts';
import {creatingFlags} from '../files/open-flags.ts';
import {removeTree} from '../files/remove-tree.ts';
import {describeObstacle, type Obstacle} from './obstacle.ts';
import {judgeTargetError, toTargetError} from './target-error.ts';
import {hasOddEnd, takenForAnother, withName} from './target-names.ts';
import {TargetSpace} from './target-space.ts';
import {TargetTree} from './target-tree.ts';

const reopenFlags = constants.O_RDWR | constants.O_NOFOLLOW;

/** A file that is being written, under a name that is not yet its own. */
export type RestoreDraft = {
	readonly handle: FileHandle;
	readonly name: string | Buffer;
};

/** A directory in which files are being made, under a name that is none of theirs. */
export type DraftDirectory = {
	readonly directory: Directory;
	readonly name: Buffer;
};

export type OpenedTarget = {
	readonly root: Directory;
	/** An absolute path. */
	readonly location: string;
	/** The directory that holds the sets, if they are here: nothing is ever restored into it. */
	readonly backups: FileIdentity | undefined;
	/** Whether it was made for this restoration. */
	readonly isNew: boolean;
	/** Whether nobody else gets to what is in it. */
	readonly isClosed: boolean;
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
	/** Whether nobody else gets to what is in it, whatever the modes of files. */
	readonly isClosed: boolean;
	readonly #root: Directory;
	readonly #tree: TargetTree;
	readonly #isNew: boolean;
	/** Missing if no space need stay free. */
	readonly #space: TargetSpace | undefined;
	/** Files that replaced others, or could have. */
	readonly #placed = new Set<string>();
	#drafts = 0;
	#scratch: DraftDirectory | undefined;

	constructor({root, backups, isNew, isClosed, location, checkSpace}: OpenedTarget) {
		this.#root = root;
		this.#tree = new TargetTree(root, backups);
		this.#isNew = isNew;
		this.#space = checkSpace ? new TargetSpace(root, location) : undefined;
		this.location = location;
		this.isClosed = isClosed;
	}

	/**
	Runs `action` in the directory that a path leads to, which is made (mode 0700) where it is not there.

	@throws {DestinationError} If something else is in the way.
	*/
	async inParent<Result>(file: Buffer, action: (parent: Directory, name: Buffer) => Promise<Result>): Promise<Result> {
		await using parent = await this.#guard(async () => withName(async () => this.#tree.openParent(file, true)));
		return await action(parent!, splitPath(file).at(-1)!);
	}

	/** Looks for an obstacle where a file is to go, without writing. */
	async look(file: Buffer): Promise<Obstacle> {
		try {
			await using parent = await withName(async () => this.#tree.openParent(file, false));
			return parent && await this.findObstacle(parent, splitPath(file).at(-1)!);
		} catch (error) {
			return {reason: errorReason(error), isReplaceable: false};
		}
	}

	async findObstacle(parent: Directory, name: Buffer): Promise<Obstacle> {
		try {
			const stats = await withName(async () => parent.lstat(name));
			return await this.#tree.names.isListed(parent, name) ? describeObstacle(stats) : {reason: takenForAnother, isReplaceable: false};
		} catch (error) {
			if (errorCode(error) === 'ENOENT') {
				return undefined;
			}

			throw this.#judge(error);
		}
	}

	/** Starts a file, for nobody else to see. */
	async draft(parent: Directory): Promise<RestoreDraft> {
		return this.#begin(async name => ({name, handle: await open(parent.at(name), creatingFlags, privateMode)}));
	}

	/** Starts a directory for another program to make files in, for nobody else to see. */
	async draftDirectory(parent: Directory): Promise<DraftDirectory> {
		return this.#begin(async name => {
			await mkdir(parent.at(name), privateDirectoryMode);
			return {name: Buffer.from(name), directory: await parent.openDirectory(name)};
		});
	}

	/** Starts a directory for what is not restored itself, for nobody else to see. It goes, with all that is in it, when the restoration is finished. */
	async openScratch(): Promise<Directory> {
		this.#scratch = await this.draftDirectory(this.#root);
		return this.#scratch.directory;
	}

	/** Opens a file that another program has made in such a directory. `name`: its path from the parent of that. */
	async reopenDraft(parent: Directory, name: Buffer): Promise<RestoreDraft> {
		return {name, handle: await open(parent.at(name), reopenFlags)};
	}

	/** Removes such a directory, and the files that are in it still. */
	async dropDirectory(parent: Directory, {directory, name}: DraftDirectory): Promise<void> {
		await using left = directory;

		for (const file of await left.list().catch(() => [])) {
			await unlink(left.at(file)).catch(() => undefined);
		}

		await rmdir(parent.at(name)).catch(() => undefined);
	}

	/** @throws {TargetError} If so many bytes, which another program writes, use up what must stay free. */
	async watchSpace(bytes: number): Promise<void> {
		await this.#space?.watch(bytes);
	}

	/** Writes all of a chunk, and looks at the free space now and then. */
	async write({handle}: RestoreDraft, chunk: Buffer, position: number): Promise<void> {
		await this.#space?.watch(chunk.length);
		await this.#guard(async () => {
			for (let written = 0; written < chunk.length;) {
				const {bytesWritten} = await handle.write(chunk, written, chunk.length - written, position + written);
				written += bytesWritten;
			}
		});
	}

	/** Makes a file so long, in bytes; a hole after what was written. A file system that holds no file so long costs that file. */
	async lengthen({handle}: RestoreDraft, length: number): Promise<void> {
		await handle.truncate(length);
	}

	/**
	Gives a finished, synced file its name: one that is free, unless `replaces` allows to replace what has it. What only the file system takes for the same,
	or was restored just now, is never replaced.

	@throws {DestinationError} If the name is taken, or cannot be had.
	*/
	async place(parent: Directory, draft: RestoreDraft, {file, replaces}: {readonly file: Buffer; readonly replaces: boolean}): Promise<void> {
		const name = splitPath(file).at(-1)!;
		const identity = replaces ? identityKey(fileIdentity(await draft.handle.stat({bigint: true}))) : undefined;
		await this.#guard(async () => {
			try {
				await withName(async () => giveName(parent.at(draft.name), parent.at(name)));
			} catch (error) {
				if (errorCode(error) !== 'EEXIST') {
					throw error;
				}

				await this.#refuseTaken(parent, name, replaces);
				await rename(parent.at(draft.name), parent.at(name));
			}

			if (hasOddEnd(name) && !await this.#tree.names.isListed(parent, name)) {
				await unlink(parent.at(name));
				throw new DestinationError('the file system there cannot hold its name');
			}
		});

		if (identity !== undefined) {
			this.#placed.add(identity);
		}

		this.#tree.noteChange(file);
	}

	/** Syncs a draft. An error that would hit all drafts ends the restoration. */
	async sync<Result>(draft: RestoreDraft, finish: (handle: FileHandle) => Promise<Result>): Promise<Result> {
		return this.#guard(async () => {
			const result = await finish(draft.handle);
			await draft.handle.sync();
			return result;
		});
	}

	/** Removes a draft that came to nothing, if it is there still. */
	async drop(parent: Directory, draft: Pick<RestoreDraft, 'name'>): Promise<void> {
		await unlink(parent.at(draft.name)).catch(() => undefined);
	}

	/** @throws {TargetError} If so many bytes, or files, cannot be written without using up what must stay free. */
	async refuseWithoutSpace(needed: {readonly bytes: number; readonly files: number}): Promise<void> {
		await this.#space?.refuseWithout(needed);
	}

	/**
	Makes all names that were given survive a power failure, removes directories that were made for nothing, and closes it.

	@throws {TargetError} If that fails.
	*/
	async finish(): Promise<void> {
		await using root = this.#root;
		await this.#dropScratch();

		try {
			await this.#tree.finish();
		} catch (error) {
			throw toTargetError(error, this.location);
		}

		if (this.#isNew && this.#tree.isUnchanged) {
			await using parent = await root.openDirectory('..').catch(() => undefined);
			await (parent && rmdir(parent.at(path.basename(this.location))).catch(() => undefined));
		}
	}

	async #dropScratch(): Promise<void> {
		if (!this.#scratch) {
			return;
		}

		await using directory = this.#scratch.directory;
		await removeTree(directory, () => false).catch(() => undefined);
		await rmdir(this.#root.at(this.#scratch.name)).catch(() => undefined);
	}

	async #refuseTaken(parent: Directory, name: Buffer, replaces: boolean): Promise<void> {
		const isOther = !await this.#tree.names.isListed(parent, name) || this.#placed.has(identityKey(fileIdentity(await parent.lstat(name))));

		if (isOther || !replaces) {
			throw new DestinationError(isOther ? takenForAnother : 'already exists');
		}
	}

	#judge(error: unknown): Error {
		return judgeTargetError(error, this.location);
	}

	/** Begins something under a name that is free. */
	async #begin<Begun>(action: (name: string) => Promise<Begun>): Promise<Begun> {
		for (;;) {
			const name = `.logbackup-restore-${++this.#drafts}.tmp`;

			try {
				return await action(name);
			} catch (error) {
				// Left by a restoration that was killed, or of another one just now.
				if (errorCode(error) !== 'EEXIST') {
					throw this.#judge(error);
				}
			}
		}
	}

	async #guard<Result>(work: () => Promise<Result>): Promise<Result> {
		try {
			return await work();
		} catch (error) {
			throw this.#judge(error);
		}
	}
}

