import type {FileHandle} from 'node:fs/promises';
import {setTimeout} from 'node:timers/promises';
import {isDeepStrictEqual} from 'node:util';
import type {Directory} from '../../files/directory.ts';
import {
	causedBy,
	DestinationError,
	type ErrorFacts,
	toDestinationError,
} from '../../files/errors.ts';
import {
	describeHolder,
	describeSelf,
	freshness,
	heartbeat,
	type Holder,
	isHere,
} from './holder.ts';
import {
	isAtItsName,
	lockName,
	openLockFile,
	openLockFileToLook,
	readHolder,
	type LockState,
	tryLock,
	writeHolder,
} from './lock-file.ts';

/** Interval at which a waiting run tries again, in milliseconds. */
const pollInterval = 250;

/** Somebody who only looks has the kernel's lock for milliseconds, and who has just taken it is about to say so: how often to look again, and after how long. */
const secondLooks = 20;
const secondLookPause = 50;

/** Where the kernel does not arbitrate, the last to write its name has the lock: how long to wait for others that write at the same moment, in milliseconds. */
const settlingTime = 250;

/** Another run holds the lock. */
export class LockedError extends DestinationError {
	constructor(message: string, facts?: ErrorFacts) {
		super(message, facts);
		this.name = 'LockedError';
	}
}

/** Remedy for a lock that another run holds. */
async function advise({holder}: LockState): Promise<string> {
	const wait = 'Wait for it (--lock-wait SECONDS does)';

	if (!holder) {
		return `${wait}, or see with "fuser -v" on ${lockName} who has that file open`;
	}

	return await isHere(holder)
		? `${wait}, or stop it with: kill ${holder.pid}`
		: `${wait}, or stop it where it runs, on another host or in a container. If it is dead, its lock ends ${freshness / 1000} s after its last sign of life`;
}

const refusal = async (state: LockState) => new LockedError(`another run is under way: ${describeHolder(state.holder)}`, {remedy: await advise(state)});

const isSame = (one: Holder, other: Holder | undefined) => isDeepStrictEqual(one, other);

type Taken = {
	readonly handle: FileHandle;
	readonly self: Holder;
};

/** @throws {LockedError} If another run holds it. */
async function tryToTake(destination: Directory): Promise<Taken> {
	for (let look = 1; ; look++) {
		const handle = await openLockFile(destination);

		try {
			const state = await tryLock(destination, handle, 'exclusive');

			if (!state.isHeld && await isAtItsName(destination, handle)) {
				const self = await describeSelf(state.keptBy);
				await writeHolder(handle, self);

				if (state.keptBy === 'kernel' || await isStillNamed(destination, self)) {
					return {handle, self};
				}
			} else if (state.isHeld && (state.isSure || look > secondLooks)) {
				throw await refusal(state);
			}
		} catch (error) {
			await handle.close();
			throw error;
		}

		// Removed by somebody just before it was locked, or held by who may be gone in a moment.
		await handle.close();
		await setTimeout(secondLookPause);
	}
}

/** Whether the file still says, after others have had the time to write as well, that this process has the lock. */
async function isStillNamed(destination: Directory, self: Holder): Promise<boolean> {
	await setTimeout(settlingTime);
	await using handle = await openLockFileToLook(destination);
	return handle !== undefined && isSame(self, await readHolder(handle));
}

/**
The right to write below the destination, held by one run at a time. The file `.lock` says who has it; how it is told whether that is so, see `tryLock`.
*/
export class Lock {
	/**
	@param wait How long to wait for another run to end, in milliseconds.
	@param signal Ends the waiting.
	@throws {LockedError} If another run holds it; the message says who, since when, and what to do.
	@throws {DestinationError} If the file cannot be opened or written.
	*/
	static async take(destination: Directory, wait: number, signal: AbortSignal): Promise<Lock> {
		const deadline = performance.now() + wait;

		for (;;) {
			try {
				return new Lock(destination, await tryToTake(destination));
			} catch (error) {
				if (!(error instanceof LockedError) || performance.now() >= deadline) {
					throw toDestinationError(error, `take the lock ${lockName}`);
				}
			}

			signal.throwIfAborted();
			await setTimeout(pollInterval);
		}
	}

	/**
	Whether a run is under way, by what taking the lock would say; without taking it from anybody.

	@returns Who holds it, or `unknown` if that cannot be told; `undefined` if nobody does.
	*/
	static async holder(destination: Directory): Promise<Holder | 'unknown' | undefined> {
		try {
			await using handle = await openLockFileToLook(destination);

			if (!handle) {
				return undefined;
			}

			const {isHeld, holder} = await tryLock(destination, handle, 'shared');
			return isHeld ? holder ?? 'unknown' : undefined;
		} catch {
			return undefined;
		}
	}

	readonly #destination: Directory;
	readonly #beat: NodeJS.Timeout;
	#taken: Taken;
	#checking: Promise<void> | undefined;

	private constructor(destination: Directory, taken: Taken) {
		this.#destination = destination;
		this.#taken = taken;

		this.#beat = setInterval(() => {
			void this.#showLife().catch(() => undefined);
		}, heartbeat).unref();
	}

	/**
	Makes sure that it is still held, which is to be done before anything that cannot be undone. Was the file removed or replaced, the lock is
	taken anew, if nobody else has it.

	@throws {LockedError} If another run has it now.
	@throws {DestinationError} If that cannot be told.
	*/
	async check(): Promise<void> {
		this.#checking ??= this.#check().finally(() => {
			this.#checking = undefined;
		});
		return this.#checking;
	}

	/** Gives it back. The file stays, empty: removing it would let two runs hold locks on two files of that name. */
	async release(): Promise<void> {
		clearInterval(this.#beat);
		await this.#checking?.catch(() => undefined);
		const {handle, self} = this.#taken;

		try {
			if (isSame(self, await readHolder(handle))) {
				await handle.truncate(0);
			}
		} catch {
			// It names a process that will be gone in a moment: that frees it as well.
		} finally {
			await handle.close();
		}
	}

	async #check(): Promise<void> {
		try {
			const {handle, self} = this.#taken;

			if (!await isAtItsName(this.#destination, handle)) {
				await this.#retake();
			} else if (self.kept_by === 'file') {
				await using now = await openLockFileToLook(this.#destination);
				const holder = now && await readHolder(now);

				if (!isSame(self, holder)) {
					throw new LockedError(`another run has taken the lock, as this one gave no sign of life for ${freshness / 1000} s, or ${lockName} was changed: ${describeHolder(holder)}`);
				}
			}
		} catch (error) {
			throw toDestinationError(error, `see whether the lock ${lockName} is still held`);
		}
	}

	async #retake(): Promise<void> {
		const {handle, self} = this.#taken;

		if (self.kept_by === 'file') {
			throw new DestinationError(
				`the lock file ${lockName} was removed or replaced while this run was under way, so that another one may be at work`,
				{remedy: 'Remove it only when no run is at work'},
			);
		}

		try {
			this.#taken = await tryToTake(this.#destination);
		} catch (error) {
			throw error instanceof LockedError
				? new LockedError(`the lock file ${lockName} was removed or replaced while this run was under way, and now ${error.message}`, causedBy(error))
				: error;
		}

		await handle.close();
	}

	/** Writes the same anew, so that its time is that of now by the destination's clock. */
	async #showLife(): Promise<void> {
		const {handle, self} = this.#taken;

		if (self.kept_by === 'file' && isSame(self, await readHolder(handle))) {
			await writeHolder(handle, self);
			await handle.datasync();
		}
	}
}
