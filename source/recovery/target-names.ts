import {pathKey} from '../files/path-key.ts';
import type {Directory} from '../files/directory.ts';
import {DestinationError, errorCode, errorReason} from '../files/errors.ts';
import {type FileIdentity, identityKey} from '../files/identity.ts';

/** Why a file cannot be where something is that its file system takes for the same. */
export const takenForAnother = 'the file system there takes its name for another one, which is taken';

const ofName: ReadonlySet<string | undefined> = new Set(['EINVAL', 'EILSEQ', 'ENAMETOOLONG']);

/** Does what takes a name, and says of a name that the file system refuses that it does so, and not only in the system's words. */
export async function withName<Result>(work: () => Promise<Result>): Promise<Result> {
	try {
		return await work();
	} catch (error) {
		const code = errorCode(error);
		throw ofName.has(code) && !(error instanceof DestinationError)
			? new DestinationError(`the file system there cannot hold its name, or that of its directory: ${errorReason(error)}`, {code, cause: error})
			: error;
	}
}

/** The names that things really have in directories: some file systems take different names for the same, or keep them in another form. */
export class TargetNames {
	/** Names listed so far, by directory. */
	readonly #listed = new Map<string, ReadonlySet<string>>();
	/** The names that directories were made, or found, under. */
	readonly #directories = new Map<string, Buffer>();

	/** Whether something in an opened directory has this very name, byte for byte. */
	async isListed(directory: Directory, name: Buffer): Promise<boolean> {
		const identity = identityKey(await directory.identity());

		if (this.#listed.get(identity)?.has(pathKey(name))) {
			return true;
		}

		const entries = await directory.list();
		const names = new Set(entries.map(entry => pathKey(entry)));
		this.#listed.set(identity, names);
		return names.has(pathKey(name));
	}

	/**
	Makes sure that a directory which was opened by a name has that name. `found` tells it from others; `isMade`: it was made under that name just now.

	@throws {DestinationError} If it is called differently.
	*/
	async checkDirectory(parent: Directory, name: Buffer, {found, isMade}: {readonly found: FileIdentity; readonly isMade: boolean}): Promise<void> {
		const identity = identityKey(found);

		if (this.#directories.get(identity)?.equals(name)) {
			return;
		}

		if ((!isMade || hasOddEnd(name)) && !await this.isListed(parent, name)) {
			throw new DestinationError('the file system there takes the name of its directory for another one, or cannot hold it');
		}

		this.#directories.set(identity, name);
	}
}

/** Whether a name ends in what some file systems drop. */
export const hasOddEnd = (name: Buffer): boolean => [0x20, 0x2E].includes(name.at(-1) ?? 0);
