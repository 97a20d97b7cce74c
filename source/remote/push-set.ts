import {createHash} from 'node:crypto';
import type {Directory} from '../files/directory.ts';
import {errorCode} from '../files/errors.ts';
import {pathKey, pathOfKey} from '../files/path-key.ts';
import {checksumOf, parseChecksums} from '../set/checksums.ts';
import {OpenedCopy, readBlocks} from '../set/copy.ts';
import type {ManifestHead} from '../set/manifest/manifest-head.ts';
import {checksumsName, manifestName, workName} from '../set/names/names.ts';
import {displayName} from '../text/display-name.ts';
import {formatCount} from '../text/format.ts';
import {quoteWord} from '../text/shell.ts';
import {type Description, UnsoundSetError} from './description.ts';
import {
	checkFar,
	type FarFile,
	type FarFinding,
	sumHere,
	toFarFile,
} from './far-check.ts';
import {farNames} from './far-names.ts';
import {
	decodeMarkers,
	encodeMarker,
	type FarCheck,
	type Marker,
	markerName,
	removalName,
} from './marker.ts';
import type {PushPhase} from './push-events.ts';
import {
	type Rclone,
	RemoteError,
	type RemoteFeatures,
	type Transfer,
} from './rclone.ts';
import {
	type FinishedRemoteSet,
	type HostListing,
	isFinished,
	type RemoteSet,
} from './remote-listing.ts';
import {below, formatRemotePath} from './remote-path.ts';
import type {SetProgress} from './transfer-progress.ts';

/** Something else has the place of a set at the remote. */
export class RemotePlaceTakenError extends UnsoundSetError {}

/** A set was removed here while it was pushed. */
export class SetGoneError extends UnsoundSetError {}

/** Files that are copied at the remote at the same time. */
const copiesAtOnce = 4;

export type SetPush = {
	readonly rclone: Rclone;
	readonly features: RemoteFeatures;
	readonly check: FarCheck;
	/** Tells this push from those of other sets of its date, and of other places, where they grow. */
	readonly id: string;
	/** The directory of the sets, and that of this one. */
	readonly destination: Directory;
	readonly set: Directory;
	readonly date: string;
	readonly description: Description;
	/** What the host has at the remote. */
	readonly there: HostListing;
	readonly signal: AbortSignal;
	/** Told of the bytes that are there by now, and read back, and of the files on their way. */
	readonly onProgress: (phase: PushPhase, progress: SetProgress, current: Transfer['current']) => void;
};

export type PushedSet = {
	/** What now says there that it is a set. */
	readonly marker: Marker;
	readonly files: number;
	readonly bytes: number;
	readonly bytesSent: number;
	readonly bytesCopied: number;
	readonly bytesResumed: number;
	readonly isCompleted: boolean;
};

/** Where the set of a date grows at a remote that can rename directories. */
export const farStagingName = (date: string, id: string): string => `.${date}.${id}.partial`;

/**
Tells pushes of a set apart from those of others of its date, and from those of the same set that stands in another place too, where other files may have been added to it: neither may send into what the other has begun.

@param destinationPath Where the set is; files that are added to it there change nothing of the result.
@returns Eight digits.
*/
export const pushId = ({host, machine, source, started}: ManifestHead, destinationPath: string): string =>
	createHash('sha256').update([host, machine ?? '', source, started.toISOString(), destinationPath].join('\0')).digest('hex').slice(0, 8);

/** Says who sends into the directory of a date, while that is not one of its own; relative to that. */
const claimName = (id: string): string => `${workName}/growing-${id}`;

const sumSizes = (files: readonly FarFile[]): number => files.reduce((sum, {size}) => sum + size, 0);

/** Pushes one set: all that is not there yet, then what describes it, then its name, then the marker that makes it one. */
class SetPusher {
	readonly #options: SetPush;
	readonly #host: string;
	readonly #files: readonly FarFile[];
	readonly #existing: RemoteSet | undefined;
	/** The directory that it grows in, relative to the place at the remote. */
	#target: string;
	#bytesSent = 0;
	#bytesThere = 0;
	#bytesChecked = 0;

