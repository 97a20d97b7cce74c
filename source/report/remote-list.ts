import {isFinished, type RemoteSet} from '../remote/remote-listing.ts';
import {displayText} from '../text/display-name.ts';
import {
	formatAge,
	formatBytes,
	formatCount,
	formatDuration,
	formatNumber,
} from '../text/format.ts';
import {largestOf} from '../text/lists.ts';
import {checkTexts} from './words/transfer.ts';

/** Tolerated difference between the clock that dated a set and this one, in milliseconds. */
const clockTolerance = 5 * 60_000;

/** The sets of a host at a remote. */
export type RemoteHost = {
	readonly host: string;
	/** The oldest first. */
	readonly sets: readonly RemoteSet[];
	/** Time since the newest finished one was finished, in milliseconds; missing if there is none. */
	readonly age?: number;
	/** Whether that is too long, or not known. */
	readonly isLate: boolean;
};

/**
Puts sets together by their hosts.

@param now Milliseconds.
@param maximumAge The same; `undefined` if no age is too much.
*/
export const groupHosts = (sets: readonly RemoteSet[], now: number, maximumAge: number | undefined): RemoteHost[] => [...Map.groupBy(sets, ({host}) => host)].map(([host, own]) => {
	const finished = own.filter(set => isFinished(set)).map(({marker}) => marker.head.finished.getTime());
	const age = finished.length === 0 ? undefined : now - largestOf(finished);
	return {
		host, sets: own, ...(age !== undefined && {age}), isLate: maximumAge !== undefined && (age === undefined || age > maximumAge || age < -clockTolerance),
	};
});

const stateOf = (set: RemoteSet) => isFinished(set) ? (set.marker.head.filesFailed > 0 ? 'partial' : 'complete') : 'unfinished';

const bytesOf = (sets: readonly RemoteSet[]) => sets.reduce((sum, {marker}) => sum + (marker?.head.bytesOut ?? 0), 0);

function setLine(set: RemoteSet, now: number): string {
	if (!isFinished(set)) {
		return `  ${set.date}  unfinished`;
	}

	const {date, marker: {head, checked}} = set;
	const numbers = [formatNumber(head.filesDone).padStart(7), formatBytes(head.bytesOut).padStart(7), formatAge(head.finished.getTime(), now).padStart(4)];
	return `  ${[date, stateOf(set).padEnd(10), ...numbers, checkTexts[checked]].join('  ')}`;
}

/** Why a host is late, for a person. */
export function lateText({host, age}: RemoteHost): string {
	const reason = age === undefined ? 'it has no finished set there' : (age < 0 ? 'its newest set is dated in the future' : `its newest set is ${formatDuration(age)} old`);
	return `${displayText(host)} is late: ${reason}`;
}

/** The hosts and their sets as lines, the newest next to the prompt. */
export const remoteLines = (hosts: readonly RemoteHost[], now: number): string[] => [
	...(hosts.length === 0 ? [] : ['  DATE        STATE         FILES     SIZE   AGE  CHECKED']),
	...hosts.flatMap(({host, sets}) => [displayText(host), ...sets.map(set => setLine(set, now))]),
	`${formatCount(hosts.length, 'host')}, ${formatCount(hosts.reduce((sum, {sets}) => sum + sets.length, 0), 'set')}, ${formatBytes(bytesOf(hosts.flatMap(({sets}) => sets)))}`,
];

/** The same as JSON: a `remote_set` for each, a `remote_host` after those of a host, and a `remote` at the end. */
export const remoteJson = (hosts: readonly RemoteHost[], remote: string, code: number): object[] => [
	...hosts.flatMap(({host, sets, age, isLate}) => [
		...sets.map(set => ({
			message_type: 'remote_set',
			host: displayText(host),
			date: set.date,
			state: stateOf(set),
			...(set.marker && {
				started: set.marker.head.started.toISOString(),
				finished: set.marker.head.finished.toISOString(),
				source: displayText(set.marker.head.source),
				files_done: set.marker.head.filesDone,
				files_failed: set.marker.head.filesFailed,
				bytes_in: set.marker.head.bytesIn,
				bytes_out: set.marker.head.bytesOut,
				pushed: set.marker.pushed.toISOString(),
				checked: set.marker.checked,
			}),
		})),
		{
			message_type: 'remote_host',
			host: displayText(host),
			sets: sets.filter(set => isFinished(set)).length,
			newest: sets.findLast(set => isFinished(set))?.date ?? null,
			age_seconds: age === undefined ? null : Math.round(age / 1000),
			late: isLate,
		},
	]),
	{
		message_type: 'remote', exit_code: code, remote, total_hosts: hosts.length, hosts_late: hosts.filter(({isLate}) => isLate).length,
	},
];
