import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {type FileHandle, rename} from 'node:fs/promises';
import type {Directory} from '../files/directory.ts';
import {toDestinationError} from '../files/errors.ts';
import type {Journal} from './journal.ts';
import type {CopyRecord} from './manifest.ts';

type Pending = {
	readonly draft: {readonly handle: FileHandle; readonly name: string};
	readonly record: CopyRecord;
	readonly resolve: () => void;
	readonly reject: (error: unknown) => void;
};

/** The most files that are synced together; what has arrived when the group before is done. */
const groupSize = 256;

/*
From this many files on, one syncfs(2) for all of them is faster than an fsync(2) for each (on ext4, twice and more), though it takes along
what others have written to that file system. A few files don't make others' data wait.
*/
const syncfsFrom = 32;

/**
Syncs the file system that holds a directory: syncfs(2), which Node lacks, through coreutils' `sync(1)`.

@returns Whether it was done; not where there is no such program, or it failed (then a sync of each file tells which, and why).
*/
async function syncFileSystem(directory: Directory): Promise<boolean> {
	const child = spawn('sync', ['--file-system', '/proc/self/fd/3'], {stdio: ['ignore', 'ignore', 'ignore', directory.fd]});

	try {
		const [code] = await once(child, 'exit') as [number | null];
		return code === 0;
	} catch {
		return false;
	}
}

/**
Group commit, as databases do it: while one group of files is being synced, the next gathers. Within a group all are synced before the first
is renamed.
*/
export class Committer {
	readonly #staging: Directory;
	readonly #journal: Journal;
	readonly #waiting: Pending[] = [];
	#isBusy = false;

	constructor(staging: Directory, journal: Journal) {
		this.#staging = staging;
		this.#journal = journal;
	}

	/** Resolves when the file is on disk under its final name. Closes its handle in any case. */
	async commit(draft: Pending['draft'], record: CopyRecord): Promise<void> {
		return new Promise((resolve, reject) => {
			this.#waiting.push({
				draft, record, resolve, reject,
			});
			void this.#work();
		});
	}

	async #work(): Promise<void> {
		if (this.#isBusy) {
			return;
		}

		this.#isBusy = true;

		while (this.#waiting.length > 0) {
			const group = this.#waiting.splice(0, groupSize);

			try {
				await this.#commitGroup(group);

				for (const {resolve} of group) {
					resolve();
				}
			} catch (error) {
				for (const {reject} of group) {
					reject(error);
				}
			}
		}

		this.#isBusy = false;
	}

	async #commitGroup(group: readonly Pending[]): Promise<void> {
		const isSynced = group.length >= syncfsFrom && await syncFileSystem(this.#staging);
		const synced = await Promise.allSettled(group.map(async ({draft}) => {
			try {
				if (!isSynced) {
					await draft.handle.sync();
				}
			} finally {
				await draft.handle.close();
			}
		}));
		const failed = synced.find(result => result.status === 'rejected');

		if (failed) {
			throw toDestinationError(failed.reason, 'sync a copy');
		}

		for (const {draft, record} of group) {
			await rename(this.#staging.at(draft.name), this.#staging.at(record.file));
		}

		await this.#journal.append(group.map(({record}) => record));
	}
}
