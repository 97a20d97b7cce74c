import type {Directory} from '../files/directory.ts';
import {ForeseenError, toReason} from '../files/errors.ts';
import {openOwnDirectory} from '../files/own.ts';
import {nameFields} from '../set/manifest/manifest.ts';
import {openRemoteDirectory, rememberPushed} from '../set/pushed.ts';
import {NoSpaceError} from '../set/space.ts';
import {displayText} from '../text/display-name.ts';
import {isSetHere} from './description.ts';
import type {FetchEvent, FetchPhase} from './fetch-events.ts';
import {fetchSet} from './fetch-set.ts';
import {holdRemote} from './hold-remote.ts';
import {isHostDirectory} from './marker.ts';
import {type Rclone, RemoteError} from './rclone.ts';
import {formatRemotePath, type RemotePath} from './remote-path.ts';
import {
	type FinishedRemoteSet,
	isFinished,
	listHost,
	manifestSums,
} from './remote-listing.ts';
import {TransferProgress} from './transfer-progress.ts';

export type Fetch = {
	readonly rclone: Rclone;
	readonly host: string;
	/** Of this machine; missing where nothing tells, or its word does not count. */
	readonly machine?: string | undefined;
	/** Those that are wanted: the newest, all, or these. */
	readonly dates: readonly string[] | 'latest' | 'all';
	/** The directory of the sets, and its path for messages. */
	readonly destination: Directory;
	readonly destinationPath: string;
	/** Whether the host is another one, whose sets are kept apart: in a directory of its name. */
	readonly isApart: boolean;
	readonly report: (event: FetchEvent) => void;
	readonly signal: AbortSignal;
};

/** Result of a fetch. */
export type Fetching = {
	readonly fetched: number;
	/** Sets that were here. */
	readonly present: number;
	readonly failed: number;
	readonly bytes: number;
	readonly bytesReceived: number;
	/** Files that are damaged at the remote. */
	readonly findings: number;
	readonly seconds: number;
};

/** The last event of a fetch. */
export const fetchSummary = ({fetched, present, failed, bytes, bytesReceived, findings, seconds}: Fetching, place: RemotePath, code: number): FetchEvent => ({
	message_type: 'fetch_summary',
	exit_code: code,
	remote: formatRemotePath(place),
	sets_fetched: fetched,
	sets_present: present,
	sets_failed: failed,
	bytes,
	bytes_received: bytesReceived,
	findings,
	seconds_elapsed: seconds,
});

/** @throws {RemoteError} If there is none that is wanted. */
export function chooseFinished(sets: readonly FinishedRemoteSet[], {dates, host, rclone}: Pick<Fetch, 'dates' | 'host' | 'rclone'>): readonly FinishedRemoteSet[] {
	const place = formatRemotePath(rclone.place);

	if (sets.length === 0) {
		throw new RemoteError(`there is no finished set of ${displayText(host)} in ${place}`, {remedy: `See what is there: logbackup-tui remote ${place}`});
	}

	if (dates === 'all' || dates === 'latest') {
		return dates === 'all' ? sets : sets.slice(-1);
	}

	return dates.toSorted().map(date => {
		const set = sets.find(other => other.date === date);

		if (!set) {
			throw new RemoteError(`there is no finished set of ${date} of ${displayText(host)} in ${place}; the newest there is ${sets.at(-1)!.date}`);
		}

		return set;
	});
}

function warnOfNamesake({machine, host, report}: Fetch, sets: readonly FinishedRemoteSet[]): void {
	if (machine !== undefined && sets.some(({marker: {head}}) => head.machine !== undefined && head.machine !== machine)) {
		const name = displayText(host);
		report({
			message_type: 'notice',
			notice: 'namesake',
			message: `the sets there are of another machine that is called ${name} (or of this one before it was installed anew): with --host ${name}, commands here take them for this host's`,
		});
	}
}

