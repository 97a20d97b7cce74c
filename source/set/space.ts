import {statfs} from 'node:fs/promises';
import type {Directory} from '../files/directory.ts';
import {DestinationError, toDestinationError} from '../files/errors.ts';
import {formatBytes} from '../text/format.ts';

/** How much of the file system must stay free: bytes, or a fraction (0–1) of its size. */
export type Reserve = {readonly bytes: number} | {readonly fraction: number};

/** Enough for a server to go on logging while somebody makes room; on a small disk, the share that file systems keep back themselves. */
const defaultReserve = {fraction: 0.05, limit: 1e9} as const;

export type Space = {
	/** Free for an ordinary user (`f_bavail`), in bytes. */
	readonly free: number;
	/** What must stay free, in bytes. */
	readonly reserve: number;
};

/** No room, or no more than must stay free. */
export class NoSpaceError extends DestinationError {
	constructor(message: string) {
		super(message, {code: 'ENOSPC'});
		this.name = 'NoSpaceError';
	}
}

/**
Looks at the file system that holds a directory.

@param reserve `undefined` for the default.
*/
export async function readSpace(location: string | Buffer, reserve: Reserve | undefined): Promise<Space> {
	const {bavail, blocks, bsize} = await statfs(location);
	const size = blocks * bsize;
	return {
		free: bavail * bsize,
		reserve: reserve === undefined
			? Math.min(size * defaultReserve.fraction, defaultReserve.limit)
			: ('bytes' in reserve ? reserve.bytes : size * reserve.fraction),
	};
}

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

	async read(): Promise<Space> {
		try {
			return await readSpace(this.#destination.self, this.#reserve);
		} catch (error) {
			throw toDestinationError(error, 'tell how much space is free at the destination');
		}
	}

	/** @throws {NoSpaceError} If less than the reserve is free. */
	async check(): Promise<void> {
		const {free, reserve} = await this.read();

		if (free < reserve) {
			const numbers = `${formatBytes(free)} are free, and ${formatBytes(reserve)} must stay free (--reserve)`;
			throw new NoSpaceError(`stopped before the destination is full: ${numbers}. Make room there, or name another place with --dest`);
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
