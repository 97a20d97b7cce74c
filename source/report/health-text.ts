import type {Health, Verdict} from '../set/health.ts';
import {displayText} from '../text/display-name.ts';
import {formatBytes, formatCount, formatDuration} from '../text/format.ts';

const words: Readonly<Record<Verdict, string>> = {
	ok: 'OK', 'too old': 'TOO OLD', partial: 'PARTIAL', damaged: 'DAMAGED', none: 'NO BACKUP',
};

function describeNewest({newest, age}: Health): string {
	if (!newest) {
		return 'there is no finished set';
	}

	const {date, state, head, problem} = newest;
	const when = age === undefined ? '' : (age < 0 ? `, finished ${formatDuration(-age)} in the future (the clock was or is wrong)` : `, ${formatDuration(age)} old`);
	const failed = head && head.filesFailed > 0 ? `, ${head.filesFailed} failed` : '';
	const content = head ? `, ${formatCount(head.filesDone, 'file')}${failed}, ${formatBytes(head.bytesOut)}` : '';
	return `${date} ${state}${when}${content}${problem === undefined ? '' : ` (${problem})`}`;
}

/** One line, as monitoring systems show it: the verdict, a colon, and the rest. */
export function healthLine(health: Health, place: string): string {
	const {verdict, isRunning, interrupted, future} = health;
	const remarks = [
		isRunning && 'a run is under way',
		interrupted.length > 0 && `an interrupted run of ${interrupted.join(', ')} waits for the next`,
		future.length > 0 && `${formatCount(future.length, 'set')} of days to come left out (${future[0]!})`,
	].filter(remark => remark !== false);
	return [`${words[verdict]}: ${describeNewest(health)} in ${displayText(place)}`, ...remarks].join('; ');
}

/** The same as JSON. */
export const healthJson = ({verdict, newest, age, isRunning, interrupted, future}: Health, exitCode: number): object => ({
	message_type: 'health',
	exit_code: exitCode,
	verdict: verdict.replace(' ', '_'),
	...(newest && {
		date: newest.date,
		state: newest.state,
		...(newest.head && {
			finished: newest.head.finished.toISOString(), files_done: newest.head.filesDone, files_failed: newest.head.filesFailed, bytes_out: newest.head.bytesOut,
		}),
		...(newest.problem !== undefined && {problem: newest.problem}),
	}),
	...(age !== undefined && {age_seconds: Math.round(age / 1000)}),
	running: isRunning,
	interrupted,
	future,
});