/** Gets sets, one after the other. */
class Fetcher {
	readonly #options: Fetch;
	readonly #progress: TransferProgress<FetchPhase>;
	readonly #result = {
		fetched: 0, present: 0, failed: 0, bytes: 0, bytesReceived: 0, findings: 0,
	};

	constructor(options: Fetch) {
		this.#options = options;
		this.#progress = new TransferProgress<FetchPhase>(options.report, {moving: 'get'});
	}

	async run(sets: readonly FinishedRemoteSet[]): Promise<Fetching> {
		const {rclone, host, destination, report} = this.#options;
		const missing: FinishedRemoteSet[] = [];

		for (const set of sets) {
			if (!await isSetHere(destination, set.date, set.marker.manifestSum)) {
				missing.push(set);
			}
		}

		this.#result.present = sets.length - missing.length;
		report({
			message_type: 'fetch_start',
			remote: formatRemotePath(rclone.place),
			host: displayText(host),
			total_sets: missing.length,
			total_bytes: this.#progress.begin(missing.map(({marker: {head}}) => ({bytes: head.bytesOut, isMoved: true, isRead: true}))),
			sets_present: this.#result.present,
		});

		for (const [index, {date}] of missing.entries()) {
			if (!await this.#attempt(date)) {
				this.#result.failed += missing.length - index - 1;
				break;
			}

			this.#progress.endSet();
		}

		return {...this.#result, seconds: this.#progress.seconds};
	}

	/** @returns Whether to go on with others. */
	async #attempt(date: string): Promise<boolean> {
		const {report, signal} = this.#options;

		try {
			await this.#fetch(date);
			return true;
		} catch (error) {
			signal.throwIfAborted();

			// A full disk would be so for all, and nothing has come of it.
			if (!(error instanceof ForeseenError) || error instanceof NoSpaceError) {
				throw error;
			}

			this.#result.failed++;
			report({message_type: 'error', date, error: toReason(error)});
			// What fails of a set costs that set; what fails of the remote would cost all.
			return !(error instanceof RemoteError);
		}
	}

	async #fetch(date: string): Promise<void> {
		const {rclone, host, destination, destinationPath, report, signal} = this.#options;
		const {files, state, bytes, bytesReceived, bytesLinked, bytesResumed} = await fetchSet({
			rclone,
			host,
			date,
			destination,
			signal,
			onProgress: (phase, progress, current) => {
				this.#progress.tell(date, phase, progress, current);
			},
			onDamage: (file, message) => {
				this.#result.findings++;
				report({
					message_type: 'finding', date, ...nameFields('file', file), message,
				});
			},
		});
		this.#result.fetched++;
		this.#result.bytes += bytes;
		this.#result.bytesReceived += bytesReceived;
		report({
			message_type: 'set_fetched',
			date,
			state,
			files,
			bytes,
			bytes_received: bytesReceived,
			bytes_linked: bytesLinked,
			bytes_resumed: bytesResumed,
			directory: displayText(`${destinationPath}/${date}`),
		});
	}
}

async function fetchHeld(options: Fetch, state: Directory): Promise<Fetching> {
	const {rclone, host, isApart, report} = options;
	const {sets: there} = await listHost(rclone, host);
	const sets = chooseFinished(there.filter(set => isFinished(set)), options);
	await rememberPushed(state, {remote: formatRemotePath(rclone.place), host, sets: manifestSums(there)});
	warnOfNamesake(options, sets);

	if (!isApart) {
		return new Fetcher(options).run(sets);
	}

	const destinationPath = `${options.destinationPath}/${host}`;
	await using destination = await openOwnDirectory(options.destination, host, host);
	report({message_type: 'notice', notice: 'apart', message: `sets of ${host} are kept apart from those of this host, in ${displayText(destinationPath)}`});
	return await new Fetcher({...options, destination, destinationPath}).run(sets);
}

/**
Gets sets of a host from a remote, the oldest first.

@throws {RemoteError} If the remote cannot be used, or has no such set.
@throws {LockedError} If another push or fetch is under way at this destination.
@throws {NoSpaceError} If there is no room.
@throws The signal's reason, once it is aborted.
*/
export async function fetch(options: Fetch): Promise<Fetching> {
	if (!isHostDirectory(options.host)) {
		throw new RemoteError(`a host that is called ${displayText(options.host)} cannot have sets at a remote`);
	}

	await using state = await openRemoteDirectory(options.destination);
	await using _ = await holdRemote(state, options.signal);
	return await fetchHeld(options, state);
}
