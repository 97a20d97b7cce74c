import {open, rename} from 'node:fs/promises';
import {type Directory, inParent} from '../files/directory.ts';
import {DestinationError, errorCode, toDestinationError} from '../files/errors.ts';
import {linkName} from '../files/give-name.ts';
import {applyMetadata} from '../files/metadata.ts';
import {privateMode} from '../files/modes.ts';
import {readingFlags} from '../files/open-flags.ts';
import {openOwnDirectory} from '../files/own.ts';
import {pathKey} from '../files/path-key.ts';
import {removeTree} from '../files/remove-tree.ts';
import {isCopyIntact, openRecorded} from '../set/intact-copy.ts';
import {longestManifest} from '../set/manifest/manifest-file.ts';
import type {CopyRecord} from '../set/manifest/manifest.ts';
import {checksumsName, manifestName} from '../set/names/names.ts';
import {NoSpaceError, readSpace} from '../set/space.ts';
import {writeFresh} from '../set/staging/fresh-file.ts';
import {syncDatedName} from '../set/staging/publish.ts';
import {StagedDirectories} from '../set/staging/staged-directories.ts';
import {displayText} from '../text/display-name.ts';
import {formatBytes, formatCount} from '../text/format.ts';
import {
	type Description,
	readDescription,
	readDescriptionOf,
	UnsoundSetError,
} from './description.ts';
import {sumHere} from './far-check.ts';
import {farNames} from './far-names.ts';
import type {FetchPhase} from './fetch-events.ts';
import {
	type Rclone,
	RemoteError,
	TooLongError,
	type Transfer,
} from './rclone.ts';
import {receiveCopies} from './receive-copies.ts';
import type {SetProgress} from './transfer-progress.ts';

/** What has come is not as it was backed up: the set gets no name. */
export class DamagedThereError extends DestinationError {}

/** Where a set grows that is fetched. */
const fetchName = (date: string) => `.${date}.fetched`;

export type SetFetch = {
	readonly rclone: Rclone;
	/** The host's directory there. */
	readonly host: string;
	readonly date: string;
	/** Where the set is to be, below it. */
	readonly destination: Directory;
	readonly signal: AbortSignal;
	/** Told of the bytes that are here by now, and checked, and of the files on their way. */
	readonly onProgress: (phase: FetchPhase, progress: SetProgress, current: Transfer['current']) => void;
	/** Told of each copy that is not as it was backed up. */
	readonly onDamage: (file: Buffer, message: string) => void;
};

export type FetchedSet = {
	readonly files: number;
	readonly state: 'complete' | 'partial';
	readonly bytes: number;
	readonly bytesReceived: number;
	readonly bytesLinked: number;
	readonly bytesResumed: number;
};

/**
Reads what describes a set at a remote. Nothing of it is trusted before it is seen to be of one mind, and of that host.

@throws {UnsoundSetError} If it is not.
@throws {RemoteError}
*/
export async function readFarDescription(rclone: Rclone, host: string, date: string): Promise<Description> {
	const [manifest, checksums] = await Promise.all([manifestName, checksumsName].map(async name => rclone.read(`${host}/${date}/${name}`, longestManifest).catch((error: unknown) => {
		throw error instanceof TooLongError ? new UnsoundSetError(`${name} is longer than that of any set`, {cause: error}) : error;
	})));

	if (!manifest || !checksums) {
		throw new UnsoundSetError(`${manifest ? checksumsName : manifestName} is not there`);
	}

	const description = readDescription(manifest, checksums);

	if (description.head.host !== host) {
		throw new UnsoundSetError(`it is of ${displayText(description.head.host)}, and stands among those of ${displayText(host)}`);
	}

	return description;
}

const sumBytes = (copies: readonly CopyRecord[]): number => copies.reduce((sum, {bytesOut}) => sum + bytesOut, 0);

/** Gets one set: what is here already is linked, the rest received, all of it read, and only then does it get its name. */
class SetFetcher {
	readonly #options: SetFetch;
	readonly #description: Description;
	readonly #names: ReadonlyMap<string, string>;
	readonly #staging: Directory;
	readonly #directories: StagedDirectories;
	#bytesHere = 0;
	#bytesChecked = 0;

	constructor(options: SetFetch, description: Description, staging: Directory) {
		this.#options = options;
		this.#description = description;
		this.#staging = staging;
		this.#names = farNames(description.copies.map(({file}) => file));
		this.#directories = new StagedDirectories(staging);
	}

