import {exitCodes} from '../exit/exit-codes.ts';
import {type LastScheduled, mayWriteTo, type Schedule} from '../timer/schedule.ts';
import {displayText} from '../text/display-name.ts';
import {capitalize, localDate, localTime} from '../text/format.ts';
import {exitCodeWords} from './words/exit-code-words.ts';

/** How a run that the timer started ended, in few words. */
function endText({code, result}: LastScheduled): string {
	if (result === 'running') {
		return 'is under way';
	}

	return result === 'success' ? 'went well' : (code === undefined ? `was ended (${result})` : `ended with ${code}`);
}

/** Meaning of the exit code of a run that failed, and where more is to be found. */
function failureLines({code, result}: LastScheduled): readonly string[] {
	const words = Object.entries(exitCodes).filter(([, value]) => value === code && result !== 'success').map(([name]) => exitCodeWords[name as keyof typeof exitCodes].run);
	return result === 'success' || result === 'running' ? [] : [...words.filter(text => text !== undefined).map(text => capitalize(text)), 'journalctl -u logbackup-tui tells more.'];
}

/** In milliseconds. */
const day = 86_400_000;

/** A moment, with the day in words if it is this one or the next. */
function nearTime(moment: Date, now: Date): string {
	const tomorrow = new Date(now);
	tomorrow.setDate(now.getDate() + 1);
	const text = localTime(moment);
	const [date, clock] = [localDate(moment), text.slice(-5)];
	return date === localDate(now) ? `today ${clock}` : (date === localDate(tomorrow) ? `tomorrow ${clock}` : text);
}

/** When the next run is due and how the last one ended, for a screen: the fullest way first. */
export function scheduleTexts({isOn, isUnread = false, next, last}: Schedule, now: Date): readonly string[] {
	if (isUnread) {
		return ['a timer is on, and no cron is installed', 'no cron'];
	}

	const due = isOn ? (next ? `next run ${nearTime(next, now)}` : 'the timer is on') : 'no timer is on';
	const isSoon = next && next.getTime() - now.getTime() < day;
	return [...(last ? [`${due}; the last one ${endText(last)}`] : []), due, ...(isSoon ? [`next ${localTime(next).slice(-5)}`] : [])];
}

/** The same for `timer`. `destination`: where the nightly run would write to, which is said if it may not. */
export function scheduleLines(schedule: Schedule, {destination, now}: {readonly destination: string; readonly now: Date}): readonly string[] {
	const {manager, isOn, isUnread = false, next, last} = schedule;

	if (isUnread) {
		return ['No backup is made by itself: a file for cron is there, and no cron was found that would read it. Install cron.'];
	}

	return [
		isOn ? `Backups are made by themselves, by ${manager}.` : 'No backup is made by itself. logbackup-tui timer on changes that.',
		...(next ? [`Next run: ${nearTime(next, now)}`] : []),
		...(last ? [`Last run: ${last.ended ? `${localTime(last.ended)}, ` : ''}${endText(last)}`, ...failureLines(last)] : []),
		...(mayWriteTo(schedule, destination) ? [] : [`Note: the service may not write to ${displayText(destination)}. Run logbackup-tui timer on once more.`]),
	];
}

/** The same as JSON. */
export const scheduleJson = ({manager, isOn, isUnread = false, next, last}: Schedule): object => ({
	message_type: 'timer',
	on: isOn,
	manager,
	...(next && {next: next.toISOString()}),
	...(last && {last: {result: last.result, ...(last.ended && {ended: last.ended.toISOString()}), ...(last.code !== undefined && {exit_code: last.code})}}),
	...(isUnread && {cron_installed: false}),
});
