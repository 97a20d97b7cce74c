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
