import {readlinkSync} from 'node:fs';
import type {Directory} from '../files/directory.ts';
import {answers} from '../files/first-look.ts';
import {mayHang, mountHolding, readMounts} from '../files/mount-table.ts';

/** What is to be known of a directory before what is in it is looked at. */
export type Distance = {
	/** Whether it is on a file system that may not answer. */
	readonly isDistant: boolean;
	/** Names in it, one character a byte, where one is mounted that may not answer. */
	readonly mountPoints: ReadonlySet<string>;
};

/** The longest that a list waits for a file system mounted in a directory, in milliseconds. */
const patience = 5000;

/** Where nothing is distant, or nobody asks. */
export const near: Distance = {isDistant: false, mountPoints: new Set()};

/** Which places are on file systems that may not answer, as they were mounted when it was made. */
export class DistantPlaces {
	readonly #mounts = readMounts();
	readonly #areAny = this.#mounts.some(mount => mayHang(mount));

	/** The silent ones, which nobody waits for a second time. */
	readonly #silent = new Set<string>();

	lookAt(directory: Directory): Distance {
		return this.#areAny ? this.#lookAt(directory) : near;
	}

	/** Whether what is mounted on a name in a directory answers. */
	async answers({fd}: Directory, name: Buffer): Promise<boolean> {
		// For the process that asks, the descriptor would be another one.
		const place = `/proc/${process.pid}/fd/${fd}/${name.toString()}`;
		const point = `${readlinkSync(`/proc/self/fd/${fd}`)}/${name.toString()}`;

		if (this.#silent.has(point)) {
			return false;
		}

		const hasAnswered = await answers(place, patience);

		if (!hasAnswered) {
			this.#silent.add(point);
		}

		return hasAnswered;
	}

	#lookAt({fd}: Directory): Distance {
		let place: string;

		try {
			// The kernel knows that without asking the file system.
			place = readlinkSync(`/proc/self/fd/${fd}`);
		} catch {
			return near;
		}

		const holding = mountHolding(this.#mounts, place);
		const prefix = place === '/' ? place : `${place}/`;
		const below = this.#mounts.filter(({point}) => point.startsWith(prefix) && !point.slice(prefix.length).includes('/'));
		return {
			isDistant: holding !== undefined && mayHang(holding),
			mountPoints: new Set(below.filter(mount => mayHang(mount)).map(({point}) => Buffer.from(point.slice(prefix.length)).toString('latin1'))),
		};
	}
}
