import {execFile} from 'node:child_process';
import type {StatsFs} from 'node:fs';
import {statfs} from 'node:fs/promises';
import type {Directory} from '../files/directory.ts';
import {DestinationError, toDestinationError} from '../files/errors.ts';
import {formatBytes, formatNumber} from '../text/format.ts';

/** Space of the file system that must stay free: bytes, or a fraction (0–1) of its size. */
export type Reserve = {readonly bytes: number} | {readonly fraction: number};

/** Enough for a server to go on logging while somebody makes room; on a small disk, the share that file systems keep back themselves. */
const defaultReserve = {fraction: 0.05, bytes: 1e9, inodes: 1000} as const;

/** Free and reserved amounts of a resource. */
type Stock = {
	readonly free: number;
	readonly reserve: number;
};

/** Bytes: `free` is for an ordinary user (`f_bavail`). */
export type Space = Stock & {
	/** Missing where files are not limited in number, as on btrfs or exFAT. */
	readonly inodes?: Stock;
};

const moreInodes = 'Remove files there, or name another place with --dest';

/** No room, or no more than must stay free. */
export class NoSpaceError extends DestinationError {
	constructor(message: string, remedy: string) {
		super(message, {code: 'ENOSPC', remedy});
		this.name = 'NoSpaceError';
	}
}

/** Below it, hardly any file system counts in other blocks than those of `bsize`; those with larger ones (VirtioFS, FUSE) do. */
const usualBlock = 4096;

/** Block size by `%S` of stat(1). It is another process, so that paths in `/proc/self` lead elsewhere for it. */
async function askForBlockSize(location: string): Promise<number | undefined> {
	const {promise, resolve} = Promise.withResolvers<string>();
	execFile('stat', ['-f', '-c', '%S', '--', location.replace('/proc/self/', () => `/proc/${process.pid}/`)], (_error, stdout) => {
		resolve(stdout);
	});
	const size = Number(await promise);
	return size > 0 ? size : undefined;
}

const asked = new Map<string, Promise<number | undefined>>();

/**
The size in bytes of the blocks that a file system is counted in: its `f_frsize`, which need not be its `f_bsize` (statvfs(3)). Node tells it from
version 24 on; else `stat(1)` does. Where nothing does, the usual size, which is none too large.
*/
export async function countedBlockSize({bsize, frsize}: Pick<StatsFs, 'bsize'> & {readonly frsize?: number}, location: string | Buffer): Promise<number> {
	if (frsize !== undefined || bsize <= usualBlock) {
		// Some file systems leave it out, and mean the same.
		return frsize === undefined || frsize === 0 ? bsize : frsize;
	}

	const place = location.toString('latin1');
	// A descriptor's number may stand for another directory by now.
	const key = `${bsize} ${place}`;
	const answer = asked.get(key) ?? askForBlockSize(place);
	asked.set(key, answer);
	return await answer ?? usualBlock;
}

/** @param wanted Absent for the default. */
function reserved(total: number, wanted: Reserve | undefined, limit: number): number {
	return wanted && 'fraction' in wanted ? total * wanted.fraction : Math.min(total * defaultReserve.fraction, limit);
}

/**
Looks at the file system that holds a directory.

@param reserve `undefined` for the default. One in bytes says nothing of inodes, unless it is 0.
@returns `undefined` where the file system does not tell: some FUSE file systems have 0 for all of it.
*/
export async function readSpace(location: string | Buffer, reserve: Reserve | undefined): Promise<Space | undefined> {
	const stats = await statfs(location);

	if (stats.blocks === 0) {
		return undefined;
	}

	const block = await countedBlockSize(stats, location);
	const isBytes = reserve !== undefined && 'bytes' in reserve;
	return {
		free: stats.bavail * block,
		reserve: isBytes ? reserve.bytes : reserved(stats.blocks * block, reserve, defaultReserve.bytes),
		...(stats.files > 0 && {
			inodes: {
				free: stats.ffree,
				reserve: isBytes && reserve.bytes === 0 ? 0 : Math.floor(reserved(stats.files, reserve, defaultReserve.inodes)),
			},
		}),
	};
}

/** For messages. */
export const describeInodes = ({free, reserve}: Stock): string =>
	`${formatNumber(free)} inodes are free, of which ${formatNumber(reserve)} must stay free (--reserve)`;

/** So many written bytes are a reason to look again: far less than any reserve that means something. */
const watchedBytes = 8 * 1024 * 1024;

/** Keeps a run from using up the space of the destination, whoever else is using it up at the same time. */
export class SpaceWatch {
	readonly #destination: Directory;
	readonly #reserve: Reserve | undefined;
	#unwatched = 0;

	constructor(destination: Directory, reserve: Reserve | undefined) {
		this.#destination = destination;
		this.#reserve = reserve;
	}

	/** @returns `undefined` where nothing tells. */
	async read(): Promise<Space | undefined> {
		try {
			return await readSpace(this.#destination.self, this.#reserve);
		} catch (error) {
			throw toDestinationError(error, 'tell how much space is free at the destination');
		}
	}

	/**
	@param upcoming In bytes: how much of manifest and checksums is about to be written.
	@throws {NoSpaceError} If less than the reserve is free, or would be then.
	*/
	async check(upcoming = 0): Promise<void> {
		const space = await this.read();

		if (!space) {
			return;
		}

		const {free, reserve, inodes} = space;

		if (free - upcoming < reserve) {
			const use = upcoming > 0 ? ` the manifest and checksums take about ${formatBytes(upcoming)},` : '';
			const numbers = `${formatBytes(free)} are free,${use} and ${formatBytes(reserve)} must stay free (--reserve)`;
			throw new NoSpaceError(`stopped before the destination is full: ${numbers}`, 'Make room there, or name another place with --dest');
		}

		if (inodes && inodes.free < inodes.reserve) {
			throw new NoSpaceError(`stopped before the destination has no inodes left: ${describeInodes(inodes)}`, moreInodes);
		}
	}

	/** Counts bytes about to be written, and looks whenever enough have come together. */
	async spend(bytes: number): Promise<void> {
		this.#unwatched += bytes;

		if (this.#unwatched >= watchedBytes) {
			this.#unwatched = 0;
			await this.check();
		}
	}
}

/**
Of an error for want of space, says so where it is inodes that are lacking: the system has one name for both (`ENOSPC`), and a disk with gigabytes free
misleads whoever looks for the cause.

@returns The error itself if it is any other.
*/
export async function nameLackOfInodes(error: unknown, location: string | Buffer): Promise<unknown> {
	if (!(error instanceof DestinationError) || error.code !== 'ENOSPC' || error instanceof NoSpaceError) {
		return error;
	}

	const space = await readSpace(location, undefined).catch(() => undefined);
	return space?.inodes?.free === 0 && space.free > 0
		? new NoSpaceError(`no inodes are left at the destination, though ${formatBytes(space.free)} are free: it cannot hold more files (${error.message})`, moreInodes)
		: error;
}
