/* What is mounted on this machine, from tables alone: nothing of what is mounted is asked, so that none of it can keep anybody waiting. */
import {readFileSync, readlinkSync} from 'node:fs';
import path from 'node:path';
import {isPathWithin} from './path-within.ts';

export type Mount = {
	/** Where it is mounted: an absolute path. */
	readonly point: string;
	/** `ext4`, `fuse.rclone`. */
	readonly type: string;
};

/** A path in a table of mounts, where spaces and backslashes are octal: see fstab(5), proc(5). */
export const decodeMountPath = (text: string): string => text.replaceAll(/\\(?<octal>[0-3][0-7]{2})/gv, (_, octal: string) => String.fromCodePoint(Number.parseInt(octal, 8)));

/** The fields of each line of a table of mounts; none where it cannot be read. */
export function readMountTable(file: string): ReadonlyArray<readonly string[]> {
	try {
		return readFileSync(file, 'utf8').split('\n').filter(line => line.trim() !== '' && !line.trimStart().startsWith('#')).map(line => line.trim().split(/\s+/v));
	} catch {
		return [];
	}
}

/** All that is mounted, in the order of the table: of those at one place, the last one covers the others. */
export const readMounts = (): readonly Mount[] =>
	readMountTable('/proc/self/mountinfo').map(fields => ({point: decodeMountPath(fields[4] ?? ''), type: fields[fields.indexOf('-') + 1] ?? ''}));

/** The mount that holds a real path. */
export const mountHolding = (mounts: readonly Mount[], place: string): Mount | undefined =>
	mounts.filter(({point}) => isPathWithin(place, point)).toSorted((one, other) => one.point.length - other.point.length).at(-1);

/** Kinds of file systems whose calls are answered by another machine, or by a program. */
const distant = /^(?:nfs|cifs|smb|fuse|9p|ceph|afs|lustre|gpfs|beegfs|orangefs|gfs2|ocfs2|coda|autofs|virtiofs|vboxsf)/v;

/** Whether calls on it may never return. */
export const mayHang = ({type}: Mount): boolean => distant.test(type);

/** As many links as the kernel follows in a path: path_resolution(7). */
const mostLinks = 40;

function linkTarget(place: string): string | undefined {
	try {
		return readlinkSync(place);
	} catch {
		return undefined;
	}
}

/** Whether the way to an absolute path, links followed, leads over a file system that may not answer. None such is asked. */
export function leadsOverDistant(mounts: readonly Mount[], place: string): boolean {
	let names = place.split('/');
	let reached = '/';

	for (let links = 0; names.length > 0 && links <= mostLinks;) {
		const [name, ...rest] = names as [string, ...string[]];
		const next = path.join(reached, name);
		const holding = mountHolding(mounts, next);

		if (holding !== undefined && mayHang(holding)) {
			return true;
		}

		const target = linkTarget(next);

		if (target === undefined) {
			names = rest;
			reached = next;
		} else {
			links++;
			names = [...target.split('/'), ...rest];
			reached = target.startsWith('/') ? '/' : reached;
		}
	}

	return false;
}
