import {constants} from 'node:fs';
import {
	type FileHandle,
	link,
	open,
	readdir,
	rename,
	rmdir,
	unlink,
} from 'node:fs/promises';
import {type Directory, inParent} from '../files/directory.ts';
import {toDestinationError} from '../files/errors.ts';
import {openOwnDirectory} from '../files/own.ts';
import {removeTree} from '../files/remove-tree.ts';
import {displayName} from '../text/display-name.ts';
import {Committer, type Complete, type Rename} from './committer.ts';
import {Journal} from './journal.ts';
import {removeStaging} from './left-staging.ts';
import {
	finishMerge,
	progressOf,
	recordMerge,
	sha256,
} from './merge.ts';
import type {CopyRecord, Manifest} from './manifest.ts';
import {workName} from './names.ts';
import {isCopyIntact} from './previous.ts';
import {giveDatedName, syncDatedName, writeDescription} from './publish.ts';
import {parseSetName, stagingName} from './set-names.ts';
import {StagedDirectories} from './staged-directories.ts';
import {draftFlags, privateMode} from './staging-files.ts';

const key = (file: Buffer) => file.toString('latin1');

/** A copy that is being written, under a name of its own that is not yet the final one. */
export type Draft = {
	readonly handle: FileHandle;
	/** Relative to the staging directory. */
	readonly name: string;
};

/**
A set that grows. A file gets its final name only when it is complete and synced, and is then written down in the journal, so that after
any interruption the next run can tell what is whole. Everything that fails here is a `DestinationError`.
*/
export class Staging {
	/**
	Opens the staging directory of a date: a new one, or what an interrupted run left, of this date or (renamed) of an earlier one.

	@param destination
	@param date
	@param adopts Whether what is left of other dates is taken over and removed, too.
	@returns The staging, and how many left-over files of still other dates were removed.
	*/
	static async open(destination: Directory, date: string, adopts = true): Promise<{readonly staging: Staging; readonly swept: number}> {
		const name = stagingName(date);

		try {
			const left = (await readdir(destination.self)).filter(entry => adopts ? parseSetName(entry)?.isStaging : entry === name).toSorted();
			const adopted = left.includes(name) ? name : left.at(-1);
			let swept = 0;

			for (const other of left.filter(entry => entry !== adopted)) {
				swept += await removeStaging(destination, other);
			}

			if (adopted !== undefined && adopted !== name) {
				await rename(destination.at(adopted), destination.at(name));
			}

			const root = await openOwnDirectory(destination, name, name);

			try {
				const work = await openOwnDirectory(root, workName, `${name}/${workName}`);
				await work.close();
				return {staging: new Staging(destination, date, root, await Journal.open(root, name)), swept};
			} catch (error) {
				await root.close();
				throw error;
			}
		} catch (error) {
			throw toDestinationError(error, `open the staging directory ${name}`);
		}
	}

	readonly #destination: Directory;
	readonly #date: string;
	readonly #root: Directory;
	readonly #journal: Journal;
	readonly #committer: Committer;
	readonly #directories: StagedDirectories;
	readonly #kept = new Map<string, CopyRecord>();
	#drafts = 0;
	#isPublished = false;
	#isMergePending = false;

	private constructor(destination: Directory, date: string, root: Directory, journal: Journal) {
		this.#destination = destination;
		this.#date = date;
		this.#root = root;
		this.#journal = journal;
		this.#directories = new StagedDirectories(root);
		this.#committer = new Committer(root, journal);
	}

	/** Whether the set has its dated name or, if it had it before, names the copies. */
	get isPublished(): boolean {
		return this.#isPublished;
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
			await using handle = await inParent(this.#root, record.file, async (parent, name) =>
				open(parent.at(name), constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK));
			const {nlink} = await handle.stat();

			if (nlink !== 1 || !await isCopyIntact(handle, record)) {
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
		return this.#guard('sweep what an interrupted run left in', async () => {
			const {removed, remaining} = await removeTree(this.#root, file => this.#kept.has(key(file)) || this.#journal.isItself(file));

			for (const directory of remaining.filter(path => key(path) !== workName)) {
				this.#directories.add(directory);
			}

			return removed;
		});
	}

