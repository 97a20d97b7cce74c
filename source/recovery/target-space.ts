import type {Directory} from '../files/directory.ts';
import {describeInodes, readSpace} from '../set/space.ts';
import {displayText} from '../text/display-name.ts';
import {formatBytes, formatCount} from '../text/format.ts';
import {TargetError, toTargetError} from './target-error.ts';

/** After so many written bytes the free space is looked at again. */
const watchedBytes = 32 * 1024 * 1024;

/** Keeps a restoration from filling the disk: what must stay free is what a backup leaves. */
export class TargetSpace {
	readonly #root: Directory;
	/** A path, for messages. */
	readonly #location: string;
	#unwatched = 0;

	constructor(root: Directory, location: string) {
		this.#root = root;
		this.#location = location;
	}

	/**
	Counts bytes that are about to be written, and looks at the free space now and then.

	@throws {TargetError} If what must stay free is being used up.
	*/
	async watch(bytes: number): Promise<void> {
		this.#unwatched += bytes;

		if (this.#unwatched >= watchedBytes) {
			this.#unwatched = 0;
			await this.refuseWithout({bytes: 0, files: 0});
		}
	}

	/** @throws {TargetError} If so many bytes, or files, cannot be written without using up what must stay free. */
	async refuseWithout({bytes, files}: {readonly bytes: number; readonly files: number}): Promise<void> {
		const space = await readSpace(this.#root.self, undefined).catch((error: unknown) => {
			throw toTargetError(error, this.#location);
		});

		if (!space) {
			return;
		}

		const {free, reserve, inodes} = space;
		const place = displayText(this.#location);
		const remedy = 'Restore less at once, name another place with --to, or try all the same with --no-space-check';

		if (inodes && files > inodes.free - inodes.reserve) {
			const what = files > 0 ? `not enough inodes in ${place} for ${formatCount(files, 'file')}:` : `stopped before no inodes are left in ${place}:`;
			throw new TargetError(`${what} ${describeInodes(inodes)}`, {code: 'ENOSPC', remedy});
		}

		if (bytes > free - reserve) {
			const what = bytes > 0 ? `not enough space in ${place}: ${formatBytes(bytes)} are needed;` : `stopped before ${place} is full:`;
			throw new TargetError(`${what} ${formatBytes(free)} are free, of which ${formatBytes(reserve)} must stay free`, {code: 'ENOSPC', remedy});
		}
	}
}