	async run(): Promise<FetchedSet> {
		const {copies, head} = this.#description;
		this.#tell('compare');
		const resumed = await this.#resume();
		const linked = await this.#link(without(copies, resumed));
		const missing = without(copies, [...resumed, ...linked]);
		await this.#checkSpace(sumBytes(missing));
		await this.#receive(missing);
		await this.#settle();
		await this.#publish();
		return {
			files: copies.length,
			state: head.filesFailed > 0 ? 'partial' : 'complete',
			bytes: sumBytes(copies),
			bytesReceived: sumBytes(missing),
			bytesLinked: sumBytes(linked),
			bytesResumed: sumBytes(resumed),
		};
	}

	/** @param bytes Those that come beside what is here. */
	#tell(phase: FetchPhase, bytes = 0, current: Transfer['current'] = []): void {
		this.#options.onProgress(phase, {there: this.#bytesHere + bytes, checked: this.#bytesChecked}, current);
	}

	/** Keeps of an interrupted fetch what is whole, and removes the rest. */
	async #resume(): Promise<CopyRecord[]> {
		const {signal} = this.#options;
		const whole: CopyRecord[] = [];

		for (const copy of this.#description.copies) {
			let read = 0;
			const isWhole = await this.#isWhole(copy, bytes => {
				read += bytes;
				this.#tell('compare', read);
			});

			if (isWhole) {
				whole.push(copy);
				this.#bytesHere += copy.bytesOut;
			}

			signal.throwIfAborted();
		}

		const kept = new Set(whole.map(({file}) => pathKey(file)));
		const {remaining} = await removeTree(this.#staging, file => kept.has(pathKey(file)));

		for (const directory of remaining) {
			this.#directories.add(directory);
		}

		for (const {file} of this.#description.copies) {
			await this.#directories.makeParents(file);
		}

		return whole;
	}

	async #isWhole({file, sha256, bytesOut}: CopyRecord, onRead: (bytes: number) => void): Promise<boolean> {
		try {
			const stats = await inParent(this.#staging, file, async (parent, name) => parent.lstat(name));

			if (stats.size !== BigInt(bytesOut)) {
				return false;
			}

			const here = await sumHere(this.#staging, file, {signal: this.#options.signal, onRead});
			return here.sha256 === sha256;
		} catch {
			this.#options.signal.throwIfAborted();
			return false;
		}
	}

	/** Takes copies from sets here that their manifests say are the same, as hard links, once they are seen to be so. */
	async #link(copies: readonly CopyRecord[]): Promise<CopyRecord[]> {
		const {destination} = this.#options;
		const linked: CopyRecord[] = [];

		for (const [date, wanted] of Map.groupBy(copies, ({reusedFrom}) => reusedFrom)) {
			if (date === undefined) {
				continue;
			}

			try {
				await using set = await destination.openDirectory(date);
				const {copies: others} = await readDescriptionOf(set);
				const bySum = new Map(others.map(copy => [copy.sha256, copy]));

				for (const copy of wanted) {
					const other = bySum.get(copy.sha256);

					if (other && await this.#linkFrom(set, other, copy)) {
						linked.push(copy);
					}
				}
			} catch {
				// It is not there, or cannot be relied on: then they come from the remote.
				this.#options.signal.throwIfAborted();
			}
		}

		return linked;
	}

	async #linkFrom(set: Directory, other: CopyRecord, {file, source, bytesOut}: CopyRecord): Promise<boolean> {
		// A link has the mode and owner of what it is a link to.
		if (other.source.mode !== source.mode || other.source.uid !== source.uid || other.source.gid !== source.gid || other.source.mtime_ns !== source.mtime_ns) {
			return false;
		}

		try {
			await using handle = await openRecorded(set, other);

			if (!await isCopyIntact(handle, other, this.#options.signal)) {
				return false;
			}

			await inParent(set, other.file, async (from, name) => inParent(this.#staging, file, async (to, newName) => linkName(from.at(name), to.at(newName))));
			this.#bytesHere += bytesOut;
			this.#tell('compare');
			return true;
		} catch {
			this.#options.signal.throwIfAborted();
			return false;
		}
	}

	/** @throws {NoSpaceError} */
	async #checkSpace(bytes: number): Promise<void> {
		const space = await readSpace(this.#staging.self, undefined);

		if (space && space.free - bytes < space.reserve) {
			const numbers = `${formatBytes(space.free)} are free, and ${formatBytes(space.reserve)} must stay free`;
			throw new NoSpaceError(`the set takes ${formatBytes(bytes)}; ${numbers}`, 'Make room there, or name another place with --dest');
		}
	}

	async #receive(copies: readonly CopyRecord[]): Promise<void> {
		const {rclone, host, date} = this.#options;
		this.#tell('get');
		await receiveCopies(copies, {
			rclone, directory: `${host}/${date}`, names: this.#names, target: this.#staging, onProgress: (bytes, current) => {
				this.#tell('get', bytes, current);
			},
		});
		this.#bytesHere += sumBytes(copies);
	}

	/** Reads all, and gives each copy its mode, owner and time. What is not as it should be is told, and removed. */
	async #settle(): Promise<void> {
		const {onDamage, date} = this.#options;
		let damaged = 0;

		for (const copy of this.#description.copies) {
			const isWhole = await this.#isWhole(copy, bytes => {
				this.#bytesChecked += bytes;
				this.#tell('check');
			});

			if (isWhole) {
				await this.#finish(copy);
			} else {
				damaged++;
				onDamage(copy.file, 'what came from the remote is not as it was backed up');
			}
		}

		if (damaged > 0) {
			await this.#describe();
			throw new DamagedThereError(`the set of ${date} is damaged at the remote: ${formatCount(damaged, 'file')} of it`, {
				remedy: `What is whole of it is in ${fetchName(date)}; the next fetch takes it up again`,
			});
		}
	}

	async #finish({file, source: {mode, uid, gid, mtime_ns: mtime}, isRestricted}: CopyRecord): Promise<void> {
		await using handle = await inParent(this.#staging, file, async (parent, name) => open(parent.at(name), readingFlags));
		const {nlink} = await handle.stat({bigint: true});

		// What is linked has all that.
		if (nlink === 1n) {
			await handle.chmod(privateMode);
			await applyMetadata(handle, {
				uid, gid, mode: Number.parseInt(mode, 8), mtimeNs: BigInt(mtime), isRestricted,
			});
		}

		await handle.sync();
	}

	async #describe(): Promise<void> {
		const {manifest, checksums} = this.#description;
		await writeFresh(this.#staging, checksumsName, checksums);
		await writeFresh(this.#staging, manifestName, manifest);
	}

	async #publish(): Promise<void> {
		const {destination, date} = this.#options;
		await this.#describe();
		await this.#directories.sync();
		await refuseTaken(destination, date);
		await rename(destination.at(fetchName(date)), destination.at(date));
		await syncDatedName(destination, date);
	}
}

