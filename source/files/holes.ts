/* Holes of a file, found by lseek(2) with SEEK_DATA and SEEK_HOLE. */
import {setImmediate} from 'node:timers/promises';
import {type Libc, LibcError, loadLibc} from './libc.ts';

/** Bytes of a file: where they begin, and how many. */
export type Extent = readonly [offset: number, length: number];

/** The kernel's numbers on Linux (linux/fs.h). */
const seekData = 3;
const seekHole = 4;

/** Number of calls after which the event loop is let run. */
const callsAtOnce = 2000;

/** A file with more holes than this is not worth the time that looking for them takes: the rest counts as data. */
const mostLookedAt = 1_000_000;

export type Holes = {
	/** In order. */
	readonly largest: readonly Extent[];
	/** Bytes in all holes that were found. */
	readonly total: number;
};

/**
Finds the next data or the next hole from an offset on; `undefined` if there is none up to the end.

@throws {LibcError} Where the file system does not say.
*/
function seek(libc: Libc, fd: number, offset: number, whence: typeof seekData | typeof seekHole): number | undefined {
	try {
		return libc.lseek(fd, offset, whence);
	} catch (error) {
		if (error instanceof LibcError && error.code === 'ENXIO') {
			return undefined;
		}

		throw error;
	}
}

/** Keeps the largest of many holes. */
class Largest {
	total = 0;
	readonly #count: number;
	#holes: Extent[] = [];

	constructor(count: number) {
		this.#count = count;
	}

	add(hole: Extent): void {
		this.total += hole[1];

		this.#holes.push(hole);

		if (this.#holes.length >= 4 * this.#count) {
			this.#holes = this.list();
		}
	}

	list(): Extent[] {
		return this.#holes.toSorted((one, other) => other[1] - one[1]).slice(0, this.#count);
	}
}

/**
The largest holes of an open file, in order. The position of the descriptor is moved.

@param size What of it counts, in bytes.
@param count How many holes at most.
@returns `undefined` if nothing tells: without koffi, or where the file system does not say.
*/
export async function findHoles(fd: number, size: number, count: number): Promise<Holes | undefined> {
	const libc = loadLibc();

	if (!libc) {
		return undefined;
	}

	const largest = new Largest(count);

	try {
		for (let position = 0, looked = 0; position < size && looked < mostLookedAt; looked++) {
			const data = Math.min(seek(libc, fd, position, seekData) ?? size, size);

			if (data > position) {
				largest.add([position, data - position]);
			}

			position = data < size ? Math.min(seek(libc, fd, data, seekHole) ?? size, size) : size;

			if (looked % callsAtOnce === callsAtOnce - 1) {
				await setImmediate();
			}
		}
	} catch {
		return undefined;
	}

	return {largest: largest.list().toSorted((one, other) => one[0] - other[0]), total: largest.total};
}

/** Whether an open file begins with data, and not with a hole; `undefined` if nothing tells. */
export function beginsWithData(fd: number): boolean | undefined {
	const libc = loadLibc();

	try {
		return libc && seek(libc, fd, 0, seekData) === 0;
	} catch {
		return undefined;
	}
}

/** Data extents between holes, in order. */
export function dataBetween(holes: readonly Extent[], size: number): Extent[] {
	const data: Extent[] = [];
	let position = 0;

	for (const [offset, length] of [...holes, [size, 0] as const]) {
		if (offset > position) {
			data.push([position, offset - position]);
		}

		position = offset + length;
	}

	return data;
}
