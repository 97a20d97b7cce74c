import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {constants} from 'node:fs';
import {type FileHandle, readFile} from 'node:fs/promises';
import {hostname} from 'node:os';
import {setTimeout} from 'node:timers/promises';
import type {Directory} from '../files/directory.ts';
import {toDestinationError} from '../files/errors.ts';
import {openOwnFile} from '../files/own.ts';
import {privateMode} from '../files/modes.ts';
import {displayText} from '../text/display-name.ts';

const lockName = '.lock';
const maximumLockBytes = 4096;
/** How often a waiting run looks again, in milliseconds. */
const pollInterval = 250;

export type Holder = {
	readonly pid: number;
	readonly host: string;
	readonly boot_id: string;
	/** Field 22 of `/proc/<pid>/stat` (proc(5)): clock ticks after boot; tells a process from a later one with the same pid. */
	readonly start_ticks: string;
	/** ISO 8601. */
	readonly since: string;
};

/** Another run holds the lock. */
export class LockedError extends Error {
	constructor(message: string) {
		super(message);
		this.name = 'LockedError';
	}
}

const readBootId = async () => (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim();

/** States of a process that has ended, and only waits for its parent to ask how (proc(5), field 3). */
const ended: ReadonlySet<string> = new Set(['Z', 'X', 'x']);

/** @returns `undefined` if there is no such process, or it has ended. */
async function readStartTicks(pid: number | 'self'): Promise<string | undefined> {
	try {
		const stat = await readFile(`/proc/${pid}/stat`, 'latin1');
		// The second field, the program's name, may hold spaces and parentheses; the third comes after the last ") ".
		const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
		return ended.has(fields[0]!) ? undefined : fields[19];
	} catch {
		return undefined;
	}
}

function parseHolder(text: string): Holder | undefined {
	try {
		const holder = JSON.parse(text) as Partial<Holder>;
		return Number.isSafeInteger(holder.pid) && typeof holder.boot_id === 'string' && typeof holder.start_ticks === 'string'
			? {
				pid: holder.pid!,
				host: String(holder.host),
				boot_id: holder.boot_id,
				start_ticks: holder.start_ticks,
				since: String(holder.since),
			}
			: undefined;
	} catch {
		return undefined;
	}
}

async function readHolder(handle: FileHandle): Promise<Holder | undefined> {
	const {buffer, bytesRead} = await handle.read(Buffer.alloc(maximumLockBytes), 0, maximumLockBytes, 0);
	return parseHolder(buffer.toString('utf8', 0, bytesRead));
}

/** A holder on another host (a destination shared over a network) cannot be looked up, and counts as alive. */
async function isAlive(holder: Holder): Promise<boolean> {
	return holder.host === hostname() ? holder.boot_id === await readBootId() && holder.start_ticks === await readStartTicks(holder.pid) : true;
}

/**
Takes the kernel's lock on the open file (flock(2), which Node lacks) through `flock(1)`: a lock belongs to the open file description that
the child inherits, so it stays ours after the child's end, and the kernel drops it when we end, however we end.

@returns `undefined` if there is no `flock` program or the file system has no such locks.
*/
async function flock(handle: FileHandle): Promise<'taken' | 'held' | undefined> {
	const child = spawn('flock', ['--nonblock', '--conflict-exit-code', '75', '3'], {stdio: ['ignore', 'ignore', 'ignore', handle.fd]});

	try {
		const [code] = await once(child, 'exit') as [number | null];
		return code === 0 ? 'taken' : (code === 75 ? 'held' : undefined);
	} catch {
		return undefined;
	}
}

/** Who holds a lock, for a person. */
export const describeHolder = (holder: Holder | undefined): string => holder
	? `process ${holder.pid} on ${displayText(holder.host)}, since ${displayText(holder.since)}`
	: 'a process that has not said who it is';

/**
The right to write below the destination, held by one run at a time. The file `.lock` says who has it; that it is free is told by the
kernel's lock on it and, where there is none, by the named process being gone (same boot, same start time).
*/
export class Lock {
	/**
	@param wait How long to wait for another run to end, in milliseconds.
	@param signal Ends the waiting.
	@throws {LockedError} If another run holds it; the message says who and since when.
	@throws {DestinationError} If the file cannot be opened or written.
	*/
	static async take(destination: Directory, wait: number, signal: AbortSignal): Promise<Lock> {
		const deadline = performance.now() + wait;

		for (;;) {
			try {
				return await Lock.#tryToTake(destination);
			} catch (error) {
				if (!(error instanceof LockedError) || performance.now() >= deadline) {
					throw error;
				}
			}

			signal.throwIfAborted();
			await setTimeout(pollInterval);
		}
	}

	/** Who holds it, if a run is under way; without taking it. */
	static async holder(destination: Directory): Promise<Holder | undefined> {
		try {
			await using handle = await openOwnFile(destination.at(lockName), lockName, constants.O_RDONLY);
			const holder = await readHolder(handle);
			return holder && await isAlive(holder) ? holder : undefined;
		} catch {
			return undefined;
		}
	}

	static async #tryToTake(destination: Directory): Promise<Lock> {
		let handle: FileHandle;

		try {
			handle = await openOwnFile(destination.at(lockName), lockName, constants.O_RDWR | constants.O_CREAT, privateMode);
			await handle.chmod(privateMode);
		} catch (error) {
			throw toDestinationError(error, `open the lock file ${lockName}`);
		}

		try {
			const kernelLock = await flock(handle);
			const holder = await readHolder(handle);

			if (kernelLock === 'held' || (holder && await isAlive(holder))) {
				throw new LockedError(`another run is under way: ${describeHolder(holder)}`);
			}

			await Lock.#write(handle);
			return new Lock(handle);
		} catch (error) {
			await handle.close();
			throw error instanceof LockedError ? error : toDestinationError(error, `take the lock ${lockName}`);
		}
	}

	static async #write(handle: FileHandle): Promise<void> {
		const holder: Holder = {
			pid: process.pid,
			host: hostname(),
			boot_id: await readBootId(),
			start_ticks: await readStartTicks('self') ?? '',
			since: new Date().toISOString(),
		};
		await handle.truncate(0);
		await handle.write(`${JSON.stringify(holder)}\n`, 0);
	}

	readonly #handle: FileHandle;

	private constructor(handle: FileHandle) {
		this.#handle = handle;
	}

	/** Gives it back. The file stays, empty: removing it would let two runs hold locks on two files of that name. */
	async release(): Promise<void> {
		try {
			await this.#handle.truncate(0);
		} catch {
			// It names a process that will be gone in a moment: that frees it as well.
		} finally {
			await this.#handle.close();
		}
	}
}
