import {type Libc, LibcError, loadLibc} from '../libc.ts';

/** Longest list of names, and longest value, that the kernel knows (linux/limits.h), in bytes. */
const maximumSize = 65_536;

/** The file system has none. */
const unsupported: ReadonlySet<string | undefined> = new Set(['EOPNOTSUPP', 'ENOTSUP', 'ENOSYS']);

/** An open file, or a path with a NUL at its end. */
export type Subject = {readonly fd: number} | {readonly path: Buffer; readonly follows: boolean};

/** The system calls on extended attributes (xattr(7)). All of them throw a `LibcError`. */
export type XattrCalls = {
	/** Its names; none where the file system has none. */
	readonly list: (subject: Subject) => string[];
	/** One of its values; `undefined` if that has gone meanwhile. */
	readonly get: (subject: Subject, name: string) => Buffer | undefined;
	readonly set: (fd: number, name: string, value: Buffer) => void;
	readonly remove: (fd: number, name: string) => void;
};

const terminated = (name: string) => Buffer.from(`${name}\0`);

function wrap(libc: Libc): XattrCalls {
	const buffer = Buffer.allocUnsafeSlow(maximumSize);

	return {
		list(subject) {
			try {
				const length = 'fd' in subject
					? libc.flistxattr(subject.fd, buffer, maximumSize)
					: (subject.follows ? libc.listxattr : libc.llistxattr)(subject.path, buffer, maximumSize);
				return length === 0 ? [] : buffer.toString('utf8', 0, length - 1).split('\0');
			} catch (error) {
				if (error instanceof LibcError && unsupported.has(error.code)) {
					return [];
				}

				throw error;
			}
		},
		get(subject, name) {
			try {
				const length = 'fd' in subject
					? libc.fgetxattr(subject.fd, terminated(name), buffer, maximumSize)
					: (subject.follows ? libc.getxattr : libc.lgetxattr)(subject.path, terminated(name), buffer, maximumSize);
				return Buffer.from(buffer.subarray(0, length));
			} catch (error) {
				if (error instanceof LibcError && error.code === 'ENODATA') {
					return undefined;
				}

				throw error;
			}
		},
		set(fd, name, value) {
			libc.fsetxattr(fd, terminated(name), value, value.length, 0);
		},
		remove(fd, name) {
			libc.fremovexattr(fd, terminated(name));
		},
	};
}

let calls: XattrCalls | undefined;

/** @returns `undefined` where libc cannot be called. */
export function xattrCalls(): XattrCalls | undefined {
	const libc = loadLibc();
	calls ??= libc && wrap(libc);
	return calls;
}
