import {readlink, stat} from 'node:fs/promises';
import type {Directory} from '../files/directory.ts';
import {atDestination, DestinationError, errorCode} from '../files/errors.ts';
import {fileIdentity, isSameFile} from '../files/identity.ts';
import {displayName, displayText} from '../text/display-name.ts';
import type {Lock} from './lock/lock.ts';

/** Where an opened directory is now, as the kernel knows it; `undefined` if it is nowhere any more. */
async function whereIs(directory: Directory): Promise<Buffer | undefined> {
	const {nlink} = await directory.stat();
	// The kernel calls a directory without a name what it was called, and adds that it is deleted.
	return nlink === 0n ? undefined : readlink(directory.self.subarray(0, -1), 'buffer').catch(() => undefined);
}

/**
The right of a run to change something at the destination: it has the lock, and the destination that it opened is still what the operator named.
*/
export class Hold {
	readonly #destination: Directory;
	readonly #path: string;
	readonly #lock: Lock;

	/** @param path Absolute; of the destination, as the operator named it. One that text cannot hold is not looked at. */
	constructor(destination: Directory, path: string, lock: Lock) {
		this.#destination = destination;
		this.#path = path;
		this.#lock = lock;
	}

	/**
	Makes sure of it. To be called before anything that cannot be undone.

	@throws {LockedError} If another run has the lock now.
	@throws {DestinationError} If the destination is somewhere else now, or the lock cannot be looked at.
	*/
	async check(): Promise<void> {
		await this.checkPlace('its files stay there for the next run');
		await this.#lock.check();
	}

	/**
	Makes sure that the destination's path leads to it.

	@param standing What is to be said of what this run did there.
	@throws {DestinationError}
	*/
	async checkPlace(standing: string): Promise<void> {
		await atDestination(`make sure of ${displayText(this.#path)} (${standing})`, async () => {
			if (!this.#path.includes('\u{FFFD}') && !await this.#isInPlace()) {
				throw await this.#displaced(standing);
			}
		});
	}

	async #displaced(standing: string): Promise<DestinationError> {
		const place = await whereIs(this.#destination);
		const what = `${displayText(this.#path)} is not the destination any more: it was ${place ? `moved to ${displayName(place)}` : 'removed'} while it was in use`;
		return place
			? new DestinationError(`${what}; ${standing}`, {remedy: 'Move it back, or name that place with --dest'})
			: new DestinationError(`${what}, and all that was in it`);
	}

	async #isInPlace(): Promise<boolean> {
		const opened = await this.#destination.identity();

		try {
			return isSameFile(fileIdentity(await stat(this.#path, {bigint: true})), opened);
		} catch (error) {
			if (['ENOENT', 'ENOTDIR'].includes(errorCode(error) ?? '')) {
				return false;
			}

			throw error;
		}
	}
}
