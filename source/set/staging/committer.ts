import {pathKey} from '../../files/path-key.ts';
import type {Directory} from '../../files/directory.ts';
import {RefusedCopyError, toDestinationError} from '../../files/errors.ts';
import {leaveCache, leavesCacheFrom} from '../../files/page-cache.ts';
import {syncFileSystem} from '../../files/sync-file-system.ts';
import type {CopyRecord} from '../manifest/manifest.ts';
import type {Journal} from '../manifest/journal.ts';
import {nameDraft} from './copy-names.ts';
import {removeIfThere} from './fresh-file.ts';
import type {StagedDirectories} from './staged-directories.ts';

/** A complete copy that is not yet durable. */
export type Complete = {
	readonly draft: {
		readonly handle: {readonly fd?: number; readonly sync: () => Promise<void>; readonly close: () => Promise<void>};
		/** Relative to the staging directory. */
		readonly name: string;
	};
	readonly record: CopyRecord;
};

/** A committed copy: its record, with the name it got, and its line in the journal; or an error, if the destination does not take it. */
export type Committed = {readonly record: CopyRecord} & ({readonly line: string; readonly error?: never} | {readonly error: RefusedCopyError});

type Named = {readonly record: CopyRecord; readonly error?: RefusedCopyError};

/**
Gives drafts their final names, in order; both relative to the staging directory, one character a byte.

@returns Which of them, by index, have none, as something about the name is in the way.
*/
export type NameTogether = (names: ReadonlyArray<readonly [draft: string, file: string]>) => Promise<readonly number[]>;

type PendingCommit = {
	readonly copies: readonly Complete[];
	readonly resolve: (committed: readonly Committed[]) => void;
	readonly reject: (error: unknown) => void;
};

/*
From this many files on, one syncfs(2) for all of them is faster than an fsync(2) for each (on ext4, twice and more), though it takes along
what others have written to that file system. A few files don't make others' data wait.
*/
const syncfsFrom = 32;

/**
Group commit, as databases do it: while one group of files is being synced, the next gathers. Within a group all are synced before the first
gets its final name. How large a group can grow is for those to bound who wait for it.
*/
export class Committer {
	/** Names many files at once, if there is a faster way. */
	nameTogether: NameTogether | undefined;
	readonly #staging: Directory;
	readonly #directories: StagedDirectories;
	readonly #journal: Journal;
	readonly #waiting: PendingCommit[] = [];
	#isBusy = false;

	constructor(staging: Directory, directories: StagedDirectories, journal: Journal) {
		this.#staging = staging;
		this.#directories = directories;
		this.#journal = journal;
	}

	/** Resolves, with what became of each, when the files are on disk under their final names. Closes their handles in any case. */
	async commit(copies: readonly Complete[]): Promise<readonly Committed[]> {
		return new Promise((resolve, reject) => {
			this.#waiting.push({copies, resolve, reject});
			void this.#work();
		});
	}

	async #work(): Promise<void> {
		if (this.#isBusy) {
			return;
		}

		this.#isBusy = true;

		while (this.#waiting.length > 0) {
			const group = this.#waiting.splice(0);

			try {
				const committed = await this.#commitGroup(group.flatMap(({copies}) => copies));
				let position = 0;

				for (const {copies, resolve} of group) {
					resolve(committed.slice(position, position + copies.length));
					position += copies.length;
				}
			} catch (error) {
				for (const {reject} of group) {
					reject(error);
				}
			}
		}

		this.#isBusy = false;
	}

	async #commitGroup(group: readonly Complete[]): Promise<readonly Committed[]> {
		await this.#sync(group);
		const named = await this.#nameAtOnce(group);
		const results: Named[] = [];

		for (const copy of group) {
			results.push(named.has(copy) ? {record: copy.record} : await this.#name(copy));
		}

		const lines = await this.#journal.append(results.filter(({error}) => error === undefined).map(({record}) => record));
		let next = 0;
		return results.map(({record, error}): Committed => error === undefined ? {record, line: lines[next++]!} : {record, error});
	}

	async #sync(group: readonly Complete[]): Promise<void> {
		const isSynced = group.length >= syncfsFrom && await syncFileSystem(this.#staging);
		const synced = await Promise.allSettled(group.map(async ({draft, record}) => {
			try {
				if (!isSynced) {
					await draft.handle.sync();
				}

				if (draft.handle.fd !== undefined && record.bytesOut >= leavesCacheFrom) {
					leaveCache(draft.handle.fd);
				}
			} finally {
				await draft.handle.close();
			}
		}));
		const failed = synced.find(result => result.status === 'rejected');

		if (failed) {
			throw toDestinationError(failed.reason, 'sync a copy');
		}
	}

	/** Those whose directories are there, where somebody does it faster. Resolves with those that got their names. */
	async #nameAtOnce(group: readonly Complete[]): Promise<ReadonlySet<Complete>> {
		if (!this.nameTogether || group.length < syncfsFrom) {
			return new Set();
		}

		const ready: Complete[] = [];

		for (const copy of group) {
			if (await this.#directories.makeParents(copy.record.file).then(() => true).catch(() => false)) {
				ready.push(copy);
			}
		}

		const named = new Set(ready);

		for (const index of await this.nameTogether(ready.map(({draft, record}) => [draft.name, pathKey(record.file)]))) {
			named.delete(ready[index]!);
		}

		return named;
	}

	async #name({draft, record}: Complete): Promise<Named> {
		try {
			return {record: await nameDraft(this.#staging, this.#directories, {draft: draft.name, record})};
		} catch (error) {
			if (!(error instanceof RefusedCopyError)) {
				throw error;
			}

			await removeIfThere(this.#staging.at(draft.name));
			return {record, error};
		}
	}
}
