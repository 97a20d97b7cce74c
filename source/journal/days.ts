/*
Days of a journal: of UTC, so that they are the same wherever and whenever they are looked at. Times are microseconds since the epoch, as journals have them.
*/

export const dayLength = 86_400_000_000;

/** The beginning of the day that a time is in. */
export const dayStart = (time: number): number => Math.floor(time / dayLength) * dayLength;

/** `YYYY-MM-DD`. A journal has no time before 1970, and none after the year 3111. */
export const dayName = (time: number): string => new Date(time / 1000).toISOString().slice(0, 10);

/** The beginning of a day; `undefined` if it is none. */
export function parseDay(name: string): number | undefined {
	const time = /^\d{4}-\d{2}-\d{2}$/v.test(name) ? Date.parse(name) * 1000 : NaN;
	return !Number.isNaN(time) && dayName(time) === name ? time : undefined;
}

/** A moment as ISO 8601, with microseconds. */
export const formatMoment = (time: number): string =>
	`${new Date(Math.floor(time / 1000)).toISOString().slice(0, -1)}${String(time % 1000).padStart(3, '0')}Z`;

/** The moment that `formatMoment` wrote; `undefined` if it is none. */
export function parseMoment(text: string): number | undefined {
	const [, start, rest] = /^(?<start>\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3})(?<rest>\d{3})Z$/v.exec(text) ?? [];
	const time = start === undefined ? NaN : (Date.parse(`${start}Z`) * 1000) + Number(rest);
	return Number.isNaN(time) ? undefined : time;
}
