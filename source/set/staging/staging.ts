import {
	type FileHandle,
	open,
	readdir,
	unlink,
} from 'node:fs/promises';
import {pathKey} from '../../files/path-key.ts';
import type {Directory} from '../../files/directory.ts';
import {
	atDestination,
	RefusedCopyError,
	errorCode,
	errorReason,
} from '../../files/errors.ts';
import {giveName, isLinkless, linkName} from '../../files/give-name.ts';
import {removeTree} from '../../files/remove-tree.ts';
import {privateMode} from '../../files/modes.ts';
import {displayName} from '../../text/display-name.ts';
import {isCopyIntact, openRecorded} from '../intact-copy.ts';
import {CopyLedger} from '../manifest/copy-ledger.ts';
import type {CopyRecord} from '../manifest/manifest.ts';
import {workName} from '../names/names.ts';
import type {Journal} from '../manifest/journal.ts';
import {
	Committer,
	type Committed,
	type Complete,
	type NameTogether,
} from './committer.ts';
import {isRefusal, nameCopy, CopyNameTakenError} from './copy-names.ts';
import {removeIfThere} from './fresh-file.ts';
import {StagedDirectories} from './staged-directories.ts';
import {draftFlags} from './staging-files.ts';

/** Composed, decomposed, with what some file systems take for no part of a name, and in capitals. */
const oddNames = ['odd-\u{E9}', 'odd-e\u{301}', 'odd-dot.', 'odd-space ', 'ODDCASE'] as const;

/** A copy that is being written, under a name of its own that is not yet the final one. */
export type Draft = {
	readonly handle: FileHandle;
	/** Relative to the staging directory. */
	readonly name: string;
};

/**
The directory where a set grows. A file gets its final name only when it is complete and synced, and is then written down in the journal, so that after
any interruption the next run can tell what is whole. Everything that fails here is a `DestinationError`.
*/
export class Staging {
	/** Its name in messages. */
	readonly label: string;
	readonly #root: Directory;
	readonly #journal: Journal;
	readonly #committer: Committer;
	readonly #directories: StagedDirectories;
	/** The copies of an interrupted run that are taken over, by their names. */
	readonly #resumed = new Map<string, CopyRecord>();
	#copies = new CopyLedger();
	#drafts = 0;
	#isSwept = false;

	/** @param root Its directory, which stays the caller's to close, as does the journal. */
	constructor(root: Directory, journal: Journal, label: string) {
		this.label = label;
		this.#root = root;
		this.#journal = journal;
		this.#directories = new StagedDirectories(root);
		this.#committer = new Committer(root, this.#directories, journal);
	}

	/** The copies that stand under their final names; those of an interrupted run once what else it left is swept. */
	get copies(): CopyLedger {
		return this.#copies;
	}

	/** An interrupted run's records of its complete copies, by source path (one character a byte). */
	get recorded(): ReadonlyMap<string, CopyRecord> {
		return this.#journal.recorded;
	}

	/** Number of copies that the next run could take over: until those of an earlier run are swept, all of them. */
	get keepable(): number {
		return this.#isSwept ? this.#copies.totals.count : this.#journal.recorded.size;
	}

	/**
	Takes over a copy of an interrupted run, if it is there just as it was written down (length and SHA-256).

	@throws The signal's reason, once it is aborted.
	*/
	async resume(record: CopyRecord, signal: AbortSignal): Promise<boolean> {
		try {
			await using handle = await openRecorded(this.#root, record);
			const {nlink} = await handle.stat({bigint: true});

			if (nlink !== 1n || !await isCopyIntact(handle, record, signal)) {
				return false;
			}
		} catch {
			signal.throwIfAborted();
			// Not there, or not readable: then it is copied anew, and swept.
			return false;
		}

		this.#resumed.set(pathKey(record.file), record);
		return true;
	}

	/** Whether a copy of an interrupted run was taken over. */
	holds(record: CopyRecord): boolean {
		return this.#resumed.get(pathKey(record.file)) === record;
	}

	/**
	Removes what an interrupted run left and `resume` did not take over; that too which is called differently from what `resume` took it for. Resolves
	with how many files that was.
	*/
	async sweep(): Promise<number> {
		return atDestination(`sweep what an interrupted run left in ${this.label}`, async () => {
			this.#isSwept = true;
			const seen = new Set<string>();
			const {removed, remaining} = await removeTree(this.#root, file => {
				seen.add(pathKey(file));
				return this.#resumed.has(pathKey(file)) || this.#journal.isItself(file);
			});

			for (const [file, record] of this.#resumed) {
				if (seen.has(file)) {
					this.#copies.add(record);
				} else {
					// The file system had found something else for that name.
					this.#resumed.delete(file);
				}
			}

			for (const directory of remaining.filter(path => pathKey(path) !== workName)) {
				this.#directories.add(directory);
			}

			return removed;
		});
	}

