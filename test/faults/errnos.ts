import type {Point} from './points.ts';

const ofWriting = ['ENOSPC', 'EIO', 'EDQUOT', 'EROFS'];
const ofSyncing = ['EIO', 'ENOSPC', 'EDQUOT'];
const ofNaming = ['ENOSPC', 'EROFS', 'EIO', 'EDQUOT'];
/** Those that mean no hard links, and names that cannot be there, too. */
const ofLinking = [...ofNaming, 'EPERM', 'EMLINK', 'EINVAL', 'ENAMETOOLONG'];
const ofChanging = ['EIO', 'EROFS'];

const bySyscall: ReadonlyMap<string, readonly string[]> = new Map([
	['write', ofWriting],
	['pwrite64', ofWriting],
	['writev', ofWriting],
	['pwritev', ofWriting],
	['fsync', ofSyncing],
	['fdatasync', ofSyncing],
	['rename', ofNaming],
	['renameat', ofNaming],
	['renameat2', ofNaming],
	['link', ofLinking],
	['linkat', ofLinking],
	['mkdir', ofNaming],
	['mkdirat', ofNaming],
	['flock', ['ENOLCK']],
	['unlink', ofChanging],
	['unlinkat', ofChanging],
	['rmdir', ofChanging],
	['fchmod', ofChanging],
	['fchown', ofChanging],
	['utimensat', ofChanging],
]);

/** Errors that fit a call of a backup. */
export function errnosFor({syscall, where, creates}: Point): readonly string[] {
	if (syscall === 'openat') {
		return where === 'source' ? ['EACCES', 'ENOENT', 'EIO', 'ELOOP'] : (creates ? ['ENOSPC', 'EROFS', 'EDQUOT', 'EIO', 'EACCES'] : ['EIO', 'EACCES']);
	}

	return bySyscall.get(syscall) ?? ['EIO'];
}

/** What a file system answers to names that it cannot hold. */
export const ofNames: readonly string[] = ['ENAMETOOLONG', 'EILSEQ', 'EINVAL'];

/** What it answers where it has no hard links, or no more of them. */
export const ofLinks: readonly string[] = ['EPERM', 'EOPNOTSUPP', 'EMLINK', 'EXDEV'];

/** What it answers where it keeps no owners, modes or times, or gives them to nobody. */
const ofKeeping = ['EPERM', 'EOPNOTSUPP', 'ENOSYS', 'EINVAL'];

const refusals: ReadonlyMap<string, readonly string[]> = new Map([
	['link', [...ofLinks, ...ofNames]],
	['mkdir', ofNames],
	['rename', ofNames],
	['fchown', ofKeeping],
	['fchmod', ofKeeping],
	['utimensat', ofKeeping],
	['write', ['EFBIG']],
]);

/** A name that is tried only to see whether it can be had. */
const isTried = (object: string) => /\.partial\/\.logbackup\/odd/iv.test(object);

/** Whether something has its final name in the staging directory, and is no part of a set yet. */
export const isStaged = (object: string): boolean => /^\.[^\/]+\.partial\/(?!\.logbackup(?:\/|$))/v.test(object);

/** Errors by which a file system refuses what is asked of it, and is none the worse for it. */
export function refusalsFor({syscall, where, object, creates, ordinal}: Point): readonly string[] {
	// A directory that stands is asked for once more; what took its name cannot refuse it.
	if (syscall === 'mkdir' && ordinal > 1) {
		return [];
	}

	if (where !== 'destination') {
		return [];
	}

	if (syscall === 'openat') {
		// Some drivers deny the names that they cannot hold.
		return creates && (isTried(object) || isStaged(object)) ? [...ofNames, 'EACCES'] : [];
	}

	return refusals.get(syscall) ?? [];
}
