import type {Directory} from '../files/directory.ts';
import {ForeseenError, errorCode, toReason} from '../files/errors.ts';
import {readCatalog, type SetOverview} from '../set/catalog.ts';
import {nameFields} from '../set/manifest/manifest.ts';
import {checksumsName, manifestName} from '../set/names/names.ts';
import {describeOrigin, isOf, type Whose} from '../set/names/provenance.ts';
import {openRemoteDirectory, rememberPushed} from '../set/pushed.ts';
import {claimHost} from './claim-host.ts';
import {
	type Description,
	isSetHere,
	readDescriptionOf,
	UnsoundSetError,
} from './description.ts';
import {
	checkFar,
	chooseCheck,
	type FarFile,
	toFarFile,
	type WantedCheck,
} from './far-check.ts';
import {farNames} from './far-names.ts';
import {holdRemote} from './hold-remote.ts';
import {type FarCheck, isHostDirectory} from './marker.ts';
import type {PushEvent, PushPhase} from './push-events.ts';
import {
	pushId,
	pushSet,
	SetGoneError,
} from './push-set.ts';
import type {Rclone, RemoteFeatures} from './rclone.ts';
import {formatRemotePath, type RemotePath} from './remote-path.ts';
import {
	type HostListing,
	isFinished,
	listHost,
	manifestSums,
} from './remote-listing.ts';
import {TransferProgress} from './transfer-progress.ts';

export type Push = {
	readonly rclone: Rclone;
	/** The directory of the sets, and its path. */
	readonly destination: Directory;
	readonly destinationPath: string;
	/** Host and sources of the sets that are meant. */
	readonly whose: Whose;
	/** Sets of others too. */
	readonly isAll: boolean;
	/** The sets that are meant; all, if it is missing. */
	readonly dates?: readonly string[];
	/** How it is looked whether they have come; sets that were there before are looked at too, if it is given. */
	readonly check?: WantedCheck | undefined;
	readonly report: (event: PushEvent) => void;
	readonly signal: AbortSignal;
};

/** Result of a push. */
export type Pushing = {
	readonly pushed: number;
	/** Sets that were there. */
	readonly present: number;
	readonly failed: number;
	/** Of the sets that were pushed: of their copies, and sent. */
	readonly bytes: number;
	readonly bytesSent: number;
	/** Files that are not at the remote as they have to be. */
	readonly findings: number;
	readonly seconds: number;
};

/** The last event of a push. */
export const pushSummary = ({pushed, present, failed, bytes, bytesSent, findings, seconds}: Pushing, place: RemotePath, code: number): PushEvent => ({
	message_type: 'push_summary',
	exit_code: code,
	remote: formatRemotePath(place),
	sets_pushed: pushed,
	sets_present: present,
	sets_failed: failed,
	bytes,
	bytes_sent: bytesSent,
	findings,
	seconds_elapsed: seconds,
});

/** A finished set here. */
type LocalSet = {
	readonly date: string;
	readonly host: string;
	readonly bytes: number;
};

