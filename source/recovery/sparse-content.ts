import type {Extent} from '../files/holes.ts';
import type {OpenedCopy} from '../set/copy.ts';
import type {CopyRecord} from '../set/manifest/manifest.ts';
import type {SetFile} from '../set/open-set.ts';
import {readContent} from './read-content.ts';

/** A part of the content of a file, and where in the file it is. What is in none of them is zeros. */
export type Placed = {
	readonly position: number;
	readonly chunk: Buffer;
};

/** As many zeros as are given at once. */
const zeros = Buffer.alloc(256 * 1024);

/** Length of the source of a copy that leaves holes out; `undefined` for any other copy. */
export function lengthWithHoles({extents, notes, source}: CopyRecord): number | undefined {
	const last = extents?.at(-1);
	// Of one that became shorter nobody knows where it ended.
	return extents && (notes.includes('truncated') ? (last ? last[0] + last[1] : 0) : source.size);
}

/** Tells of content, which comes bit by bit, where in a file it is. */
class Placing {
	readonly #extents: readonly Extent[];
	#extent = 0;
	#done = 0;

	constructor(extents: readonly Extent[]) {
		this.#extents = extents;
	}

	/** Splits the next bytes into parts that are in one place. */
	* place(content: Buffer): Generator<Placed> {
		for (let start = 0; start < content.length;) {
			const [offset, length] = this.#extents[this.#extent]!;
			const chunk = content.subarray(start, start + (length - this.#done));
			yield {position: offset + this.#done, chunk};
			start += chunk.length;
			this.#done += chunk.length;

			if (this.#done !== length) {
				continue;
			}

			this.#extent++;
			this.#done = 0;
		}
	}
}

/** The content of a file, holes left out; checked, and what is thrown, as by `readContent`. */
export async function * readPlaced(copy: OpenedCopy, file: SetFile, signal?: AbortSignal): AsyncGenerator<Placed> {
	const placing = new Placing(file.record?.extents ?? [[0, Infinity]]);

	for await (const chunk of readContent(copy, file, signal)) {
		yield * placing.place(chunk);
	}
}

function * readHole(length: number): Generator<Buffer> {
	for (let left = length; left > 0; left -= zeros.length) {
		yield zeros.subarray(0, left);
	}
}

/** The whole file, holes as the zeros that reading it would give; checked, and what is thrown, as by `readContent`. */
export async function * readWhole(copy: OpenedCopy, file: SetFile, signal?: AbortSignal): AsyncGenerator<Buffer> {
	let position = 0;

	for await (const {position: start, chunk} of readPlaced(copy, file, signal)) {
		yield * readHole(start - position);
		yield chunk;
		position = start + chunk.length;
	}

	const length = file.record && lengthWithHoles(file.record);
	yield * readHole((length ?? position) - position);
}
