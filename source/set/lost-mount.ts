import {realpathSync} from 'node:fs';
import {
	decodeMountPath,
	mountHolding,
	readMounts,
	readMountTable,
} from '../files/mount-table.ts';
import {isPathWithin} from '../files/path-within.ts';

/** Whether a file system is mounted without being asked for. */
const isMountedAtBoot = (options: string) => !options.split(',').includes('noauto') || options.split(',').includes('x-systemd.automount');

/** Places where the machine is to have file systems mounted. */
const wantedMounts = () => readMountTable('/etc/fstab').filter(fields => fields[1]?.startsWith('/') && isMountedAtBoot(fields[3] ?? '')).map(fields => decodeMountPath(fields[1]!));

/** Type of the file system that holds an existing path: `ext4`, `fuse.rclone`. `undefined` where nothing tells. */
export const fileSystemType = (location: string): string | undefined => mountHolding(readMounts(), realPath(location))?.type;

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
	const present = new Set(readMounts().map(({point}) => point));
	const lost = wantedMounts().filter(point => !present.has(point) && locations.some(location => isPathWithin(location, point)));
	return lost.toSorted((one, other) => other.length - one.length)[0];
}
