import {loadKoffi} from './koffi.ts';

/*
The system calls that Node lacks, from libc through koffi; so on the main thread alone. All but `syncfs` wait there: they are quick.
*/

/** A call failed; `code` is the system's name for the error, or `undefined` for one that nobody expects. */
export class LibcError extends Error {
	readonly code: string | undefined;

	constructor(call: string, code: string | undefined) {
		super(`${call}: ${code ?? 'unknown error'}`);
		this.name = 'LibcError';
		this.code = code;
	}
}

/** Returns what the call does. Throws a `LibcError` for less than 0. */
type LibcCall<Arguments extends ReadonlyArray<Buffer | number>> = (...arguments_: Arguments) => number;

/** By the names of their manual pages. Paths and names of attributes end with a NUL; `size` is that of the buffer before it, in bytes. */
export type Libc = {
	/** Ends the process at once. */
	readonly _exit: (status: number) => void;
	readonly flock: LibcCall<[fd: number, operation: number]>;
	/** Returns a number: there are no files of more than 2^53 bytes. */
	readonly lseek: LibcCall<[fd: number, offset: number, whence: number]>;
	/** Runs on libuv's thread pool, as it takes its time. Resolves with whether it succeeded. */
	readonly syncfs: (fd: number) => Promise<boolean>;
	/** Returns 0, or the number of an error. */
	readonly posix_fadvise: LibcCall<[fd: number, offset: number, length: number, advice: number]>;
	/** The address as a number: there are none of more than 2^53. */
	readonly mmap: LibcCall<[address: number, length: number, protection: number, flags: number, fd: number, offset: number]>;
	readonly munmap: LibcCall<[address: number, length: number]>;
	/** A byte for each page is written to `found`. */
	readonly mincore: LibcCall<[address: number, length: number, found: Buffer]>;
	readonly getpagesize: LibcCall<[]>;
	/** Missing where the number of the call is not known. */
	readonly ioprio_set?: LibcCall<[which: number, who: number, ioprio: number]>;
	readonly flistxattr: LibcCall<[fd: number, list: Buffer, size: number]>;
	readonly listxattr: LibcCall<[path: Buffer, list: Buffer, size: number]>;
	readonly llistxattr: LibcCall<[path: Buffer, list: Buffer, size: number]>;
	readonly fgetxattr: LibcCall<[fd: number, name: Buffer, value: Buffer, size: number]>;
	readonly getxattr: LibcCall<[path: Buffer, name: Buffer, value: Buffer, size: number]>;
	readonly lgetxattr: LibcCall<[path: Buffer, name: Buffer, value: Buffer, size: number]>;
	readonly fsetxattr: LibcCall<[fd: number, name: Buffer, value: Buffer, size: number, flags: number]>;
	readonly fremovexattr: LibcCall<[fd: number, name: Buffer]>;
};

/** The numbers of a call that libc has no function for, by the names that Node has for processors. */
const ioprioNumbers: Readonly<Partial<Record<NodeJS.Architecture, number>>> = {x64: 251, arm64: 30};

function declareAll(): Libc {
	const koffi = loadKoffi();
	const library = koffi.load(null);
	const codes = new Map(Object.entries(koffi.os.errno).map(([name, number]) => [number, name]));
	const exit = library.func('void _exit(int status)') as (status: number) => void;
	const syncfs = library.func('int syncfs(int fd)');

	const declare = <Arguments extends ReadonlyArray<Buffer | number>>(signature: string): LibcCall<Arguments> => {
		const native = library.func(signature);

		return (...arguments_) => {
			const result = Number(Reflect.apply(native, undefined, arguments_));

			if (result < 0) {
				throw new LibcError(native.info.name, codes.get(koffi.errno()));
			}

			return result;
		};
	};

	const syscall = declare<[number: number, which: number, who: number, value: number]>('long syscall(long number, long which, long who, long value)');
	const ioprioNumber = ioprioNumbers[process.arch];

	return {
		_exit: exit,
		...(ioprioNumber !== undefined && {ioprio_set: (which, who, ioprio) => syscall(ioprioNumber, which, who, ioprio)}),
		flock: declare('int flock(int fd, int operation)'),
		lseek: declare('int64_t lseek(int fd, int64_t offset, int whence)'),
		posix_fadvise: declare('int posix_fadvise(int fd, int64_t offset, int64_t length, int advice)'),
		mmap: declare('intptr_t mmap(intptr_t address, size_t length, int protection, int flags, int fd, int64_t offset)'),
		munmap: declare('int munmap(intptr_t address, size_t length)'),
		mincore: declare('int mincore(intptr_t address, size_t length, uint8_t *found)'),
		getpagesize: declare('int getpagesize(void)'),
		syncfs: async fd => new Promise(resolve => {
			syncfs.async(fd, (error: unknown, result: number) => {
				resolve(!error && result === 0);
			});
		}),
		flistxattr: declare('intptr_t flistxattr(int fd, void *list, size_t size)'),
		listxattr: declare('intptr_t listxattr(const void *path, void *list, size_t size)'),
		llistxattr: declare('intptr_t llistxattr(const void *path, void *list, size_t size)'),
		fgetxattr: declare('intptr_t fgetxattr(int fd, const void *name, void *value, size_t size)'),
		getxattr: declare('intptr_t getxattr(const void *path, const void *name, void *value, size_t size)'),
		lgetxattr: declare('intptr_t lgetxattr(const void *path, const void *name, void *value, size_t size)'),
		fsetxattr: declare('intptr_t fsetxattr(int fd, const void *name, const void *value, size_t size, int flags)'),
		fremovexattr: declare('intptr_t fremovexattr(int fd, const void *name)'),
	};
}

let libc: Libc | undefined;
let isTried = false;

/**
Loads it at the first call, which takes some 10 ms.

@returns `undefined` where koffi or libc is not to be had.
*/
export function loadLibc(): Libc | undefined {
	if (!isTried) {
		isTried = true;

		try {
			libc = declareAll();
		} catch {
			// Whoever asks has another way, or does without.
		}
	}

	return libc;
}

/** Libc if it has been loaded: for what is not worth the time that this takes. */
export const loadedLibc = (): Libc | undefined => libc;
