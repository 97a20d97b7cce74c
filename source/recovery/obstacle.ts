import type {BigIntStats} from 'node:fs';

/** An existing file in the way of a restored one: none, one that `--overwrite` replaces, or why it can't. */
export type Obstacle = {readonly reason: string; readonly isReplaceable: boolean} | undefined;

export function describeObstacle(stats: BigIntStats): NonNullable<Obstacle> {
	if (stats.isFile()) {
		return {reason: 'already exists', isReplaceable: true};
	}

	return stats.isSymbolicLink()
		? {reason: 'a symbolic link is in its place', isReplaceable: true}
		: {reason: `a ${stats.isDirectory() ? 'directory' : 'pipe, socket or device'} is in its place`, isReplaceable: false};
}
