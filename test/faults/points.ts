import {
	type Call,
	escapeC,
	shellWord,
	toBytes,
} from './trace.ts';

/** One call of the reference run that is made to fail, or at which the run is killed. */
export type Point = {
	/** Stable over runs: `write@dest/.2026-03-14.partial/.logbackup/1.tmp#2`. */
	readonly id: string;
	readonly syscall: string;
	/** What it is about, relative to source or destination. */
	readonly where: 'source' | 'destination' | 'way';
	readonly object: string;
	/** For `openat`: whether it would make the file. */
	readonly creates: boolean;
	/** Among the calls of this kind that one thread makes on the object. */
	readonly ordinal: number;
	/** Whether another thread makes as many: strace counts by thread, and would hit both. */
	readonly isShared: boolean;
	/** Where in the reference run. */
	readonly index: number;
	/** What `strace -P` needs to see only calls on the object. */
	readonly filters: readonly string[];
};

/** Every kind of call that a backup makes on files. What a trace of it does not hold, cannot be swept. */
export const sweptCalls: readonly string[] = [
	'openat',
	'openat2',
	'read',
	'pread64',
	'readv',
	'preadv',
	'preadv2',
	'write',
	'pwrite64',
	'writev',
	'pwritev',
	'pwritev2',
	'fsync',
	'fdatasync',
	'syncfs',
	'sync_file_range',
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
	'ftruncate',
	'truncate',
	'fallocate',
	'copy_file_range',
	'sendfile',
	'chmod',
	'fchmod',
	'fchmodat',
	'fchown',
	'chown',
	'lchown',
	'fchownat',
	'utimensat',
	'statfs',
	'fstatfs',
	'statx',
	'newfstatat',
	'fstat',
	'access',
	'faccessat',
	'faccessat2',
	'readlink',
	'readlinkat',
	'getdents64',
	'flock',
];

/** What is traced beside, to know which descriptor is what, and which thread belongs to whom. */
export const bookkeepingCalls: readonly string[] = ['close', 'clone', 'clone3', 'fork', 'vfork'];

/** Descriptors that the program may have a directory open as. */
const descriptors = Array.from({length: 125}, (_, index) => index + 3);
const ownDescriptor = /^\/proc\/self\/fd\/\d+/v;

/** How many directories deep an absolute path leads. */
const depth = (location: string) => location.split('/').filter(Boolean).length;

const isBelow = (location: string, root: string) => location === root || location.startsWith(`${root}/`);

/** What a call is about: where it leads and, if it goes there through an opened directory, its path relative to that. */
type Subject = {readonly object: string; readonly relative: string | undefined};

function subjectOf(call: Call): Subject | undefined {
	const object = call.paths[0] ?? call.descriptors[0];
	const literal = call.literals[0];
	return object === undefined ? undefined : {object, relative: literal !== undefined && ownDescriptor.test(literal) ? literal.replace(ownDescriptor, '') : undefined};
}

/** What strace's `-P` needs to see calls on a subject: whichever descriptor the directory is opened as. */
const filtersFor = ({object, relative}: Subject): string[] => relative === undefined ? [object] : descriptors.map(descriptor => `/proc/self/fd/${descriptor}${relative}`);

/** Whether `strace -P` with those filters would show the call. */
const matches = (call: Call, {object, relative}: Subject) => relative === undefined
	? call.descriptors.includes(object) || call.literals.includes(object)
	: call.literals.some(literal => ownDescriptor.test(literal) && literal.replace(ownDescriptor, '') === relative);

/**
The calls that a run makes on its source and its destination, each with an address by which a later run meets it again: the calls of one kind
on one object come in the same order every time (one thread in the pool, one file at a time), even where those on several objects do not.
*/
export function findPoints(calls: readonly Call[], {source, destination}: {readonly source: string; readonly destination: string}): Point[] {
	const points: Point[] = [];
	const mainThread = calls[0]?.tid;
	const seen = new Map<string, number>();
	const roots = {source: toBytes(source), destination: toBytes(destination)};

	for (const [index, call] of calls.entries()) {
		const subject = subjectOf(call);

		if (!subject || !sweptCalls.includes(call.name)) {
			continue;
		}

		const {object, relative} = subject;
		// On the way to the destination, only what goes through opened directories: Node itself looks at paths too.
		const isOnTheWay = isBelow(roots.destination, object) && object !== roots.destination && (relative !== undefined || call.literals.length === 0);
		const elsewhere = isOnTheWay ? 'way' : undefined;
		const where = isBelow(object, roots.source) ? 'source' : (isBelow(object, roots.destination) ? 'destination' : elsewhere);

		if (!where) {
			continue;
		}

		const root = where === 'source' ? roots.source : roots.destination;
		const shown = where === 'way' ? `dest${'/..'.repeat(depth(root) - depth(object))}` : `${where === 'source' ? 'source' : 'dest'}${object.slice(root.length)}`;
		const alike = calls.filter(other => other.name === call.name && matches(other, subject));
		const onThread = alike.filter(other => other.tid === call.tid);
		const ordinal = onThread.indexOf(call) + 1;
		const others = Object.values(Object.groupBy(alike.filter(other => other.tid !== call.tid), other => other.tid));
		const address = `${call.name}@${escapeC(shown)}#${call.tid === mainThread ? 'main' : ''}${ordinal}`;
		const times = (seen.get(address) ?? 0) + 1;
		seen.set(address, times);
		points.push({
			id: times > 1 ? `${address}~${times}` : address,
			syscall: call.name,
			where,
			object: object.slice(where === 'way' ? 0 : root.length + 1),
			creates: call.args.includes('O_CREAT'),
			ordinal,
			isShared: others.some(made => made!.length >= ordinal),
			index,
			filters: filtersFor(subject),
		});
	}

	return points;
}

/** The flags of strace for a point, as words of a bash command line; `move` puts a path of the reference run where it is in this one. */
export const filterWords = (point: Pick<Point, 'filters'>, move: (location: string) => string): string =>
	point.filters.map(location => `-P ${shellWord(move(location))}`).join(' ');
