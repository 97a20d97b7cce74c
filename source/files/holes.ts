/*
Where a file has holes: lseek(2) with SEEK_DATA and SEEK_HOLE, which Node lacks, from libc through koffi. The calls are quick, wait, and are made on the
main thread alone: koffi does not stand being loaded in worker threads.
*/
import {setImmediate} from 'node:timers/promises';

/** Bytes of a file: where they begin, and how many. */
export type Extent = readonly [offset: number, length: number];

/** Finds the next data or the next hole from an offset on; `undefined` if there is none up to the end. */
type Seek = (offset: number) => number | undefined;

type Seeker = {
	readonly data: (fd: number) => Seek;
	readonly hole: (fd: number) => Seek;
};

/** The kernel's numbers on Linux (linux/fs.h, asm-generic/errno-base.h). */
const seekData = 3;
const seekHole = 4;
const noMore = 6;

/** So many calls are made before others get their turn. */
const callsAtOnce = 2000;

/** A file with more holes than this is not worth the time that looking for them takes: the rest counts as data. */
const mostLookedAt = 1_000_000;

export type Holes = {
	/** In order. */
	readonly largest: readonly Extent[];
	/** Bytes in all holes that were found. */
	readonly total: number;
};

let loading: Promise<Seeker | undefined> | undefined;

async function load(): Promise<Seeker | undefined> {
	try {
		const {default: koffi} = await import('koffi');
		const native = koffi.load(null).func('int64_t lseek(int fd, int64_t offset, int whence)') as unknown as (fd: number, offset: number, whence: number) => number | bigint;
		const seek = (fd: number, whence: number): Seek => offset => {
			const result = Number(native(fd, offset, whence));

			if (result >= 0) {
				return result;
			}

			if (koffi.errno() === noMore) {
				return undefined;
			}

			throw new Error('holes cannot be told');
		};

		return {data: fd => seek(fd, seekData), hole: fd => seek(fd, seekHole)};
	} catch {
		return undefined;
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

@param fd
@param size What of it counts, in bytes.
@param count How many holes at most.
@returns `undefined` if nothing tells: without koffi, or where the file system does not say.
*/
export async function findHoles(fd: number, size: number, count: number): Promise<Holes | undefined> {
	loading ??= load();
	const seeker = await loading;

	if (!seeker) {
		return undefined;
	}

	const nextData = seeker.data(fd);
	const nextHole = seeker.hole(fd);
	const largest = new Largest(count);

	try {
		for (let position = 0, looked = 0; position < size && looked < mostLookedAt; looked++) {
			const data = Math.min(nextData(position) ?? size, size);

			if (data > position) {
				largest.add([position, data - position]);
			}

			position = data < size ? Math.min(nextHole(data) ?? size, size) : size;

			if (looked % callsAtOnce === callsAtOnce - 1) {
				await setImmediate();
			}
		}
	} catch {
		return undefined;
	}

	return {largest: largest.list().toSorted((one, other) => one[0] - other[0]), total: largest.total};
}

/** What lies between holes, which are in order. */
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
