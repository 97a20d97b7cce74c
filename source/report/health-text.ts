import type {
	Health,
	PushHealth,
	SourceHealth,
	Verdict,
} from '../set/health.ts';
import {describeOrigin, describeWhose, type Origin} from '../set/names/provenance.ts';
import {displayText} from '../text/display-name.ts';
import {
	formatBytes,
	formatCount,
	formatDuration,
	formatNumber,
	localTime,
} from '../text/format.ts';

/** Each verdict for a person, and in JSON. */
const words: Readonly<Record<Verdict, {readonly text: string; readonly json: string}>> = {
	ok: {text: 'OK', json: 'ok'},
	'not pushed': {text: 'NOT PUSHED', json: 'not_pushed'},
	'too old': {text: 'TOO OLD', json: 'too_old'},
	partial: {text: 'PARTIAL', json: 'partial'},
	damaged: {text: 'DAMAGED', json: 'damaged'},
	none: {text: 'NO BACKUP', json: 'none'},
};

function describeNewest({newest, age}: SourceHealth): string {
	if (!newest) {
		return 'there is no finished set';
	}

	const {date, state, head, problem} = newest;
	const when = age === undefined ? '' : (age < 0 ? `, finished ${formatDuration(-age)} in the future (the clock was or is wrong)` : `, ${formatDuration(age)} old`);
	const failed = head && head.filesFailed > 0 ? `, ${formatNumber(head.filesFailed)} failed` : '';
	const content = head ? `, ${formatCount(head.filesDone, 'file')}${failed}, ${formatBytes(head.bytesOut)}` : '';
	return `${date} ${state}${when}${content}${problem === undefined ? '' : ` (${problem})`}`;
}

/** Whether the newest set is off the host, with how old that knowledge is. */
const describePush = ({remote, isPushed, seen}: PushHealth): string => {
	const place = displayText(remote);
	const asOf = seen ? ` (${localTime(seen)})` : '';
	return isPushed ? `pushed to ${place}${asOf}` : `not in ${place}${seen ? ` when that was last looked at${asOf}` : ', which was never looked at from here'}`;
};

/** One line without the verdict. */
export function healthDetail(health: Health, place: string): string {
	const {newest, push, isMissing, mountPoint, whose, sources, other, isRunning, interrupted, future} = health;
	const isOneOfSeveral = sources.length > 0 && newest?.origin;
	const remarks = [
		push && describePush(push),
		mountPoint !== undefined && `nothing is mounted at ${displayText(mountPoint)}, where /etc/fstab has a file system`,
		...sources.map(source => `of ${displayText(source.newest?.origin?.source ?? '')} ${words[source.verdict].text}: ${describeNewest(source)}`),
		!newest && other && `the newest there is ${other.date}${other.origin ? ` of ${describeOrigin(other.origin, whose)}` : ''}; --host and --source name whose sets are meant`,
		isRunning && 'a run is under way',
		interrupted.length > 0 && `an interrupted run of ${interrupted.join(', ')} waits for the next`,
		future.length > 0 && `${formatCount(future.length, 'set')} of days to come left out (${future[0]!})`,
	].filter(remark => typeof remark === 'string');
	const subject = isOneOfSeveral ? ` of ${displayText(isOneOfSeveral.source)}` : (!newest && other ? ` of ${describeWhose(whose)}` : '');
	const found = isMissing ? `there is no directory ${displayText(place)}` : `${describeNewest(health)}${subject} in ${displayText(place)}`;
	return [found, ...remarks].join('; ');
}

/** One line, as monitoring systems show it: the verdict, a colon, and the rest. */
export const healthLine = (health: Health, place: string): string => `${words[health.verdict].text}: ${healthDetail(health, place)}`;

const originJson = ({host, source}: Origin) => ({host: displayText(host), source: displayText(source)});

const sourceJson = ({verdict, newest, age, push}: SourceHealth): object => ({
	verdict: words[verdict].json,
	...(newest && {
		date: newest.date,
		state: newest.state,
		...(newest.origin && originJson(newest.origin)),
		...(newest.head && {
			finished: newest.head.finished.toISOString(), files_done: newest.head.filesDone, files_failed: newest.head.filesFailed, bytes_out: newest.head.bytesOut,
		}),
		...(newest.problem !== undefined && {problem: newest.problem}),
	}),
	...(age !== undefined && {age_seconds: Math.round(age / 1000)}),
	...(push && {pushed: push.isPushed, remote: displayText(push.remote), ...(push.seen && {remote_seen: push.seen.toISOString()})}),
});

/** The same as JSON. */
export const healthJson = ({isMissing, mountPoint, sources, other, isRunning, interrupted, future, ...worst}: Health, exitCode: number): object => ({
	message_type: 'health',
	exit_code: exitCode,
	...sourceJson(worst),
	...(sources.length > 0 && {sources: sources.map(source => sourceJson(source))}),
	...(other && {other: {date: other.date, state: other.state, ...(other.origin && originJson(other.origin))}}),
	...(isMissing && mountPoint === undefined && {destination: 'missing'}),
	...(mountPoint !== undefined && {destination: 'not_mounted', mount_point: displayText(mountPoint)}),
	running: isRunning,
	interrupted,
	future,
});
