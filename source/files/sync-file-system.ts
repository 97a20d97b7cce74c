import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {statfs} from 'node:fs/promises';
import {release} from 'node:os';
import type {Directory} from './directory.ts';
import {loadLibc} from './libc.ts';

/*
Syncing a whole file system: syncfs(2), or where that cannot be called, sync(1).

An error of writing back is told once to each descriptor that was open before it came, and else to the first that asks. So only a call on a descriptor that
was open before the first file was written tells of all errors; sync(1) opens one of its own, after somebody else may have been told, and not every sync(1)
looks at the answer.
*/

async function runSync(fd: number): Promise<boolean> {
	try {
		const child = spawn('sync', ['--file-system', '/proc/self/fd/3'], {stdio: ['ignore', 'ignore', 'ignore', fd]});
		const [code] = await once(child, 'exit') as [number | null];
		return code === 0;
	} catch {
		return false;
	}
}

/*
`f_type` of ext2 to ext4, XFS, Btrfs, F2FS and tmpfs (linux/magic.h), which write what a file holds and note in one place what could not be written. Others hand it on
(overlayfs to the one below, FUSE to a process that is not asked), or note it elsewhere.
*/
const honestTypes: ReadonlySet<number> = new Set([0xEF_53, 0x58_46_53_42, 0x91_23_68_3E, 0xF2_F5_20_10, 0x01_02_19_94]);

/** Only since Linux 5.8 syncfs(2) fails when a file could not be written (its manual page, "BUGS"). */
function isKernelHonest(): boolean {
	const [major = 0, minor = 0] = release().split('.').map(Number);
	return major > 5 || (major === 5 && minor >= 8);
}

/**
Syncs the file system that holds a directory.

@param directory Opened before anything was written that matters.
@returns Whether that alone tells that all is on the disk; if not, each file must be asked too, which takes little once all is written.
*/
export async function syncFileSystem(directory: Directory): Promise<boolean> {
	const libc = loadLibc();

	if (!libc) {
		await runSync(directory.fd);
		return false;
	}

	const isSynced = await libc.syncfs(directory.fd);
	const {type} = await statfs(directory.self);
	return isSynced && isKernelHonest() && honestTypes.has(type);
}
