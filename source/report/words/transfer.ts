/*
Sets that are pushed off the host, or fetched back: how far that is, and how it ended. Texts have no full stop at their end.
*/
import type {FetchEvent, FetchPhase} from '../../remote/fetch-events.ts';
import type {FarCheck} from '../../remote/marker.ts';
import type {MovingFile} from '../../remote/transfer-progress.ts';
import type {PushEvent, PushPhase} from '../../remote/push-events.ts';
import {
	formatBytes,
	formatCount,
	formatDuration,
	formatNumber,
	formatSeconds,
} from '../../text/format.ts';

type PushEventOf<Type extends PushEvent['message_type']> = Extract<PushEvent, {message_type: Type}>;
type FetchEventOf<Type extends FetchEvent['message_type']> = Extract<FetchEvent, {message_type: Type}>;

/** A push or a fetch that is under way. */
export type TransferStatus = PushEventOf<'status'> | FetchEventOf<'status'>;

const phases: Readonly<Record<PushPhase | FetchPhase, string>> = {
	copy: 'copying there', send: 'sending', compare: 'looking at what is here for', get: 'getting', check: 'checking', publish: 'publishing',
};

/** How a set was checked at the remote, as much as it says and no more. */
export const checkTexts: Readonly<Record<FarCheck, string>> = {
	download: 'read back, SHA-256',
	sha256: 'SHA-256 of the remote',
	sha1: 'SHA-1 of the remote',
	md5: 'MD5 of the remote',
	size: 'sizes alone',
};

/** What it is at, and with which set. */
export function phaseText({phase, date, sets_done: done, total_sets: sets}: TransferStatus): string {
	return `${phases[phase]} ${date}${sets > 1 ? ` (set ${done + 1} of ${sets})` : ''}`;
}

/** How many bytes are there, or while they are checked, were read for that, of how many; empty where that cannot be told. */
export function transferredTexts({phase, bytes_done: done, bytes_checked: checked, total_bytes: total}: TransferStatus): readonly string[] {
	const bytes = phase === 'check' ? checked : done;
	return bytes === undefined ? [] : [`${formatBytes(bytes)} of ${formatBytes(total)}`];
}

/** How fast they go, and how long it still takes; empty until that can be told. */
export const paceTexts = ({bytes_per_second: rate, seconds_remaining: left}: TransferStatus): readonly string[] => [
	...(rate === undefined ? [] : [`${formatBytes(rate)}/s`]),
	...(left === undefined || left < 1 ? [] : [`about ${formatSeconds(left)} left`]),
];

/** The files on their way; empty where there are none. */
export function movingText([first, ...others]: readonly MovingFile[]): string {
	return first === undefined ? '' : `${first.file}${others.length > 0 ? ` and ${formatCount(others.length, 'file')} more` : ''}`;
}

const partText = (bytes: number, text: string): readonly string[] => bytes > 0 ? [`${formatBytes(bytes)} ${text}`] : [];

const stateText = (state: 'complete' | 'partial') => state === 'complete' ? '' : `${state}, `;

/** A set that is off the host now. */
export function pushedText(event: PushEventOf<'set_pushed'>): string {
	const {date, state, files, bytes, bytes_sent: sent, bytes_copied: copied, bytes_resumed: resumed, checked, completed: isCompleted} = event;
	const parts = [`${formatBytes(sent)} sent`, ...partText(copied, 'copied there'), ...partText(resumed, 'was there')];
	return `${date}: ${stateText(state)}${formatCount(files, 'file')}, ${formatBytes(bytes)}${isCompleted ? ', added to what was there' : ''}: ${parts.join(', ')}; checked: ${checkTexts[checked]}`;
}

/** A set that was there before, and was looked at again. */
export function checkedText({date, files, bytes, findings, checked}: PushEventOf<'set_checked'>): string {
	const verdict = findings === 0 ? 'there as they were sent' : `${formatCount(findings, 'file')} not there as sent`;
	return `${date}: ${formatCount(files, 'file')}, ${formatBytes(bytes)}: ${verdict}; checked: ${checkTexts[checked]}`;
}

const failedText = (failed: number, what: string): readonly string[] => failed > 0 ? [`${formatCount(failed, 'set')} could not be ${what}`] : [];

export function pushText({sets_pushed: pushed, sets_present: present, sets_failed: failed, bytes_sent: sent, findings, remote, seconds_elapsed: seconds}: PushEventOf<'push_summary'>): string {
	const found = findings > 0 ? [`${formatCount(findings, 'file')} not there as sent: remove those sets there (rclone purge ${remote}/HOST/DATE), and push again`] : [];

	if (pushed + failed === 0) {
		const reason = present === 0 ? 'there is no finished set of this host here' : `${remote} has ${present === 1 ? 'the set' : `all ${formatNumber(present)} sets`}`;
		return [`Nothing to push: ${reason}`, ...found].join('; ');
	}

	return [
		`Pushed ${formatCount(pushed, 'set')}, ${formatBytes(sent)} sent, in ${formatDuration(seconds * 1000)}`,
		...(present > 0 ? [`${remote} had ${formatCount(present, 'set')} before`] : []),
		...found,
		...failedText(failed, 'pushed'),
	].join('; ');
}

/** A set that is here again. */
export function fetchedText(event: FetchEventOf<'set_fetched'>): string {
	const {date, state, files, bytes, bytes_received: received, bytes_linked: linked, bytes_resumed: resumed, directory} = event;
	const parts = [`${formatBytes(received)} received`, ...partText(linked, 'shared with other sets here'), ...partText(resumed, 'was here')];
	return `${date}: ${stateText(state)}${formatCount(files, 'file')}, ${formatBytes(bytes)}, verified, in ${directory}: ${parts.join(', ')}`;
}

export function fetchText({sets_fetched: fetched, sets_present: present, sets_failed: failed, bytes_received: received, seconds_elapsed: seconds}: FetchEventOf<'fetch_summary'>): string {
	return [
		fetched + failed === 0 ? 'Nothing to fetch' : `Fetched ${formatCount(fetched, 'set')}, ${formatBytes(received)} received, in ${formatDuration(seconds * 1000)}`,
		...(present > 0 ? [`${formatCount(present, 'set')} here already`] : []),
		...failedText(failed, 'fetched'),
	].join('; ');
}
