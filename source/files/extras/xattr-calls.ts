/*
The system calls on extended attributes (xattr(7)), which Node lacks, from libc through koffi. They wait, and are made on the main thread alone:
koffi does not stand being loaded in a worker thread that is ended.
*/

type Native = (...arguments_: ReadonlyArray<Buffer | number>) => number | bigint;

/** Longest list of names, and longest value, that the kernel knows (linux/limits.h), in bytes. */
const maximumSize = 65_536;

/** A call failed; `code` is the system's name for it, or `undefined` for one that nobody expects. */
export class XattrError extends Error {
	readonly code: string | undefined;

	constructor(call: string, code: string | undefined) {
		super(`${call}: ${code ?? 'unknown error'}`);
		this.name = 'XattrError';
		this.code = code;
	}
}

/** The file system has none. */
const unsupported: ReadonlySet<string | undefined> = new Set(['EOPNOTSUPP', 'ENOTSUP', 'ENOSYS']);

/** What to look at: an open file, or a path with a NUL at its end. */
export type Subject = {readonly fd: number} | {readonly path: Buffer; readonly follows: boolean};

/** All of them throw an `XattrError`. */
export type XattrCalls = {
	/** Its names; none where the file system has none. */
	readonly list: (subject: Subject) => string[];
	/** One of its values; `undefined` if that has gone meanwhile. */
	readonly get: (subject: Subject, name: string) => Buffer | undefined;
	readonly set: (fd: number, name: string, value: Buffer) => void;
	readonly remove: (fd: number, name: string) => void;
};

const terminated = (name: string) => Buffer.from(`${name}\0`);

async function load(): Promise<XattrCalls> {
	const {default: koffi} = await import('koffi');
	const libc = koffi.load(null);
	const names = new Map(Object.entries(koffi.os.errno).map(([name, number]) => [number, name]));
	const declare = (signature: string) => libc.func(`intptr_t ${signature}`) as unknown as Native;
	const flist = declare('flistxattr(int fd, void *list, size_t size)');
	const list = declare('listxattr(const void *path, void *list, size_t size)');
	const llist = declare('llistxattr(const void *path, void *list, size_t size)');
	const fget = declare('fgetxattr(int fd, const void *name, void *value, size_t size)');
	const get = declare('getxattr(const void *path, const void *name, void *value, size_t size)');
	const lget = declare('lgetxattr(const void *path, const void *name, void *value, size_t size)');
	const fset = declare('fsetxattr(int fd, const void *name, const void *value, size_t size, int flags)');
	const fremove = declare('fremovexattr(int fd, const void *name)');
	const buffer = Buffer.allocUnsafeSlow(maximumSize);

	const check = (call: string, result: number | bigint): number => {
		if (Number(result) < 0) {
			throw new XattrError(call, names.get(koffi.errno()));
		}

		return Number(result);
	};

	return {
		list(subject) {
			try {
				const length = check('listxattr', 'fd' in subject
					? flist(subject.fd, buffer, maximumSize)
					: (subject.follows ? list : llist)(subject.path, buffer, maximumSize));
				return length === 0 ? [] : buffer.toString('utf8', 0, length - 1).split('\0');
			} catch (error) {
				if (error instanceof XattrError && unsupported.has(error.code)) {
					return [];
				}

				throw error;
			}
		},
		get(subject, name) {
			try {
				const length = check('getxattr', 'fd' in subject
					? fget(subject.fd, terminated(name), buffer, maximumSize)
					: (subject.follows ? get : lget)(subject.path, terminated(name), buffer, maximumSize));
				return Buffer.from(buffer.subarray(0, length));
			} catch (error) {
				if (error instanceof XattrError && error.code === 'ENODATA') {
					return undefined;
				}

				throw error;
			}
		},
		set(fd, name, value) {
			check('setxattr', fset(fd, terminated(name), value, value.length, 0));
		},
		remove(fd, name) {
			check('removexattr', fremove(fd, terminated(name)));
		},
	};
}

let calls: Promise<XattrCalls | undefined> | undefined;

/** @returns `undefined` where koffi or libc is not to be had. */
export async function xattrCalls(): Promise<XattrCalls | undefined> {
	calls ??= load().catch(() => undefined);
	return calls;
}
