import {
	type FileHandle,
	link,
	open,
	rename,
	unlink,
} from 'node:fs/promises';
import type {Directory} from '../../files/directory.ts';
import {atDestination} from '../../files/errors.ts';
import {removeTree} from '../../files/remove-tree.ts';
import {privateMode} from '../../files/modes.ts';
import {displayName} from '../../text/display-name.ts';
import {isCopyIntact, openRecorded} from '../intact-copy.ts';
import type {CopyRecord} from '../manifest/manifest.ts';
import {workName} from '../names.ts';
import type {Journal} from './journal.ts';
import {Committer, type Complete, type Rename} from './committer.ts';
import {StagedDirectories} from './staged-directories.ts';
import {draftFlags} from './staging-files.ts';

const key = (file: Buffer) => file.toString('latin1');

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
	/** What to call it in messages. */
	readonly label: string;
	readonly #root: Directory;
	readonly #journal: Journal;
	readonly #committer: Committer;
	readonly #directories: StagedDirectories;
	readonly #kept = new Map<string, CopyRecord>();
	#drafts = 0;

	/** @param root Its directory, which stays the caller's to close, as does the journal. */
	constructor(root: Directory, journal: Journal, label: string) {
		this.label = label;
		this.#root = root;
		this.#journal = journal;
		this.#directories = new StagedDirectories(root);
		this.#committer = new Committer(root, journal);
	}

	/** The copies that stand under their final names. */
	get copies(): readonly CopyRecord[] {
		return [...this.#kept.values()];
	}

	/** What an interrupted run wrote down about its complete copies, by source path (one character a byte). */
	get recorded(): ReadonlyMap<string, CopyRecord> {
		return this.#journal.recorded;
	}

	/** Takes over a copy of an interrupted run, if it is there just as it was written down (length and SHA-256). */
	async resume(record: CopyRecord): Promise<boolean> {
		try {
			await using handle = await openRecorded(this.#root, record);
			const {nlink} = await handle.stat({bigint: true});

			if (nlink !== 1n || !await isCopyIntact(handle, record)) {
				return false;
			}
		} catch {
			// Not there, or not readable: then it is copied anew, and swept.
			return false;
		}

		this.#kept.set(key(record.file), record);
		return true;
	}

	/** Removes what an interrupted run left and `resume` did not take over. Resolves with how many files that was. */
	async sweep(): Promise<number> {
		return atDestination(`sweep what an interrupted run left in ${this.label}`, async () => {
			const {removed, remaining} = await removeTree(this.#root, file => this.#kept.has(key(file)) || this.#journal.isItself(file));

			for (const directory of remaining.filter(path => key(path) !== workName)) {
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
	renameWith(renamer: Rename | undefined): void {
		this.#committer.rename = renamer;
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

	/** Makes complete copies durable and gives them their final names. Their handles are closed in any case. */
	async commit(copies: readonly Complete[]): Promise<void> {
		const [first] = copies;
		const others = copies.length > 1 ? ` and ${copies.length - 1} more` : '';
		await atDestination(`finish ${displayName(first!.record.file)}${others} in ${this.label}`, async () => {
			for (const {record} of copies) {
				await this.#directories.makeParents(record.file);
			}

			await this.#committer.commit(copies);

			for (const {record} of copies) {
				this.#kept.set(key(record.file), record);
			}
		});
	}

	/**
	Takes a copy of another set as a hard link, under the name in `record`.

	@param location Reaches that copy.
	@returns Whether it could be: not on a file system without hard links, or with too many of that file.
	*/
	async link(location: Buffer, record: CopyRecord): Promise<boolean> {
		const draft = this.#root.at(this.draftName());

		try {
			await link(location, draft);
		} catch {
			return false;
		}

		return atDestination(`finish ${displayName(record.file)} in ${this.label}`, async () => {
			await this.#directories.makeParents(record.file);
			await rename(draft, this.#root.at(record.file));
			await this.#journal.append([record]);
			this.#kept.set(key(record.file), record);
			return true;
		});
	}

	/** Makes durable that the copies have their names. */
	async sync(): Promise<void> {
		await this.#directories.sync();
	}
}