	constructor(options: SetPush) {
		this.#options = options;
		const {description: {head, copies}, there, date, features, id} = options;
		this.#host = head.host;
		const names = farNames(copies.map(({file}) => file));
		this.#files = copies.map(copy => toFarFile(copy, names));
		this.#existing = there.sets.find(set => set.date === date);
		this.#target = `${this.#host}/${features.canMoveDirectory && !this.#existing ? farStagingName(date, id) : date}`;
	}

	async run(): Promise<PushedSet> {
		const existing = this.#existing;
		const isCompleted = this.#isFinished;

		if (existing && isFinished(existing)) {
			await this.#refuseOther(existing);
		}

		const resumed = await this.#findPresent();
		this.#bytesThere = sumSizes(resumed);
		const missing = without(this.#files, resumed);
		const copied = await this.#copyThere(missing);
		this.#bytesThere += sumSizes(copied);
		const sent = without(missing, copied);
		await this.#send(sent);
		await this.#settle();
		await this.#describe();
		const marker = await this.#publish();
		return {
			marker, files: this.#files.length, bytes: sumSizes(this.#files), bytesSent: this.#bytesSent, bytesCopied: sumSizes(copied), bytesResumed: isCompleted ? 0 : sumSizes(resumed), isCompleted,
		};
	}

	/** @param bytes Those that come beside what is there, or of a check, what is checked. */
	#tell(phase: PushPhase, bytes = 0, current: Transfer['current'] = []): void {
		const isChecking = phase === 'check';
		this.#options.onProgress(phase, {there: this.#bytesThere + (isChecking ? 0 : bytes), checked: this.#bytesChecked + (isChecking ? bytes : 0)}, current);
	}

	/**
	What is there may be added to, as `--retry` and `--add` do here, and never replaced.

	@throws {RemotePlaceTakenError} If it is another set.
	*/
	async #refuseOther({date, marker}: FinishedRemoteSet): Promise<void> {
		const {rclone, description: {head, checksums}} = this.#options;
		const {host, machine, source} = marker.head;
		const isOther = host !== head.host || source !== head.source || (machine !== undefined && head.machine !== undefined && machine !== head.machine);
		const theirs = isOther ? undefined : await rclone.read(`${this.#host}/${date}/${checksumsName}`);
		const ours = parseChecksums(checksums).sums;
		const isExtended = theirs
			? [...parseChecksums(theirs).sums].every(([file, sum]) => file === manifestName || ours.get(file) === sum)
			// A push that was killed while it wrote them may have left them empty.
			: !isOther && marker.head.started.getTime() === head.started.getTime();

