const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB', 'EB', 'ZB', 'YB'] as const;

/** Larger than the largest unit. Nothing on a disk is so large: it takes a sum, or a number that was never one of bytes. */
const immeasurable = '>999 YB';

/** A size for a person: decimal units, three significant digits (`0 B`, `999 B`, `1.21 GB`). `bytes` is a count of bytes. */
export function formatBytes(bytes: number): string {
	let value = bytes;
	let unit = 0;

	// 999.5 would be rounded to "1000" of its unit.
	while (value >= 999.5 && unit < units.length - 1) {
		value /= 1000;
		unit++;
	}

	if (!(value < 999.5)) {
		return immeasurable;
	}

	const digits = unit === 0 || value >= 99.95 ? 0 : (value >= 9.995 ? 1 : 2);
	return `${value.toFixed(digits)} ${units[unit]}`;
}

/** A duration for a person: `0.4 s`, `12 s`, `3 min 05 s`, `2 h 07 min`, `3 d 4 h`. `milliseconds` may be fractional. */
export function formatDuration(milliseconds: number): string {
	const seconds = Math.max(0, milliseconds) / 1000;

	if (seconds < 9.95) {
		return `${seconds.toFixed(1)} s`;
	}

	const whole = Math.round(seconds);

	if (whole < 60) {
		return `${whole} s`;
	}

	const pad = (value: number) => String(value).padStart(2, '0');

	if (whole < 3600) {
		return `${Math.floor(whole / 60)} min ${pad(whole % 60)} s`;
	}

	const minutes = Math.round(whole / 60);

	if (minutes < 24 * 60) {
		return `${Math.floor(minutes / 60)} h ${pad(minutes % 60)} min`;
	}

	const hours = Math.round(minutes / 60);
	return `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

/** The same in whole seconds, for what changes while one looks at it, or is an estimate: `5 s`, `3 min 05 s`. */
export function formatSeconds(seconds: number): string {
	const whole = Math.max(0, Math.round(seconds));
	return whole < 10 ? `${whole} s` : formatDuration(whole * 1000);
}

const yearSeconds = 365.2425 * 86_400;

const ageSteps: ReadonlyArray<readonly [limit: number, size: number, unit: 'second' | 'minute' | 'hour' | 'day' | 'year']> = [
	[60, 1, 'second'],
	[3600, 60, 'minute'],
	[86_400, 3600, 'hour'],
	[1000 * 86_400, 86_400, 'day'],
	[Infinity, yearSeconds, 'year'],
];

/** Age as a whole number of a unit; `undefined` for less than a second, and for the future. Times in milliseconds. */
export function ageOf(modified: number, now: number): {readonly count: number; readonly unit: (typeof ageSteps)[number][2]} | undefined {
	const seconds = Math.floor((now - modified) / 1000);
	const step = seconds < 1 ? undefined : ageSteps.find(([limit]) => seconds < limit);
	return step && {count: Math.floor(seconds / step[1]), unit: step[2]};
}

/** Age in at most four columns: `now`, `45s`, `12m`, `3h`, `12d`, `3y`, `>1ky`. Times in milliseconds; the future is `now`. */
export function formatAge(modified: number, now: number): string {
	const age = ageOf(modified, now);
	return age === undefined ? 'now' : (age.count > 999 ? '>1ky' : `${age.count}${age.unit[0]}`);
}

/** Permission bits as ls(1) writes them, without the first letter: `rw-r-----`. */
export function formatMode(mode: number): string {
	const letters = ['x', 'w', 'r'] as const;
	const special = [{bit: 0o1000, at: 0, letter: 't'}, {bit: 0o2000, at: 3, letter: 's'}, {bit: 0o4000, at: 6, letter: 's'}] as const;

	return Array.from({length: 9}, (_, index) => {
		const position = 8 - index;
		const isSet = (mode & (1 << position)) !== 0;
		const extra = special.find(({bit, at}) => at === position && (mode & bit) !== 0);
		return extra ? (isSet ? extra.letter : extra.letter.toUpperCase()) : (isSet ? letters[position % 3] : '-');
	}).join('');
}

/** A whole number with commas: `50,000`. (`toLocaleString` takes some 10 µs, and much more at its first call.) */
export function formatNumber(count: number): string {
	let text = String(count);

	for (let end = text.length - 3; end > 0; end -= 3) {
		text = `${text.slice(0, end)},${text.slice(end)}`;
	}

	return text;
}

/** `1 file`, `2 files`, `50,000 files`. */
export const formatCount = (count: number, noun: string, plural = `${noun}s`): string =>
	`${formatNumber(count)} ${count === 1 ? noun : plural}`;

/** A part of a whole, or the whole where that is all of it: `2 of 3 files`, `3 files`. */
export const formatPart = (part: number, whole: number, noun: string): string => part === whole ? formatCount(whole, noun) : `${formatNumber(part)} of ${formatCount(whole, noun)}`;

/** A place in a list, counted from 1: `3 of 50,000`. */
export const formatPlace = (place: number, count: number): string => `${formatNumber(place)} of ${formatNumber(count)}`;

/** A fraction (0–1) in whole percent, rounded down, so that 100 % is all: `18 %`. */
export const formatPercent = (fraction: number): string => `${Math.floor(fraction * 100)} %`;

/** By how much something became smaller, as `12.6:1`; empty where it didn't. */
export const formatRatio = (bytesIn: number, bytesOut: number): string => bytesOut > 0 && bytesIn > bytesOut ? `${(bytesIn / bytesOut).toFixed(1)}:1` : '';

/** A date of the local calendar as `YYYY-MM-DD`. (`toISOString` would give the UTC date: tomorrow's, late in the American evening.) */
export function localDate(time: Date): string {
	const pad = (value: number, digits = 2) => String(value).padStart(digits, '0');
	const year = time.getFullYear();
	return `${year < 0 ? '-' : ''}${pad(Math.abs(year), 4)}-${pad(time.getMonth() + 1)}-${pad(time.getDate())}`;
}

/**
A moment of the local clock to the minute, `YYYY-MM-DD HH:MM`; of one that JavaScript has no date for, the year: a file's time may be anything.

@param time A date, or milliseconds since the epoch.
*/
export function localTime(time: Date | number): string {
	const date = new Date(time);
	return Number.isNaN(date.getTime())
		? `the year ${1970 + Math.floor(Number(time) / 1000 / yearSeconds)}`
		: `${localDate(date)} ${String(date.getHours()).padStart(2, '0')}:${String(date.getMinutes()).padStart(2, '0')}`;
}

/** With a capital at its start, as a sentence has it. */
export const capitalize = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1);
