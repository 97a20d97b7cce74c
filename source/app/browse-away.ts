/*
Sets that are off the host, for the screens: what is there, pushing, and getting one back.
*/
import {exitCodes} from '../exit/exit-codes.ts';
import {Directory} from '../files/directory.ts';
import {DestinationError} from '../files/errors.ts';
import type {Places} from '../flags/places.ts';
import {fetch, fetchSummary} from '../remote/fetch-sets.ts';
import {push, pushSummary} from '../remote/push-sets.ts';
import {Rclone} from '../remote/rclone.ts';
import {formatRemotePath, type RemotePath} from '../remote/remote-path.ts';
import {
	isFinished,
	listHost,
	manifestSums,
	toOverview,
} from '../remote/remote-listing.ts';
import {openDestination} from '../set/destination.ts';
import type {Whose} from '../set/names/provenance.ts';
import {isPushed, pushedKey} from '../set/pushed.ts';
import {displayText} from '../text/display-name.ts';
import {formatAge} from '../text/format.ts';
import type {AwaySets, Work} from '../tui/sets/browser.ts';

export type BackupPlaces = Pick<Places, 'source' | 'destination'>;

/** Where sets are pushed, and whose. */
export type PushTarget = {readonly to: RemotePath; readonly whose: Whose};

/** A screen is looked at: what does not answer soon is told so, and asked again with a key. */
const impatient = ['--contimeout=5s', '--timeout=10s', '--retries=1', '--low-level-retries=2'];

/** @throws {RemoteError} If the remote cannot be listed. */
export async function listAway(place: Directory, {to, whose: {host}}: PushTarget, signal: AbortSignal): Promise<AwaySets> {
	const rclone = await Rclone.open(to, {extra: impatient, signal});
	const {sets} = await listHost(rclone, host);
	const overviews = sets.filter(set => isFinished(set)).map(set => toOverview(set)).toReversed();
	const sums = new Map([...manifestSums(sets)].map(([date, sum]) => [pushedKey(host, date), sum]));
	const now = Date.now();
	const pushed = new Set<string>();

	for (const overview of overviews) {
		if (await isPushed(place, overview, {remote: formatRemotePath(to), seen: new Date(now), sets: sums})) {
			pushed.add(overview.date);
		}
	}

	return {
		host,
		pushed,
		rows: overviews.map(({date, state, head}) => ({name: {date, isStaging: false}, state, ...(head && {head, away: {age: formatAge(head.finished.getTime(), now)}})})),
	};
}

/** @throws {RemoteError} If the remote cannot be used. */
export async function pushAway(place: Directory, {destination: destinationPath}: BackupPlaces, {to, whose}: PushTarget, {report, signal}: Work): Promise<void> {
	const rclone = await Rclone.open(to, {signal});
	const pushing = await push({
		rclone, destination: place, destinationPath, whose, isAll: false, report, signal,
	});
	report(pushSummary(pushing, to, pushing.failed > 0 ? exitCodes.someFailed : exitCodes.done));
}

/** @throws {RemoteError} If the remote cannot be used. */
export async function fetchBack({source: sourcePath, destination: destinationPath}: BackupPlaces, {to, whose: {host, machine}}: PushTarget, {date, work: {report, signal}}: {
	readonly date: string;
	readonly work: Work;
}): Promise<void> {
	const rclone = await Rclone.open(to, {signal});
	await using source = await Directory.open(sourcePath).catch(() => undefined);
	// Reading needs no trust in who else can write there; this does.
	await using destination = await openDestination(destinationPath, {source, create: false});

	if (!destination) {
		throw new DestinationError(`${displayText(destinationPath)} is gone`);
	}

	const fetching = await fetch({
		rclone, host, machine, dates: [date], destination, destinationPath, isApart: false, report, signal,
	});
	report(fetchSummary(fetching, to, fetching.failed > 0 ? exitCodes.someFailed : exitCodes.done));
}