		if (!isExtended) {
			throw new RemotePlaceTakenError(`another set of ${date} is there: it is not what this one was before files were added to it`, {
				remedy: 'Push this one to another path; or, if nobody needs what is there, remove that with rclone purge',
			});
		}
	}

	/** Whether there is a set of the date, to which files are added. */
	get #isFinished(): boolean {
		return this.#existing !== undefined && isFinished(this.#existing);
	}

	/** Whether it grows in a directory that is renamed at the end. */
	get #isStaged(): boolean {
		return this.#target.endsWith('.partial');
	}

	/** What an interrupted push has sent, or the set held before. Sizes tell; that it is the same, the check afterwards. Claims the directory. */
	async #findPresent(): Promise<FarFile[]> {
		const {there, rclone} = this.#options;
		const isThere = there.directories.has(this.#target.slice(this.#host.length + 1));
		const listed = isThere ? await rclone.list(this.#target) : [];
		const sizes = new Map(listed.filter(({isDirectory}) => !isDirectory).map(({path, size}) => [path, size]));

		// What was being removed is to be a set again.
		if (sizes.has(removalName)) {
			await rclone.removeFile(`${this.#target}/${removalName}`);
		}

		await (this.#isStaged ? this.#sweep([...sizes.keys()]) : this.#claim([...sizes.keys()]));

		return this.#files.filter(({name, size}) => sizes.get(name) === size);
	}

	/**
	Takes the directory of a date until the set is one, or has what is added to it: two pushes would mix it up. Of two that begin at the same moment, both are refused.

	@throws {RemotePlaceTakenError} If another push has begun there, or has ended since it was looked at.
	*/
	async #claim(present: readonly string[]): Promise<void> {
		const {rclone, id} = this.#options;
		this.#refuseClaimed(present);

		if (present.includes(claimName(id))) {
			return;
		}

		await this.#writeClaim();

		try {
			const listed = await rclone.list(`${this.#target}/${workName}`, 1);
			const names = listed.map(({path}) => `${workName}/${path}`);
			this.#refuseClaimed(names);
			await this.#refuseChanged(names);
		} catch (error) {
			if (error instanceof RemotePlaceTakenError) {
				await this.#unclaim();
			}

			throw error;
		}
	}

	async #writeClaim(): Promise<void> {
		await this.#options.rclone.write(`${this.#target}/${claimName(this.#options.id)}`, `${new Date().toISOString()}\n`);
	}

	async #unclaim(): Promise<void> {
		await this.#options.rclone.removeFile(`${this.#target}/${claimName(this.#options.id)}`);
	}

	#refuseClaimed(present: readonly string[]): void {
		const {date, id, rclone} = this.#options;
		const other = present.find(name => name.startsWith(claimName('')) && name !== claimName(id));

		if (other === undefined) {
			return;
		}

		const at = (file: string) => quoteWord(formatRemotePath(below(rclone.place, file)));
		throw this.#isFinished
			? new RemotePlaceTakenError(`files are being added to the set of ${date} there by another push, or were: theirs would be mixed up with those of this one`, {
				remedy: `Push again when it has ended; or if nobody pushes it any more, remove what says so: rclone deletefile ${at(`${this.#target}/${other}`)}`,
			})
			: new RemotePlaceTakenError(`another set of ${date} is being pushed there, or was: theirs would be mixed up with this one`, {
				remedy: `Push to a path of its own; or if nobody pushes it any more, remove what is there: rclone purge ${at(this.#target)}`,
			});
	}

	/** @throws {RemotePlaceTakenError} If another push has ended since it was looked at what is there. */
	async #refuseChanged(present: readonly string[]): Promise<void> {
		const {date, rclone} = this.#options;

		if (!present.includes(markerName) && !this.#isFinished) {
			return;
		}

		const marker = await rclone.read(`${this.#target}/${markerName}`);
		const [now] = decodeMarkers(marker?.toString() ?? '');

		if (now?.manifestSum !== this.#existing?.marker?.manifestSum) {
			throw new RemotePlaceTakenError(`the set of ${date} there was changed by another push just now`, {remedy: 'Push again: what is there then is compared'});
		}
	}

	/** Removes what an interrupted push left that belongs to no set. */
	async #sweep(present: readonly string[]): Promise<void> {
		const wanted = new Set([...this.#files.map(({name}) => name), checksumsName, manifestName]);

		for (const name of present.filter(name => !wanted.has(name))) {
			await this.#options.rclone.removeFile(`${this.#target}/${name}`);
		}
	}

	/** Has the remote copy what it has in other sets of this host. Returns what is there then, by its size. */
	async #copyThere(missing: readonly FarFile[]): Promise<FarFile[]> {
		const {features, rclone} = this.#options;

		if (!features.canCopy || missing.length === 0) {
			return [];
		}

		const left = new Map(missing.map(file => [file.name, file]));
		let isWhole = true;

		for (const set of this.#sources()) {
			if (left.size === 0) {
				break;
			}

			this.#tell('copy');
			isWhole = await this.#copyFrom(set, left) && isWhole;
		}

		const copied = without(missing, [...left.values()]);

		if (copied.length === 0 || isWhole) {
			return copied;
		}

		const listed = await rclone.list(this.#target);
		const sizes = new Map(listed.map(({path, size}) => [path, size]));
		return copied.filter(({name, size}) => sizes.get(name) === size);
	}

	/** Sets at the remote that may have the same files: those that the manifest names, and the newest. */
	#sources(): FinishedRemoteSet[] {
		const {there, date, description: {copies, head}} = this.#options;
		const named = new Set(copies.map(({reusedFrom}) => reusedFrom));
		const others = there.sets.filter(set => isFinished(set)).filter(set => set.date !== date && set.marker.head.source === head.source).toReversed();
		const earlier = others.find(set => set.date < date) ?? others[0];
		return others.filter(set => named.has(set.date) || set === earlier);
	}

	/** Has files copied that another set has, by their checksums, and takes them from what is `left`. Returns whether all went well. */
	async #copyFrom(set: FinishedRemoteSet, left: Map<string, FarFile>): Promise<boolean> {
		const {rclone} = this.#options;
		const from = `${this.#host}/${set.date}`;
		const checksums = await rclone.read(`${from}/${checksumsName}`);

		if (!checksums || checksumOf(checksums) !== set.marker.checksumsSum) {
			return true;
		}

		const {sums} = parseChecksums(checksums);
		const names = farNames([...sums.keys()].filter(file => file !== manifestName).map(file => pathOfKey(file)));
		const bySum = Map.groupBy(names, ([file]) => sums.get(file)!);
		const same: FarFile[] = [];
		const renamed: Array<readonly [from: string, file: FarFile]> = [];

		for (const file of left.values()) {
			const found = bySum.get(file.sha256)?.map(([, name]) => name);

			if (found?.includes(file.name)) {
				same.push(file);
			} else if (found) {
				renamed.push([found[0]!, file]);
			}
		}

		const onTransfer = ({current}: Transfer) => {
			this.#tell('copy', 0, current);
		};

		let isWhole = same.length === 0 || await rclone.copyThere(from, this.#target, same.map(({name}) => name), onTransfer);
		const queue = renamed.values();
		const work = async () => {
			for (const [name, file] of queue) {
				isWhole = await rclone.copyFileThere(`${from}/${name}`, `${this.#target}/${file.name}`, onTransfer) && isWhole;
			}
		};

		await Promise.all(Array.from({length: copiesAtOnce}, work));

		for (const {name} of [...same, ...renamed.map(([, file]) => file)]) {
			left.delete(name);
		}

		return isWhole;
	}

	async #send(files: readonly FarFile[]): Promise<void> {
		const {rclone, set, signal} = this.#options;
		const isPlain = ({name, file}: FarFile) => name === pathKey(file);
		const plain = files.filter(file => isPlain(file));

		if (plain.length > 0) {
			this.#tell('send');
			let sent = 0;
			await this.#orGone(rclone.send(set, plain.map(({name}) => name), this.#target, ({bytes, current}) => {
				sent = bytes;
				this.#tell('send', bytes, current);
			}));
			// The last figure may be older than the end.
			this.#bytesSent += Math.max(sent, sumSizes(plain));
			this.#bytesThere += sumSizes(plain);
		}

		for (const {name, file, size} of files.filter(item => !isPlain(item))) {
			const tell = (bytes: number) => {
				this.#tell('send', bytes, [{name: file, bytes, size}]);
			};

			tell(0);
			await this.#orGone((async () => {
				await using copy = await OpenedCopy.open(set, file);
				await rclone.write(`${this.#target}/${name}`, readBlocks(copy, signal), ({bytes}) => {
					// Where a remote takes nothing of unknown length, rclone keeps it first, and sends it then: it counts both.
					tell(bytes > size ? bytes - size : bytes);
				});
			})());
			this.#bytesSent += size;
			this.#bytesThere += size;
		}
	}

	/** Sees that all has come as it should; what has not is sent once more. */
	async #settle(): Promise<void> {
		const wrong = await this.#check(this.#files);

		if (wrong.length === 0) {
			return;
		}

		const again = wrong.map(({file}) => file);
		this.#bytesThere -= sumSizes(again);
		this.#bytesChecked -= sumSizes(again);
		await this.#send(again);
		const [first, ...others] = await this.#check(again);

		if (first) {
			await this.#refuseUnsound(first, others.length);
		}
	}

	/** Tells what is the matter with a file that does not come as it should. */
	async #refuseUnsound({file: {file, sha256}, message}: FarFinding, others: number): Promise<never> {
		const {set, signal} = this.#options;
		await this.#refuseGone();
		const here = await sumHere(set, file, {signal}).catch(() => undefined);

		if (here?.sha256 !== sha256) {
			throw new UnsoundSetError(`${displayName(file)}: the copy here is not as it was written`, {remedy: 'logbackup-tui verify tells more'});
		}

		throw new RemoteError(`${displayName(file)}${others > 0 ? ` (and ${formatCount(others, 'file')} more)` : ''}, sent twice: ${message}`);
	}

	async #check(files: readonly FarFile[]): Promise<readonly FarFinding[]> {
		const {rclone, check, set, signal} = this.#options;
		this.#tell('check');
		const findings = await checkFar(rclone, files, {
			check, directory: this.#target, set, signal,
			onTransfer: ({bytes, current}) => {
				this.#tell('check', bytes, current);
			},
		});
		this.#bytesChecked += sumSizes(files);
		return findings;
	}

	/** Writes the two files that describe the set, as they were read at the start: whatever changes here meanwhile is for the next push. */
	async #describe(): Promise<void> {
		const {rclone, description: {manifest, checksums, manifestSum, checksumsSum}, check} = this.#options;
		const files = [[manifestName, manifest, manifestSum], [checksumsName, checksums, checksumsSum]] as const;

		await Promise.all(files.map(async ([name, content, sha256]) => {
			await rclone.write(`${this.#target}/${name}`, content);
			this.#bytesSent += content.length;
			const there = check === 'size' ? content : await rclone.read(`${this.#target}/${name}`, content.length + 1);

			if (!there || checksumOf(there) !== sha256) {
				throw new RemoteError(`${name} is not there as it was sent`);
			}
		}));
	}

	async #publish(): Promise<Marker> {
		const {rclone, date, description: {head, manifestSum, checksumsSum}, check} = this.#options;
		const final = `${this.#host}/${date}`;
		this.#tell('publish');
		await this.#refuseGone();

		if (this.#isStaged) {
			// Renaming it onto a directory would mix the two.
			const listed = await rclone.list(this.#host, 1);

			if (listed.some(({path}) => path === date)) {
				throw new RemotePlaceTakenError(`a set of ${date} has appeared there while this one was pushed`, {remedy: 'Push again: what is there then is compared'});
			}

			// Until the marker is there, too, nobody else may take what has this name for something that was left.
			await this.#writeClaim();
			await rclone.moveDirectory(this.#target, final);
			this.#target = final;
		}

		const marker: Marker = {
			host: this.#host, date, head, manifestSum, checksumsSum, pushed: new Date(), checked: check,
		};
		await rclone.write(`${final}/${markerName}`, encodeMarker(marker));
		await this.#unclaim();
		return marker;
	}

	/** What fails while the set goes away fails of that. */
	async #orGone(work: Promise<void>): Promise<void> {
		try {
			await work;
		} catch (error) {
			this.#options.signal.throwIfAborted();
			await this.#refuseGone();
			throw error;
		}
	}

	/** @throws {SetGoneError} If the set has no more its name here. */
	async #refuseGone(): Promise<void> {
		const {destination, set, date, rclone} = this.#options;

		try {
			const [named, opened] = await Promise.all([destination.lstat(date), set.stat()]);

			if (named.ino === opened.ino && named.dev === opened.dev) {
				return;
			}
		} catch (error) {
			if (errorCode(error) !== 'ENOENT') {
				throw error;
			}
		}

		await (this.#isFinished ? this.#unclaim() : rclone.removeDirectory(this.#target));

		throw new SetGoneError(`the set of ${date} was removed here while it was pushed`);
	}
}

function without(files: readonly FarFile[], others: readonly FarFile[]): FarFile[] {
	const names = new Set(others.map(({name}) => name));
	return files.filter(({name}) => !names.has(name));
}

/**
Pushes a set to a remote, or adds to it there what was added to it here. Until all of it is there and was looked at, it is no set there; interrupted anywhere, it is taken up again.

@throws {RemoteError} If the remote cannot be used.
@throws {UnsoundSetError} If this set cannot be pushed.
@throws The signal's reason, once it is aborted.
*/
export const pushSet = async (options: SetPush): Promise<PushedSet> => new SetPusher(options).run();