function without(copies: readonly CopyRecord[], others: readonly CopyRecord[]): CopyRecord[] {
	const files = new Set(others.map(({file}) => pathKey(file)));
	return copies.filter(({file}) => !files.has(pathKey(file)));
}

/** @throws {DestinationError} If something has the name of the set. */
async function refuseTaken(destination: Directory, date: string): Promise<void> {
	const isThere = await destination.lstat(date).then(() => true).catch((error: unknown) => {
		if (errorCode(error) === 'ENOENT') {
			return false;
		}

		throw error;
	});

	if (isThere) {
		throw new DestinationError(`there is a set of ${date} here, and it is another one`, {remedy: 'Fetch to another place: name one with --dest'});
	}
}

/**
Gets a set from a remote to a destination, where it is a set as it was: verified, with modes, owners and times. Interrupted anywhere, there is none of its name, and the next fetch goes on.

@throws {UnsoundSetError} If what describes it there makes no sense.
@throws {DamagedThereError} If a copy is not as it was backed up.
@throws {RemoteError} If the remote cannot be used.
@throws {DestinationError} If the destination cannot.
@throws The signal's reason, once it is aborted.
*/
export async function fetchSet(options: SetFetch): Promise<FetchedSet> {
	const {rclone, host, date, destination, signal} = options;
	const description = await readFarDescription(rclone, host, date);
	await refuseTaken(destination, date);

	try {
		await using staging = await openOwnDirectory(destination, fetchName(date), fetchName(date));
		return await new SetFetcher(options, description, staging).run();
	} catch (error) {
		signal.throwIfAborted();
		throw error instanceof UnsoundSetError || error instanceof RemoteError ? error : toDestinationError(error, `fetch the set of ${date}`);
	}
}
