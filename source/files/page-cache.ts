/* What a backup reads and writes is not needed again soon: it stays in the system's memory only as far as it was there before, so that it pushes out nothing that others read. */
import {type Libc, loadedLibc, loadLibc} from './libc.ts';

/** Advice for posix_fadvise(2). */
const notNeeded = 4;
/** For mmap(2): a mapping that is never looked into. */
const [noAccess, shared] = [0, 1];

/** What is less is not worth the calls, in bytes. */
export const leavesCacheFrom = 256 * 1024;

/** Reads of less may come again: of a beginning, for what is in there. In bytes. */
const leastRead = 64 * 1024;

/** The system keeps a file in pieces of several pages, and lets go of whole ones alone: so much before each read is tried once more, in bytes. */
const largestPiece = 8 * (2 ** 20);

/** So much of a file is looked at at once, in bytes: only into the next such part does the system's reading ahead reach before that is looked at. */
const partSize = 64 * (2 ** 20);

/** Takes what is on disk of a file out of the system's memory. Without koffi it stays there, until the system needs the room. */
export function leaveCache(fd: number): void {
	try {
		loadedLibc()?.posix_fadvise(fd, 0, 0, notNeeded);
	} catch {
		// Advice.
	}
}

/**
Which pages of a part of a file are in the system's memory, a byte for each, its lowest bit: mincore(2).

@param pages How many.
@throws {LibcError} Where it cannot be told.
*/
function pagesInMemory({mmap, munmap, mincore}: Libc, fd: number, {position, length, pages}: {readonly position: number; readonly length: number; readonly pages: number}): Buffer {
	const address = mmap(0, length, noAccess, shared, fd, position);

	try {
		const found = Buffer.alloc(pages);
		mincore(address, length, found);
		return found;
	} finally {
		munmap(address, length);
	}
}

/** Reads of a file, each told of before and after it: what they have brought into the system's memory leaves it again. */
export class PassingReads {
	/**
	@param size Of the file, in bytes.
	@returns `undefined` where it is not worth it, or there is no koffi.
	*/
	static of(fd: number, size: number): PassingReads | undefined {
		const libc = size < leavesCacheFrom ? undefined : loadLibc();
		return libc && new PassingReads(libc, fd, size);
	}

	readonly #libc: Libc;
	readonly #fd: number;
	readonly #size: number;
	readonly #pageSize: number;
	/** Where the part begins that was looked at last. */
	#start = -1;
	#inMemory: Buffer | undefined;

	private constructor(libc: Libc, fd: number, size: number) {
		this.#libc = libc;
		this.#fd = fd;
		this.#size = size;
		this.#pageSize = libc.getpagesize();
	}

	/** To be called before a read. */
	before(position: number): void {
		const start = position - (position % partSize);

		if (start === this.#start || start >= this.#size) {
			return;
		}

		this.#start = start;
		const length = Math.min(partSize, this.#size - start);

		try {
			this.#inMemory = pagesInMemory(this.#libc, this.#fd, {position: start, length, pages: Math.ceil(length / this.#pageSize)});
		} catch {
			// Nobody knows: it stays.
			this.#inMemory = undefined;
		}
	}

	/** To be called after the read. */
	after(position: number, bytesRead: number): void {
		if (bytesRead < leastRead || this.#inMemory === undefined) {
			return;
		}

		const pageAt = (offset: number) => Math.max(0, Math.floor((offset - this.#start) / this.#pageSize));
		const last = Math.min(pageAt(position + bytesRead - 1) + 1, this.#inMemory.length);

		for (let page = pageAt(position - largestPiece); page < last;) {
			const from = page;
			const isOthers = this.#isInMemory(page);

			do {
				page++;
			} while (page < last && this.#isInMemory(page) === isOthers);

			if (!isOthers) {
				this.#leave(this.#start + (from * this.#pageSize), (page - from) * this.#pageSize);
			}
		}
	}

	#isInMemory(page: number): boolean {
		return (this.#inMemory![page]! & 1) === 1;
	}

	#leave(offset: number, length: number): void {
		try {
			this.#libc.posix_fadvise(this.#fd, offset, length, notNeeded);
		} catch {
			// Advice.
		}
	}
}
