import {type Directory, inParent} from '../files/directory.ts';
import {SourceError} from '../files/errors.ts';
import {type FileIdentity, identityKey, isSameFile} from '../files/identity.ts';
import type {Entry} from './entry.ts';

/** Most directories open at once, whatever the depth. */
const mostOpen = 32;

/** A directory on the way. */
export type TrailDirectory = {
	/** Relative to the source; missing for the source itself. */
	readonly path: Buffer | undefined;
	readonly identity: FileIdentity;
	/** Subdirectories still to enter, the next one last. */
	readonly ahead: Entry[];
};

type OpenStep = TrailDirectory & {directory: Directory | undefined};

/** The directories from a source down to the one that is read. Of a long way only the end is open; what is further up is opened again on the way back. */
export class Trail {
	readonly #steps: OpenStep[];
	readonly #keys: Set<string>;
	readonly #source: Directory;

	constructor(source: Directory, identity: FileIdentity) {
		this.#source = source;
		this.#steps = [{
			path: undefined, identity, ahead: [], directory: source,
		}];
		this.#keys = new Set([identityKey(identity)]);
	}

	/** The end of the way; `undefined` once the source has been left. */
	get last(): TrailDirectory | undefined {
		return this.#steps.at(-1);
	}

	/** Number of directories, the source included. */
	get depth(): number {
		return this.#steps.length;
	}

	/** Whether a directory is on the way. */
	has(identity: FileIdentity): boolean {
		return this.#keys.has(identityKey(identity));
	}

	/**
	The directory at the end of the way.

	@throws {SourceError} If another one is in its place by now, or none.
	*/
	async directory(): Promise<Directory> {
		const step = this.#steps.at(-1)!;
		step.directory ??= await inParent(this.#source, step.path!, async (parent, name) => this.#reopen(parent, name, step));

		if (!step.directory) {
			throw new SourceError('it was replaced while it was read');
		}

		return step.directory;
	}

	/** Goes on into an opened directory, which is closed when it is left. */
	async enter(directory: Directory, path: Buffer, identity: FileIdentity): Promise<void> {
		this.#steps.push({
			path, identity, ahead: [], directory,
		});
		this.#keys.add(identityKey(identity));
		const beyond = this.#steps.at(-1 - mostOpen);

		if (beyond?.path) {
			await beyond.directory?.close();
			beyond.directory = undefined;
		}
	}

	/** Goes back to the directory before. */
	async leave(): Promise<void> {
		const step = this.#steps.pop()!;
		const outer = this.#steps.at(-1);
		this.#keys.delete(identityKey(step.identity));

		// One call, where the way from the source would take one for each level.
		if (outer && !outer.directory && step.directory) {
			outer.directory = await this.#reopen(step.directory, '..', outer).catch(() => undefined);
		}

		if (step.path) {
			await step.directory?.close();
		}
	}

	/** Closes all that it has opened. */
	async close(): Promise<void> {
		for (const {path, directory} of this.#steps.splice(0)) {
			if (path) {
				await directory?.close();
			}
		}
	}

	/** @returns `undefined` if another one is there. */
	async #reopen(parent: Directory, name: Buffer | string, {identity}: TrailDirectory): Promise<Directory | undefined> {
		const directory = await parent.openDirectory(name);

		if (isSameFile(await directory.identity(), identity)) {
			return directory;
		}

		await directory.close();
		return undefined;
	}
}
