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

/** How many files are synced at once; what has arrived by then goes together, so that a journaling file system can too. */
const groupSize = 64;

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
		const synced = await Promise.allSettled(group.map(async ({draft}) => {
			try {
				await draft.handle.sync();
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
