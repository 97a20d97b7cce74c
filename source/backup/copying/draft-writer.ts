import {createHash} from 'node:crypto';
import {toRefusedCopyError} from '../../files/errors.ts';
import type {SpaceWatch} from '../../set/space.ts';
import type {Draft} from '../../set/staging/staging.ts';

/** Writes to the draft, hashing what it writes. */
export class DraftWriter {
	bytesWritten = 0;
	readonly #draft: Draft;
	readonly #hash = createHash('sha256');
	readonly #space: SpaceWatch | undefined;
	readonly #advance: (bytes: number) => void;

	constructor(draft: Draft, space: SpaceWatch | undefined, advance: (bytes: number) => void) {
		this.#draft = draft;
		this.#space = space;
		this.#advance = advance;
	}

	async write(chunk: Buffer): Promise<void> {
		await this.#space?.spend(chunk.length);
		this.#hash.update(chunk);

		for (let written = 0; written < chunk.length;) {
			try {
				const {bytesWritten} = await this.#draft.handle.write(chunk, written, chunk.length - written);
				written += bytesWritten;
			} catch (error) {
				throw toRefusedCopyError(error, 'write it');
			}
		}

		this.bytesWritten += chunk.length;
		this.#advance(chunk.length);
	}

	digest(): string {
		return this.#hash.digest('hex');
	}
}