	/** What to call it in messages. */
	get label(): string {
		return stagingName(this.#date);
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
		return this.#guard('create a file in', async () => ({handle: await open(this.#root.at(name), draftFlags, privateMode), name}));
	}

	/** Drops a copy that came to nothing. */
	async drop(draft: Draft): Promise<void> {
		await this.#guard('remove an unfinished file from', async () => {
			await draft.handle.close();
			await unlink(this.#root.at(draft.name));
		});
	}

	/** Makes complete copies durable and gives them their final names. Their handles are closed in any case. */
	async commit(copies: readonly Complete[]): Promise<void> {
		const [first] = copies;
		const others = copies.length > 1 ? ` and ${copies.length - 1} more` : '';
		await this.#guard(`finish ${displayName(first!.record.file)}${others} in`, async () => {
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

		return this.#guard(`finish ${displayName(record.file)} in`, async () => {
			await this.#directories.makeParents(record.file);
			await rename(draft, this.#root.at(record.file));
			await this.#journal.append([record]);
			this.#kept.set(key(record.file), record);
			return true;
		});
	}

	/** Writes checksums and manifest, syncs everything, and gives the set its dated name with one rename. */
	async publish(manifest: Omit<Manifest, 'copies'>): Promise<void> {
		await this.#guard('finish', async () => {
			await writeDescription(this.#root, {...manifest, copies: this.copies});
			await this.#journal.remove();
			await rmdir(this.#root.at(workName));

			await this.#directories.sync();
			await giveDatedName(this.#destination, this.#date);
			this.#isPublished = true;
			await this.#root.close();
			await syncDatedName(this.#destination, this.#date);
		});
	}

	/**
	Adds the copies to the set of the same date, which stands, and gives it a new manifest. The staging is gone then; once the merge is
	recorded, a failure leaves it to the next run, which brings the merge to its end.

	@param manifest The texts of the manifest that the set has, and of the one it gets.
	@param manifest.before
	@param manifest.after
	*/
	async merge({before, after}: {readonly before: string; readonly after: string}): Promise<void> {
		await this.#guard(`add to the set ${this.#date} from`, async () => {
			await this.#directories.sync();

			try {
				await recordMerge(this.#root, {date: this.#date, base: sha256(before), manifest: after});
				await finishMerge(this.#destination, this.#root);
			} catch (error) {
				const progress = await progressOf(this.#destination, this.#root).catch(() => 'decided');
				this.#isMergePending = progress !== 'none';
				this.#isPublished = progress === 'replaced';
				throw error;
			}

			this.#isPublished = true;
			await this.#closeAll();
			// The next run removes what cannot be removed now: nothing of it is needed.
			await removeStaging(this.#destination, stagingName(this.#date)).catch(() => undefined);
		});
	}

	/** Removes the staging with all that is in it, to give its space back; but not a merge that is to be brought to its end. */
	async discard(): Promise<void> {
		if (this.#isPublished) {
			return;
		}

		await this.#closeAll();

		if (this.#isMergePending) {
			return;
		}

		await this.#guard('remove', async () => removeStaging(this.#destination, stagingName(this.#date)));
	}

	/** Whether the staging directory is still where the next run will look for it. */
	async isInPlace(): Promise<boolean> {
		try {
			const [there, opened] = await Promise.all([this.#destination.lstat(stagingName(this.#date)), this.#root.stat()]);
			return there.ino === opened.ino && there.dev === opened.dev;
		} catch {
			return false;
		}
	}

	/** Leaves the staging to the next run, without what is unfinished. Nothing stays if there is nothing to keep. */
	async close(): Promise<void> {
		if (this.#isPublished || this.#kept.size === 0) {
			await this.discard();
			return;
		}

		await this.#closeAll();
	}

	async #closeAll(): Promise<void> {
		await this.#journal.close();
		await this.#root.close();
	}

	async #guard<Result>(action: string, work: () => Promise<Result>): Promise<Result> {
		try {
			return await work();
		} catch (error) {
			throw toDestinationError(error, `${action} ${stagingName(this.#date)}`);
		}
	}
}
