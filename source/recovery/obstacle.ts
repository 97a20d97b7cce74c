import type {BigIntStats} from 'node:fs';

/** What stands where a file is to go: nothing, what `--overwrite` would replace, or why neither. */
export type Obstacle = {readonly reason: string; readonly isReplaceable: boolean} | undefined;

export function describeObstacle(stats: BigIntStats): NonNullable<Obstacle> {
	if (stats.isFile()) {
		return {reason: 'already exists', isReplaceable: true};
	}

	return stats.isSymbolicLink()
		? {reason: 'a symbolic link is in its place', isReplaceable: true}
		: {reason: `a ${stats.isDirectory() ? 'directory' : 'pipe, socket or device'} is in its place`, isReplaceable: false};
}
