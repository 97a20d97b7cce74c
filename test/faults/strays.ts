import {type Call, isSuccess} from './trace.ts';

const changing: ReadonlySet<string> = new Set([
	'rename',
	'renameat',
	'renameat2',
	'link',
	'linkat',
	'symlink',
	'symlinkat',
	'mkdir',
	'mkdirat',
	'unlink',
	'unlinkat',
	'rmdir',
	'chmod',
	'fchmod',
	'fchmodat',
	'fchown',
	'chown',
	'lchown',
	'fchownat',
	'utimensat',
	'ftruncate',
	'truncate',
	'write',
	'pwrite64',
	'writev',
	'pwritev',
	'fallocate',
]);

/** Calls that changed something outside the destination. */
export const findStrays = (calls: readonly Call[], destination: string): Call[] => calls.filter(call => {
	const isChanging = changing.has(call.name) || (call.name === 'openat' && /O_WRONLY|O_RDWR|O_CREAT|O_TRUNC/v.test(call.args));
	const places = [...call.paths, ...(call.paths.length > 0 ? [] : call.descriptors)];
	// Standard output, and what the event loop wakes itself with.
	const isOurs = (location: string) => location === destination || location.startsWith(`${destination}/`) || location === '/dev/null' || /^(?:pipe|anon_inode|socket):/v.test(location);
	return isChanging && isSuccess(call) && places.some(location => !isOurs(location));
});
