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

/** Takes what is on disk of a part of a file out of the system's memory; `length` 0: to its end. */
function leave({posix_fadvise: advise}: Libc, fd: number, offset: number, length: number): void {
	try {
		advise(fd, offset, length, notNeeded);
	} catch {
		// Advice.
	}
}

/** The same of a whole file. Without koffi it stays there, until the system needs the room. */
export function leaveCache(fd: number): void {
	const libc = loadedLibc();

	if (libc) {
		leave(libc, fd, 0, 0);
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

/** Reads of a file: what they bring into the system's memory leaves it again. Without koffi, and for a small file, they are reads as any. */
export class PassingReads {
	readonly #libc: Libc | undefined;
	readonly #fd: number;
	readonly #size: number;
	readonly #pageSize: number;
	/** Where the part begins that was looked at last. */
	#start = -1;
	#inMemory: Buffer | undefined;

	/** @param size Of the file, in bytes. */
	constructor(fd: number, size: number) {
		this.#libc = size < leavesCacheFrom ? undefined : loadLibc();
		this.#fd = fd;
		this.#size = size;
		this.#pageSize = this.#libc?.getpagesize() ?? 0;
	}

	/**
	Has something read.

	@param position Where, in bytes.
	@param work Reads. Resolves with how many bytes there were.
	*/
	async read(position: number, work: () => Promise<number>): Promise<number> {
		if (this.#libc === undefined) {
			return work();
		}

		this.#lookBefore(this.#libc, position);
		const bytesRead = await work();
		this.#leaveAfter(this.#libc, position, bytesRead);
		return bytesRead;
	}

	#lookBefore(libc: Libc, position: number): void {
		const start = position - (position % partSize);

		if (start === this.#start || start >= this.#size) {
			return;
		}

		this.#start = start;
		const length = Math.min(partSize, this.#size - start);

		try {
			this.#inMemory = pagesInMemory(libc, this.#fd, {position: start, length, pages: Math.ceil(length / this.#pageSize)});
		} catch {
			// Nobody knows: it stays.
			this.#inMemory = undefined;
		}
	}

	#leaveAfter(libc: Libc, position: number, bytesRead: number): void {
		if (bytesRead < leastRead || this.#inMemory === undefined) {
			return;
		}

		const pageSize = this.#pageSize;
		const pageAt = (offset: number) => Math.max(0, Math.floor((offset - this.#start) / pageSize));
		const last = Math.min(pageAt(position + bytesRead - 1) + 1, this.#inMemory.length);

		for (let page = pageAt(position - largestPiece); page < last;) {
			const from = page;
			const isOthers = this.#isInMemory(page);

			do {
				page++;
			} while (page < last && this.#isInMemory(page) === isOthers);

			if (!isOthers) {
				leave(libc, this.#fd, this.#start + (from * pageSize), (page - from) * pageSize);
			}
		}
	}

	#isInMemory(page: number): boolean {
		return (this.#inMemory![page]! & 1) === 1;
	}
}
