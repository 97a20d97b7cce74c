import {
	type BigIntStats,
	constants,
	openSync,
} from 'node:fs';
import {
	type FileHandle,
	open,
	lstat,
	readdir,
} from 'node:fs/promises';
import {closeRead, closeReadSync} from './close.ts';
import {errorCode} from './errors.ts';
import {type FileIdentity, fileIdentity} from './identity.ts';

const openFlags = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW;

/** Error codes of `fsync(2)` for a directory where only files can be synced. */
const unsyncable: ReadonlySet<string | undefined> = new Set(['EINVAL', 'ENOSYS', 'EOPNOTSUPP', 'EBADF', 'EISDIR']);

/** The directory that is open as `fd` as a path, of all threads of this process. */
export const descriptorPath = (fd: number): Buffer => Buffer.from(`/proc/self/fd/${fd}/`);

/**
An open directory and names relative to it. Node has no `openat(2)`; `/proc/self/fd/<n>/name` does the same: it stays inside the
directory that was opened, even if somebody swaps its path for a link meanwhile.

Names are bytes throughout. Methods reject with the system's error.
*/
export class Directory {
	/** @throws The system's error if `path` is not a directory, or its last component is a symbolic link. */
	static async open(path: string | Buffer): Promise<Directory> {
		return new Directory(await open(path, openFlags));
	}

	readonly #handle: FileHandle;
	readonly #prefix: Buffer;

	private constructor(handle: FileHandle) {
		this.#handle = handle;
		this.#prefix = Buffer.from(`/proc/self/fd/${handle.fd}/`);
	}

	/** A path that reaches `name` in this very directory, for any call that takes a path. */
	at(name: string | Buffer): Buffer {
		return Buffer.concat([this.#prefix, typeof name === 'string' ? Buffer.from(name) : name]);
	}

	/** The directory itself as a path that follows it wherever it is moved. */
	get self(): Buffer {
		return this.#prefix;
	}

	/** The descriptor, to hand on to a child process. */
	get fd(): number {
		return this.#handle.fd;
	}

	async openDirectory(name: string | Buffer): Promise<Directory> {
		return Directory.open(this.at(name));
	}

	async lstat(name: string | Buffer): Promise<BigIntStats> {
		return lstat(this.at(name), {bigint: true});
	}

	async stat(): Promise<BigIntStats> {
		return this.#handle.stat({bigint: true});
	}

	/** Which directory it is. */
	async identity(): Promise<FileIdentity> {
		return fileIdentity(await this.stat());
	}

	/** The names of all that is in it. */
	async list(): Promise<Buffer[]> {
		return readdir(this.#prefix, {encoding: 'buffer'});
	}

	/**
	Makes names that were created, renamed or removed in it survive a power failure (`fsync(2)` on the directory).

	@returns Whether it could be asked for; some file systems (CIFS, FUSE) have no such call for directories, and nothing better either.
	*/
	async sync(): Promise<boolean> {
		try {
			await this.#handle.sync();
			return true;
		} catch (error) {
			if (unsyncable.has(errorCode(error))) {
				return false;
			}

			throw error;
		}
	}

	/** Never rejects. */
	async close(): Promise<void> {
		await closeRead(this.#handle);
	}

	async [Symbol.asyncDispose](): Promise<void> {
		await this.close();
	}
}

/**
The longest path, in bytes, that a set can tell of: opened one directory at a time, paths may be longer than a system call takes (`PATH_MAX`, 4096), and
without a bound one file could make a manifest too long to be read.
*/
export const longestPath = 64 * 1024;

/** Two parts of a path, joined by a slash. */
export const joinPath = (parent: Buffer, name: Buffer): Buffer => Buffer.concat([parent, Buffer.of(0x2F), name]);

/** The directories on the way to a relative path, outermost first: `a` and `a/b` for `a/b/c`. */
export function parentPaths(path: Buffer): Buffer[] {
	const parents: Buffer[] = [];

	for (let end = path.indexOf(0x2F); end !== -1; end = path.indexOf(0x2F, end + 1)) {
		parents.push(path.subarray(0, end));
	}

	return parents;
}

/** The components of a relative path, as bytes. */
export function splitPath(path: Buffer): Buffer[] {
	const parts: Buffer[] = [];
	let start = 0;

	while (start <= path.length) {
		const slash = path.indexOf(0x2F, start);
		const end = slash === -1 ? path.length : slash;

		if (end > start) {
			parts.push(path.subarray(start, end));
		}

		start = end + 1;
	}

	return parts;
}

/**
Runs `action` in the directory that holds the last component of `path` (relative to `root`), walking to it one opened directory at a
time, so that a symbolic link on the way is an error (`ELOOP` or `ENOTDIR`) and never a way out. Never are more than two of them open, and no
call gets more than one component: neither depth nor length of the path matters.

@param pass Shown each directory on the way, outermost first.
*/
export async function inParent<Result>(
	root: Directory,
	path: Buffer,
	action: (parent: Directory, name: Buffer) => Promise<Result>,
	pass?: (directory: Directory) => Promise<void>,
): Promise<Result> {
	const parts = splitPath(path);
	const name = parts.pop() ?? Buffer.alloc(0);
	let parent = root;

	try {
		for (const part of parts) {
			const inner = await parent.openDirectory(part);
			const outer = parent;
			parent = inner;

			if (outer !== root) {
				await outer.close();
			}

			await pass?.(inner);
		}

		return await action(parent, name);
	} finally {
		if (parent !== root) {
			await parent.close();
		}
	}
}

/**
The same for a thread that may wait.

@param root The directory's `self`.
@param action Told where the last component is.
*/
export function inParentSync<Result>(root: Buffer, path: Buffer, action: (location: Buffer) => Result): Result {
	const parts = splitPath(path);
	const name = parts.pop() ?? Buffer.alloc(0);
	let opened: number | undefined;
	let parent = root;

	try {
		for (const part of parts) {
			const inner = openSync(Buffer.concat([parent, part]), openFlags);
			const outer = opened;
			opened = inner;
			parent = descriptorPath(inner);

			if (outer !== undefined) {
				closeReadSync(outer);
			}
		}

		return action(Buffer.concat([parent, name]));
	} finally {
		if (opened !== undefined) {
			closeReadSync(opened);
		}
	}
}