	/** The descriptor of the directory, for other threads. */
	get fd(): number {
		return this.#root.fd;
	}

	/** Has another thread give many drafts their final names at once; `undefined`: none. */
	nameWith(nameTogether: NameTogether | undefined): void {
		this.#committer.nameTogether = nameTogether;
	}

	/** Where the next copy can be started, relative to the directory; another one each time. */
	draftName(): string {
		return `${workName}/${++this.#drafts}.tmp`;
	}

	/** Starts a copy. */
	async draft(): Promise<Draft> {
		const name = this.draftName();
		return atDestination(`create a file in ${this.label}`, async () => ({handle: await open(this.#root.at(name), draftFlags, privateMode), name}));
	}

	/** Drops a copy that came to nothing. */
	async drop(draft: Draft): Promise<void> {
		await atDestination(`remove an unfinished file from ${this.label}`, async () => {
			await draft.handle.close();
			await unlink(this.#root.at(draft.name));
		});
	}

	/**
	Makes complete copies durable and gives them their final names. Their handles are closed in any case.

	@returns In the same order, the record of each with the name it got; or why the destination does not take this one.
	*/
	async commit(copies: readonly Complete[]): Promise<readonly Committed[]> {
		const [first] = copies;
		const what = copies.length > 1 ? `${copies.length} copies` : displayName(first!.record.file);
		return atDestination(`finish ${what} in ${this.label}`, async () => {
			const committed = await this.#committer.commit(copies);

			for (const result of committed) {
				if (result.error === undefined) {
					this.#copies.add(result.record, result.line);
				}
			}

			return committed;
		});
	}

	/**
	Takes a copy of another set as a hard link, under the name in `record` or, if that cannot be, another.

	@param location Reaches that copy.
	@returns The record with its name; `undefined` if it has to be copied: on a file system without hard links, or with too many of that file.
	*/
	async link(location: Buffer, record: CopyRecord): Promise<CopyRecord | undefined> {
		return atDestination(`finish ${displayName(record.file)} in ${this.label}`, async () => {
			try {
				const linked = await nameCopy(this.#directories, record, async file => {
					try {
						await linkName(location, this.#root.at(file));
					} catch (error) {
						// Then it cannot be linked under any name. (Of some, drivers say that a name makes no sense.)
						throw isLinkless(error) && errorCode(error) !== 'EINVAL' ? new RefusedCopyError(errorReason(error), {cause: error}) : error;
					}
				});
				const [line] = await this.#journal.append([linked]);
				this.#copies.add(linked, line);
				return linked;
			} catch (error) {
				if (error instanceof RefusedCopyError || isRefusal(error)) {
					return undefined;
				}

				throw error;
			}
		});
	}

	/**
	Gives copies other names, before they are added to a set that stands, if theirs cannot be had there.

	@param isTaken Whether a name cannot be had there.
	*/
	async avoid(isTaken: (file: Buffer) => Promise<boolean>): Promise<void> {
		await atDestination(`find names for the copies in ${this.label}`, async () => {
			const renamedCopies = new CopyLedger();

			for (const record of this.#copies.records()) {
				if (!await isTaken(record.file)) {
					renamedCopies.add(record);
					continue;
				}

				const renamed = await nameCopy(this.#directories, record, async file => {
					if (await isTaken(file)) {
						throw new CopyNameTakenError();
					}

					await giveName(this.#root.at(record.file), this.#root.at(file));
				});
				const [line] = await this.#journal.append([renamed]);
				renamedCopies.add(renamed, line);
			}

			this.#copies = renamedCopies;
		});
	}

	/**
	Whether the file system keeps names that are odd to it in another form than it is given (without dots and spaces at their ends, in another Unicode
	form, or case), as far as trying tells: then copies must not be called so, for what the manifest calls them would not be what others see.
	*/
	async isAltering(): Promise<boolean> {
		return atDestination(`try names in ${this.label}`, async () => {
			const made: Buffer[] = [];

			for (const name of oddNames) {
				const location = this.#root.at(`${workName}/${name}`);

				try {
					await removeIfThere(location);
					await using _ = await open(location, draftFlags, privateMode);
					made.push(Buffer.from(name));
				} catch (error) {
					if (!isRefusal(error)) {
						throw error;
					}
				}
			}

			const listed = await readdir(this.#root.at(workName), {encoding: 'buffer'});

			for (const name of made) {
				await removeIfThere(this.#root.at(Buffer.concat([Buffer.from(`${workName}/`), name])));
			}

			return made.some(name => listed.every(other => !other.equals(name)));
		});
	}

	/** Makes durable that the copies have their names. */
	async sync(): Promise<void> {
		await this.#directories.sync();
	}
}
