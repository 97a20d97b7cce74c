import {readFileSync, realpathSync} from 'node:fs';
import {isPathWithin} from '../files/path-within.ts';

/** A path in a table of mounts, where spaces and backslashes are octal: see fstab(5), proc(5). */
const decodePath = (text: string) => text.replaceAll(/\\(?<octal>[0-3][0-7]{2})/gv, (_, octal: string) => String.fromCodePoint(Number.parseInt(octal, 8)));

function readTable(file: string): ReadonlyArray<readonly string[]> {
	try {
		return readFileSync(file, 'utf8').split('\n').filter(line => line.trim() !== '' && !line.trimStart().startsWith('#')).map(line => line.trim().split(/\s+/v));
	} catch {
		return [];
	}
}

/** Whether a file system is mounted without being asked for. */
const isMountedAtBoot = (options: string) => !options.split(',').includes('noauto') || options.split(',').includes('x-systemd.automount');

/** Places where the machine is to have file systems mounted. */
const wantedMounts = () => readTable('/etc/fstab').filter(fields => fields[1]?.startsWith('/') && isMountedAtBoot(fields[3] ?? '')).map(fields => decodePath(fields[1]!));

/** Places where there are some. */
const presentMounts = () => new Set(readTable('/proc/self/mountinfo').map(fields => decodePath(fields[4] ?? '')));

/** Type of the file system that holds an existing path: `ext4`, `fuse.rclone`. `undefined` where nothing tells. */
export function fileSystemType(location: string): string | undefined {
	const place = realPath(location);
	const mounts = readTable('/proc/self/mountinfo').map(fields => ({point: decodePath(fields[4] ?? ''), type: fields[fields.indexOf('-') + 1]})).filter(({point}) => isPathWithin(place, point));
	// Of those at one place, the last one covers the others.
	return mounts.toSorted((one, other) => one.point.length - other.point.length).at(-1)?.type;
}

/** Where a path leads, if it leads anywhere. */
function realPath(location: string): string {
	try {
		return realpathSync(location);
	} catch {
		return location;
	}
}

/**
Finds the file system that is missing at a destination.

@param destination An absolute path.
@returns The innermost place on the way to it where `/etc/fstab` has a file system and none is mounted; `undefined` if there is none.
*/
export function findLostMount(destination: string): string | undefined {
	const locations = [destination, realPath(destination)];
	const present = presentMounts();
	const lost = wantedMounts().filter(point => !present.has(point) && locations.some(location => isPathWithin(location, point)));
	return lost.toSorted((one, other) => other.length - one.length)[0];
}
