import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {rename} from 'node:fs/promises';
import {release} from 'node:os';
import type {Directory} from '../../files/directory.ts';
import {toDestinationError} from '../../files/errors.ts';
import type {CopyRecord} from '../manifest/manifest.ts';
import type {Journal} from './journal.ts';

/** A complete copy that is not yet durable. */
export type Complete = {
	readonly draft: {
		readonly handle: {readonly sync: () => Promise<void>; readonly close: () => Promise<void>};
		/** Relative to the staging directory. */
		readonly name: string;
	};
	readonly record: CopyRecord;
};

/** Gives drafts their final names, in order; both relative to the staging directory, one character a byte. */
export type Rename = (names: ReadonlyArray<readonly [draft: string, file: string]>) => Promise<void>;

type Pending = {
	readonly copies: readonly Complete[];
	readonly resolve: () => void;
	readonly reject: (error: unknown) => void;
};

/*
From this many files on, one syncfs(2) for all of them is faster than an fsync(2) for each (on ext4, twice and more), though it takes along
what others have written to that file system. A few files don't make others' data wait.
*/
const syncfsFrom = 32;

/** Only since Linux 5.8 syncfs(2) fails when a file could not be written (its manual page, "BUGS"). */
function isSyncfsHonest(): boolean {
	const [major = 0, minor = 0] = release().split('.').map(Number);
	return major > 5 || (major === 5 && minor >= 8);
}

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
is renamed. How large a group can grow is for those to bound who wait for it.
*/
export class Committer {
	/** Who renames many files, if somebody does it faster. */
	rename: Rename | undefined;
	readonly #staging: Directory;
	readonly #journal: Journal;
	readonly #waiting: Pending[] = [];
	#isBusy = false;

	constructor(staging: Directory, journal: Journal) {
		this.#staging = staging;
		this.#journal = journal;
	}

	/** Resolves when the files are on disk under their final names. Closes their handles in any case. */
	async commit(copies: readonly Complete[]): Promise<void> {
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
				await this.#commitGroup(group.flatMap(({copies}) => copies));

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

	async #commitGroup(group: readonly Complete[]): Promise<void> {
		const isSynced = group.length >= syncfsFrom && isSyncfsHonest() && await syncFileSystem(this.#staging);
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

		if (this.rename && group.length >= syncfsFrom) {
			await this.rename(group.map(({draft, record}) => [draft.name, record.file.toString('latin1')]));
		} else {
			for (const {draft, record} of group) {
				await rename(this.#staging.at(draft.name), this.#staging.at(record.file));
			}
		}

		await this.#journal.append(group.map(({record}) => record));
	}
}