/** Pushes sets, one after the other. */
class Pusher {
	readonly #options: Push;
	readonly #progress: TransferProgress<PushPhase>;
	readonly #features: RemoteFeatures;
	readonly #check: FarCheck;
	readonly #state: Directory;
	readonly #there = new Map<string, HostListing>();
	readonly #result = {
		pushed: 0, present: 0, failed: 0, bytes: 0, bytesSent: 0, findings: 0,
	};

	constructor(options: Push, features: RemoteFeatures, state: Directory) {
		this.#options = options;
		this.#progress = new TransferProgress<PushPhase>(options.report, {moving: 'send', readingBack: 'check'});
		this.#features = features;
		this.#check = chooseCheck(features, options.check);
		this.#state = state;
	}

	async run(): Promise<Pushing> {
		const sets = await this.#choose();

		for (const host of new Set(sets.map(({host}) => host).filter(name => isHostDirectory(name)))) {
			const [listing] = await Promise.all([listHost(this.#options.rclone, host), claimHost(this.#options.rclone, host, this.#options.whose)]);
			await this.#take(host, listing);
		}

		const present = new Set<LocalSet>();

		for (const set of sets) {
			if (await this.#isPresent(set)) {
				present.add(set);
			}
		}

		const work = this.#options.check === undefined ? sets.filter(set => !present.has(set)) : sets;
		this.#result.present = present.size;
		this.#options.report({
			message_type: 'push_start',
			remote: formatRemotePath(this.#options.rclone.place),
			total_sets: work.length,
			total_bytes: this.#progress.begin(work.map(set => ({bytes: set.bytes, isMoved: !present.has(set), isRead: this.#check === 'download'}))),
			sets_present: present.size,
		});

		for (const [index, set] of work.entries()) {
			if (!await this.#attempt(set, present.has(set))) {
				this.#result.failed += work.length - index - 1;
				break;
			}

			this.#progress.endSet();
		}

		return {...this.#result, seconds: this.#progress.seconds};
	}

	/** The sets that are meant, the oldest first. Those that cannot be pushed are told, if they were named. */
	async #choose(): Promise<LocalSet[]> {
		const {destination, dates, whose, isAll} = this.#options;
		const wanted = dates && new Set(dates);
		const found: SetOverview[] = [];

		for await (const overview of readCatalog(destination)) {
			if (!overview.isStaging && (wanted?.has(overview.date) ?? true)) {
				found.unshift(overview);
			}
		}

		return found.flatMap(overview => {
			const {date, head, state, origin} = overview;

			if (!wanted && !isAll && !isOf(origin, whose)) {
				this.#skip(date, `the set of ${date} is of ${describeOrigin(origin!, whose)}, and not pushed here`);
				return [];
			}

			if (!head) {
				this.#skip(date, `the set of ${date} is ${state}, and not pushed: nothing tells whether its copies are whole`);
				return [];
			}

			return [{date, host: head.host, bytes: head.bytesOut}];
		});
	}

	#skip(date: string, message: string): void {
		this.#options.report({
			message_type: 'notice', notice: 'skipped', date, message,
		});
	}

	/** Whether a set is at the remote as it is here. */
	async #isPresent({date, host}: LocalSet): Promise<boolean> {
		const there = this.#there.get(host)?.sets.find(set => set.date === date);

		return there !== undefined && isFinished(there) && isSetHere(this.#options.destination, date, there.marker.manifestSum);
	}

	/** @returns Whether to go on with others. */
	async #attempt(local: LocalSet, isPresent: boolean): Promise<boolean> {
		const {destination, report, signal} = this.#options;
		const {date, host} = local;

		try {
			if (!isHostDirectory(host)) {
				throw new UnsoundSetError('the name of its host cannot be that of a directory at a remote');
			}

			await using set = await destination.openDirectory(date);
			const description = await readDescriptionOf(set);
			await (isPresent ? this.#look(local, set, description) : this.#push(local, set, description));
			return true;
		} catch (error) {
			signal.throwIfAborted();

			if (error instanceof SetGoneError || errorCode(error) === 'ENOENT') {
				report({
					message_type: 'notice', notice: 'gone', date, message: `the set of ${date} was removed here while it was pushed`,
				});
				return true;
			}

			if (!(error instanceof ForeseenError)) {
				throw error;
			}

			this.#result.failed++;
			report({message_type: 'error', date, error: toReason(error)});
			// What fails of a set costs that set; what fails of the remote would cost all.
			return error instanceof UnsoundSetError;
		}
	}

	async #push({date, host}: LocalSet, set: Directory, description: Description): Promise<void> {
		const {rclone, destination, destinationPath, signal, report} = this.#options;
		const there = this.#there.get(host)!;
		const {marker, files, bytes, bytesSent, bytesCopied, bytesResumed, isCompleted} = await pushSet({
			rclone, features: this.#features, check: this.#check, id: pushId(description.head, destinationPath), destination, set, date, description, there, signal,
			onProgress: (phase, progress, current) => {
				this.#progress.tell(date, phase, progress, current);
			},
		});
		this.#result.pushed++;
		this.#result.bytes += bytes;
		this.#result.bytesSent += bytesSent;
		await this.#take(host, {...there, sets: [...there.sets.filter(other => other.date !== date), {host, date, marker}].toSorted((one, other) => one.date.localeCompare(other.date))});
		report({
			message_type: 'set_pushed',
			date,
			state: description.head.filesFailed > 0 ? 'partial' : 'complete',
			files,
			bytes,
			bytes_sent: bytesSent,
			bytes_copied: bytesCopied,
			bytes_resumed: bytesResumed,
			checked: this.#check,
			completed: isCompleted,
		});
	}

	/** Looks whether a set that was there is there as it was sent. */
	async #look({date, host, bytes}: LocalSet, set: Directory, {copies, manifest, manifestSum, checksums, checksumsSum}: Description): Promise<void> {
		const {rclone, signal, report} = this.#options;
		const names = farNames(copies.map(({file}) => file));
		const described = [[manifestName, manifest, manifestSum], [checksumsName, checksums, checksumsSum]] as const;
		const files: readonly FarFile[] = [
			...copies.map(copy => toFarFile(copy, names)),
			...described.map(([name, content, sha256]) => ({
				name, file: Buffer.from(name), size: content.length, sha256,
			})),
		];
		const findings = await checkFar(rclone, files, {
			check: this.#check, directory: `${host}/${date}`, set, signal,
			onTransfer: transfer => {
				this.#progress.tell(date, 'check', {there: bytes, checked: Math.min(transfer.bytes, bytes)}, transfer.current);
			},
		});
		this.#result.findings += findings.length;

		for (const {file: {file}, message} of findings) {
			report({
				message_type: 'finding', date, ...nameFields('file', file), message,
			});
		}

		report({
			message_type: 'set_checked', date, files: copies.length, bytes, checked: this.#check, findings: findings.length,
		});
	}

	/** Takes note of what a host has at the remote, and remembers it. */
	async #take(host: string, listing: HostListing): Promise<void> {
		this.#there.set(host, listing);
		await rememberPushed(this.#state, {remote: formatRemotePath(this.#options.rclone.place), host, sets: manifestSums(listing.sets)});
	}
}

/**
Pushes finished sets to a remote that are not there, the oldest first.

@throws {RemoteError} If the remote cannot be used at all.
@throws {LockedError} If another push or fetch is under way at this destination.
@throws The signal's reason, once it is aborted.
*/
export async function push(options: Push): Promise<Pushing> {
	await using state = await openRemoteDirectory(options.destination);
	await using _ = await holdRemote(state, options.signal);
	return await new Pusher(options, await options.rclone.features(), state).run();
}
