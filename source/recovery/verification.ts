import type {Directory} from '../files/directory.ts';
import {atDestination, DestinationError} from '../files/errors.ts';
import type {EngineName} from '../formats/formats.ts';
import {unpackersFor} from '../formats/unpackers.ts';
import {describeSet, type SetState} from '../set/catalog.ts';
import {nameFields} from '../set/manifest/manifest.ts';
import {type OpenedSet, openSet} from '../set/open-set.ts';
import {directoryName, type SetName} from '../set/names/set-names.ts';
import {fractionDone, StatusClock} from '../text/status-clock.ts';
import {CopyChecker} from './check-copy.ts';
import {
	identifySet,
	readBegunMerge,
	withoutMerge,
} from './set-identity.ts';
import type {Finding, VerifyEvent} from './verify-events.ts';
import {type VerifiedSet, verifySet} from './verify-set.ts';

/** Attempts to read a set that is replaced meanwhile. */
const maximumAttempts = 4;

export type Verification = {
	readonly destination: Directory;
	/** In the order in which they are to be verified. */
	readonly names: readonly SetName[];
	readonly isRunning: boolean;
	/** Number of threads that unpack. */
	readonly jobs: number;
	/** `undefined` for the fastest there is. */
	readonly engine?: EngineName;
	readonly report: (event: VerifyEvent) => void;
	readonly signal: AbortSignal;
};

/** Result of a verification. */
export type Verified = {
	readonly sets: number;
	readonly files: number;
	/** Bytes of copies. */
	readonly bytes: number;
	readonly findings: number;
	readonly seconds_elapsed: number;
};

/** Verifies sets one after the other, the files of each on all cores. */
class Verifier {
	readonly #options: Verification;
	readonly #clock = new StatusClock();
	readonly #totalBytes: number;
	#date = '';
	#sets = 0;
	#files = 0;
	#bytes = 0;
	#findings = 0;

	constructor(options: Verification) {
		this.#options = options;
		const {destination, names} = options;
		this.#totalBytes = names.reduce((sum, name) => sum + (describeSet(destination, name, false)?.head?.bytesOut ?? 0), 0);
	}

	async run(): Promise<Verified> {
		const {names, jobs, engine, report, signal, destination} = this.#options;
		const checker = new CopyChecker({
			unpackerOf: unpackersFor({engine, jobs}),
			signal,
			onBytes: bytes => {
				this.#bytes += bytes;
				this.#tell();
			},
		});
		const {uid} = await atDestination('look at the directory that holds the sets', async () => destination.stat());
		report({message_type: 'verify_start', total_sets: names.length, total_bytes: this.#totalBytes});

		for (const name of names) {
			this.#date = name.date;
			await this.#verify(name, checker, uid);
		}

		return {
			sets: this.#sets, files: this.#files, bytes: this.#bytes, findings: this.#findings, seconds_elapsed: this.#clock.seconds,
		};
	}

	async #open(name: SetName): Promise<OpenedSet | Finding | undefined> {
		try {
			return await openSet(this.#options.destination, name, this.#options.isRunning);
		} catch (error) {
			if (error instanceof DestinationError) {
				return {kind: 'unreadable', message: error.message};
			}

			throw error;
		}
	}

	async #verify(name: SetName, checker: CopyChecker, destinationOwner: bigint): Promise<void> {
		const {report} = this.#options;
		const {date} = name;

		for (let attempt = 1; ; attempt++) {
			const before = await identifySet(this.#options.destination, directoryName(name));
			const set = await this.#open(name);

			if (!set) {
				report({
					message_type: 'notice', notice: 'gone', date, message: `the set of ${date} was removed during the verification`,
				});
				return;
			}

			if ('message' in set) {
				this.#settle(date, {
					findings: [set], state: 'damaged', files: 0, unchecked: 0, bytes: 0,
				});
				return;
			}

			await using _ = set.directory;

			if (await this.#verifyOpened(name, set, {
				checker, destinationOwner, before, isLast: attempt === maximumAttempts,
			})) {
				return;
			}
		}
	}

	/** @returns Whether that is all there is to say; not if the set has become another while it was read. */
	async #verifyOpened(name: SetName, set: OpenedSet, {checker, destinationOwner, before, isLast}: {
		readonly checker: CopyChecker;
		readonly destinationOwner: bigint;
		/** Identity of the set before it was opened. */
		readonly before: string;
		readonly isLast: boolean;
	}): Promise<boolean> {
		const {jobs, destination, report} = this.#options;
		const {date} = name;
		const bytesBefore = this.#bytes;
		const filesBefore = this.#files;
		let {findings, files, unchecked} = await verifySet(set, {
			checker,
			jobs: 2 * jobs,
			destinationOwner,
			onFile: () => {
				this.#files++;
			},
		});

		if (findings.length > 0) {
			const merged = name.isStaging ? undefined : await readBegunMerge(destination, date);
			const hasChanged = await identifySet(destination, directoryName(name)) !== before;

			if (hasChanged && !isLast) {
				this.#bytes = bytesBefore;
				this.#files = filesBefore;
				return false;
			}

			const others = merged ? withoutMerge(findings, merged) : findings;

			if (others.length < findings.length) {
				const message = `a --retry or --add has begun to add copies to the set of ${date}; if it was killed, the next one ends that. What it adds is not verified`;
				report({
					message_type: 'notice', notice: 'merging', date, message,
				});
			}

			findings = others;
		}

		this.#settle(date, {
			findings, state: set.state, files, unchecked, bytes: this.#bytes - bytesBefore,
		});
		return true;
	}

	#settle(date: string, {findings, state, files, unchecked, bytes}: VerifiedSet & {readonly state: SetState; readonly bytes: number}): void {
		this.#findings += findings.length;
		this.#sets++;
		this.#report(date, findings);
		this.#options.report({
			message_type: 'set_verified', date, state, files, bytes, findings: findings.length, files_unchecked: unchecked,
		});
	}

	#report(date: string, findings: readonly Finding[]): void {
		for (const {kind, file, message} of findings) {
			this.#options.report({
				message_type: 'finding', date, finding: kind, ...(file && nameFields('file', file)), message,
			});
		}
	}

	#tell(): void {
		this.#clock.throttle(() => {
			this.#options.report({
				message_type: 'status',
				seconds_elapsed: this.#clock.seconds,
				percent_done: fractionDone(this.#bytes, this.#totalBytes),
				date: this.#date,
				total_sets: this.#options.names.length,
				sets_done: this.#sets,
				files_done: this.#files,
				total_bytes: this.#totalBytes,
				bytes_done: this.#bytes,
				error_count: this.#findings,
			});
		});
	}
}

/**
Verifies sets, and reports what is wrong with them as it goes.

@throws The signal's reason, once it is aborted.
*/
export const verifySets = async (options: Verification): Promise<Verified> => new Verifier(options).run();
