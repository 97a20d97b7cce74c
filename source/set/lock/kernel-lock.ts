import type {ChildProcess} from 'node:child_process';
import {once} from 'node:events';
import {readFile, statfs} from 'node:fs/promises';
import {spawnBounded} from '../../files/bounded-spawn.ts';
import type {Directory} from '../../files/directory.ts';
import {type Libc, LibcError, loadLibc} from '../../files/libc.ts';

/** Longer than any `flock` takes that was asked not to wait, in milliseconds: one that waits all the same is ended. */
const patience = 10_000;

/**
File systems of one kernel alone, by the numbers of statfs(2) (linux/magic.h, and the sources of ZFS and bcachefs): only what runs on this very
kernel can write there, and its flock(2) (of the VFS itself: none of these has one of its own) tells all there is to tell. Left out is what may
lead to other hosts: network and cluster file systems, FUSE and virtiofs, 9p, eCryptfs (which may lie on any of these), and what is not known.
*/
const ownedByOneKernel: ReadonlySet<number> = new Set([
	0xEF_53, // Ext2, ext3, ext4
	0x58_46_53_42, // XFS
	0x91_23_68_3E, // Btrfs
	0x01_02_19_94, // Tmpfs
	0x85_84_58_F6, // Ramfs
	0x79_4C_76_30, // Overlayfs: what it writes to is local
	0xF2_F5_20_10, // F2FS
	0x2F_C1_2F_C1, // ZFS
	0xCA_45_1A_4E, // Bcachefs
	0x31_53_46_4A, // JFS
	0x52_65_49_73, // ReiserFS
	0x34_34, // NILFS
	0x24_05_19_05, // UBIFS
	0x4D_44, // FAT
	0x20_11_BA_B0, // ExFAT
	0x73_66_74_6E, // NTFS3
	0x15_01_33_46, // UDF
	0x42_44, // HFS
	0x48_2B, // HFS+
]);

/** Of a 32-bit system, where the number has a sign. */
const typeBits = 0xFF_FF_FF_FFn;

/** Whether nobody but this kernel can write to the file system that holds a directory, so that its locks tell all. */
export async function isOfThisKernelAlone(directory: Directory): Promise<boolean> {
	try {
		const {type} = await statfs(directory.self, {bigint: true});
		return ownedByOneKernel.has(Number(type & typeBits));
	} catch {
		return false;
	}
}

type Attempt = {
	readonly code: number | null;
	/** Whether it had something to say. */
	readonly hasComplained: boolean;
};

/** Only short options: all that BusyBox and toybox know. */
async function callFlock(target: number | 'pipe', kind: LockKind): Promise<Attempt | undefined> {
	let pipes: ChildProcess['stdio'] | undefined;
	let hasComplained = false;

	try {
		const child = spawnBounded('flock', kind === 'shared' ? ['-s', '-n', '3'] : ['-n', '3'], {
			stdio: ['ignore', 'ignore', 'pipe', target], patience,
		});
		const closed = once(child, 'close') as Promise<[number | null]>;
		// Without descriptors to spare it has no pipes, whatever the type says, and has failed.
		pipes = child.stdio;
		child.stderr?.on('data', () => {
			hasComplained = true;
		});
		const [code] = await closed;
		return {code, hasComplained};
	} catch {
		return undefined;
	} finally {
		pipes?.[3]?.destroy();
	}
}

/** Whether the open file holds a lock, by what the kernel says (proc(5), `/proc/pid/fdinfo`); `undefined` if it cannot be asked. */
async function isHolding(descriptor: number): Promise<boolean | undefined> {
	try {
		return /^lock:.*\bFLOCK\b/mv.test(await readFile(`/proc/self/fdinfo/${descriptor}`, 'utf8'));
	} catch {
		return undefined;
	}
}

/** Exclusive: held by one alone. Shared: by many, but not while one has it alone. */
export type LockKind = 'exclusive' | 'shared';

/** The kernel's numbers on Linux (asm-generic/fcntl.h). */
const operations = {shared: 1, exclusive: 2, nonBlocking: 4} as const;

/** @throws {LibcError} If nobody can have it. */
function callLibc(libc: Libc, descriptor: number, kind: LockKind): 'taken' | 'held' {
	try {
		libc.flock(descriptor, operations[kind] | operations.nonBlocking);
		return 'taken';
	} catch (error) {
		// Two names of one number.
		if (error instanceof LibcError && (error.code === 'EAGAIN' || error.code === 'EWOULDBLOCK')) {
			return 'held';
		}

		throw error;
	}
}

/**
The same through `flock(1)`: a lock belongs to the open file description that the child inherits, so it stays ours after the child's end.

The exit codes of the program differ between its versions. So the kernel is asked whether the lock is ours; and it counts as refused if the program ends
without a message, though it can lock a file that nobody else has.
*/
async function lockThroughProgram(descriptor: number, kind: LockKind): Promise<'taken' | 'held' | undefined> {
	const attempt = await callFlock(descriptor, kind);

	if (!attempt) {
		return undefined;
	}

	const isOurs = await isHolding(descriptor) ?? (attempt.code === 0);

	if (isOurs) {
		return 'taken';
	}

	if (attempt.code === null || attempt.code === 0 || attempt.hasComplained) {
		return undefined;
	}

	const control = await callFlock('pipe', kind);
	return control?.code === 0 ? 'held' : undefined;
}

/**
Takes the kernel's lock on an open file: flock(2), which Node lacks. The kernel drops it when we end, however we end.

@returns `undefined` if nothing can be said: the file system has no such locks, or without libc there is no `flock` program.
*/
export async function flock(descriptor: number, kind: LockKind = 'exclusive'): Promise<'taken' | 'held' | undefined> {
	const libc = loadLibc();

	if (!libc) {
		return lockThroughProgram(descriptor, kind);
	}

	try {
		return callLibc(libc, descriptor, kind);
	} catch {
		return undefined;
	}
}
