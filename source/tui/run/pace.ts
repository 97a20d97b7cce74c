/*
How fast a run goes, and how long it still takes, from its statuses alone: their own time is the time here, so that a screen that was stalled, or
redraws seldom, sees the same as any other. What is left is what the run itself says, told so that it can be read: in steps, and without leaps.
*/
import type {FileEvent, StatusEvent} from '../../backup/events.ts';
import {largestOf} from '../../text/lists.ts';
import {levels} from '../kit/glyphs.ts';

/** More seconds than any screen shows. */
const keptSeconds = 60;

/** Nothing is foretold from less than this, in seconds. */
const leastWatched = 3;

/** For so many seconds a few seconds are left: whoever is told so for longer believes nothing more. */
const longestSoon = 10;

export type Pace = {
	/** Bytes that needed no reading: an earlier run or set had them. */
	readonly skipped: number;
	/** Of the last status: seconds since the start of the run, and bytes read by then. */
	readonly last: {readonly at: number; readonly read: number} | undefined;
	/** Bytes read in each whole second, the oldest first. */
	readonly seconds: readonly number[];
	/** Bytes of the second that is not over. */
	readonly current: number;
	/** Seconds left; counts down, and is put right little by little. */
	readonly left: number | undefined;
	/** The same, rounded to what is shown. */
	readonly shown: number | undefined;
	/** When the end first seemed to be a few seconds away, by the run's own time; missing while it is further. */
	readonly soonSince: number | undefined;
};

/** Less than this, in seconds, is a few seconds. */
const soon = 5;

export const noPace: Pace = {
	skipped: 0, last: undefined, seconds: [], current: 0, left: undefined, shown: undefined, soonSince: undefined,
};

/** A file that was taken over leaps ahead without a byte read. */
export const skipFile = (pace: Pace, {outcome, resumed, bytes_in: bytesIn}: FileEvent): Pace =>
	outcome === 'reused' || resumed ? {...pace, skipped: pace.skipped + bytesIn} : pace;

/** Shares bytes out to the seconds they were read in: a status comes now three, now five times a second. */
function fillSeconds({seconds, current}: Pick<Pace, 'seconds' | 'current'>, {from, to, bytes}: {
	readonly from: number;
	readonly to: number;
	readonly bytes: number;
}): Pick<Pace, 'seconds' | 'current'> {
	const filled = [...seconds];
	let open = current;
	let start = from;

	for (let end = Math.floor(from) + 1; end <= to; end++) {
		filled.push(open + (bytes * (end - start) / (to - from)));
		open = 0;
		start = end;
	}

	return {seconds: filled.slice(-keptSeconds), current: open + (bytes * (to - start) / (to - from))};
}

/** The steps in which a time is told, in seconds: the longer it is, the less exactly it can be known. */
const steps: ReadonlyArray<readonly [below: number, step: number]> = [[5, 5], [30, 5], [60, 10], [600, 60], [3600, 300], [6 * 3600, 1800], [Infinity, 3600]];

const stepOf = (seconds: number) => steps.find(([below]) => seconds < below)![1];

const roundTime = (seconds: number): number => Math.round(seconds / stepOf(seconds)) * stepOf(seconds);

/** Keeps the time shown until the real one clearly differs, so that it doesn't flicker between two values. */
function showTime(left: number, shown: number | undefined): number {
	if (shown === undefined) {
		return roundTime(left);
	}

	const step = stepOf(Math.max(left, shown));
	return left < shown - (step * 0.6) || left > shown + (step * 0.8) ? roundTime(left) : shown;
}

function foretell(pace: Pace, seconds: number, {seconds_elapsed: at, seconds_remaining: told}: StatusEvent): Pick<Pace, 'left' | 'shown'> {
	if (at < leastWatched || told === undefined) {
		return pace;
	}

	const counted = pace.left === undefined ? told : Math.max(0, pace.left - seconds);
	// Near the end there is no time left for being put right slowly.
	const inertia = Math.max(1.5, Math.min(15, counted / 5));
	const left = counted + ((told - counted) * (1 - Math.exp(-seconds / inertia)));
	return {left, shown: showTime(left, pace.shown)};
}

/** Takes in a status. */
export function notePace(pace: Pace, status: StatusEvent): Pace {
	const at = status.seconds_elapsed;
	const read = status.bytes_done - pace.skipped;
	const seconds = pace.last === undefined ? 0 : at - pace.last.at;

	if (pace.last === undefined || seconds <= 0) {
		return {...pace, last: {at, read}};
	}

	const bytes = Math.max(0, read - pace.last.read);
	const next: Pace = {
		...pace,
		...fillSeconds(pace, {from: pace.last.at, to: at, bytes}),
		last: {at, read},
	};
	const foretold = foretell(next, seconds, status);
	return {...next, ...foretold, soonSince: foretold.shown !== undefined && foretold.shown < soon ? pace.soonSince ?? at : undefined};
}

/** The rates of the last seconds, a cell each, the highest of them as a full one; empty while there is nothing to compare. */
export function sparkline({seconds}: Pace, width: number): string {
	const shown = seconds.slice(-width);
	const highest = largestOf(shown);
	return shown.length < 2 || highest <= 0 ? '' : shown.map(rate => levels[Math.round(rate / highest * (levels.length - 1))]!).join('');
}

/** The time left for a person; nothing until it can be told, or once it has been a few seconds for too long. */
export function leftText({shown, last, soonSince}: Pick<Pace, 'shown' | 'last' | 'soonSince'>): string {
	if (shown === undefined) {
		return '';
	}

	if (shown < soon) {
		return last !== undefined && soonSince !== undefined && last.at - soonSince > longestSoon ? '' : 'a few seconds left';
	}

	if (shown < 60) {
		return `about ${shown} s left`;
	}

	const minutes = Math.round(shown / 60);
	const hours = Math.floor(minutes / 60);
	return `about ${hours > 0 ? `${hours} h` : ''}${hours > 0 && minutes % 60 > 0 ? ' ' : ''}${hours === 0 || minutes % 60 > 0 ? `${minutes % 60} min` : ''} left`;
}
