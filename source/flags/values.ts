import type {LeftOut} from '../files/left-out.ts';
import {type FormatName, formatNames} from '../compression/format-names.ts';
import {
	type EngineName,
	engineNames,
	leastLevel,
	mostLevel,
} from '../formats/formats.ts';
import {compileGlob} from '../origin/glob.ts';
import {isWantedCheck, type WantedCheck} from '../remote/far-check.ts';
import {formatRemotePath, parseRemotePath} from '../remote/remote-path.ts';
import {formatSpan, parseSpan, type TimeSpan} from '../set/keep-policy.ts';
import {parseJson} from '../set/manifest/json.ts';
import {decodeLeftOut, encodeLeftOut} from '../set/manifest/left-out-fields.ts';
import {isDate} from '../set/names/set-names.ts';
import type {Reserve} from '../set/space.ts';

/*
The kinds of values that flags take: what each is called, and what a text of it means. A parser returns `undefined` for what makes no sense, or throws an error that says why.
*/

const asIs = (text: string): string => text;

export const directory = {
	placeholder: 'DIR', takes: 'a directory', completes: 'directory', isPath: true, parse: asIs,
} as const;

export const hostName = {placeholder: 'NAME', takes: 'the name of a host', parse: asIs} as const;

export const file = {
	placeholder: 'FILE', takes: 'a file, or - for standard input', completes: 'file', isPath: true, parse: asIs,
} as const;

export const metricsFile = {
	placeholder: 'FILE', takes: 'a file to write', completes: 'file', isPath: true, parse: asIs,
} as const;

/** @returns The number that a text of digits says; `undefined` if it is not between the two. */
function parseWhole(text: string, minimum: number, maximum: number): number | undefined {
	const value = Number(text);
	return /^\d+$/v.test(text) && value >= minimum && value <= maximum ? value : undefined;
}

export const wholeNumber = (minimum: number, maximum: number, takes = `a number from ${minimum} to ${maximum}`) => ({
	placeholder: 'N', takes, written: 'integer', parse: (text: string): number | undefined => parseWhole(text, minimum, maximum),
}) as const;

/** A week: nobody waits longer for something that still comes. */
const maximumSeconds = 604_800;

/** Seconds for people, milliseconds as an option. */
export const seconds = {
	placeholder: 'SECONDS',
	takes: `a number of seconds, at most ${maximumSeconds}`,
	written: 'integer',
	parse(text: string): number | undefined {
		const value = parseWhole(text, 0, maximumSeconds);
		return value === undefined ? undefined : value * 1000;
	},
	spell: (milliseconds: number) => String(milliseconds / 1000),
} as const;

export const date = {
	placeholder: 'YYYY-MM-DD', takes: 'a date as YYYY-MM-DD', parse: (text: string): string | undefined => isDate(text) ? text : undefined,
} as const;

export const engine = {
	placeholder: 'NAME',
	takes: engineNames.join(', '),
	completes: engineNames,
	parse: (text: string): EngineName | undefined => engineNames.find(name => name === text),
} as const;

export const format = {
	placeholder: formatNames.join('|'),
	takes: formatNames.join(' or '),
	completes: formatNames,
	parse: (text: string): FormatName | undefined => formatNames.find(name => name === text),
} as const;

/** Which of them a format has is seen once that is known. */
export const level = {...wholeNumber(leastLevel, mostLevel), placeholder: `${leastLevel}-${mostLevel}`} as const;

/** Globs are compiled where they are held against names; what is wrong with them is told at once. */
export const glob = {
	placeholder: 'GLOB',
	takes: 'a glob in UTF-8 (? stands for any byte of a name that is not)',
	isText: true,
	parse(text: string): string {
		compileGlob(text);
		return text;
	},
} as const;

const sizeUnits: Readonly<Record<string, number>> = {
	'': 1, K: 1e3, M: 1e6, G: 1e9, T: 1e12, KI: 2 ** 10, MI: 2 ** 20, GI: 2 ** 30, TI: 2 ** 40,
};

/** A size in bytes, or a share below all. */
export const reserve = {
	placeholder: 'SIZE',
	takes: 'a size (500M, 2G) or a share of the file system (5%)',
	parse(text: string): Reserve | undefined {
		const {number, unit} = /^(?<number>\d+(?:\.\d+)?)(?<unit>%|(?:[gkmt]i?)?b?)$/iv.exec(text)?.groups ?? {};
		const value = Number(number);

		if (number === undefined || unit === undefined || (unit === '%' && value >= 100)) {
			return undefined;
		}

		return unit === '%' ? {fraction: value / 100} : {bytes: value * sizeUnits[unit.toUpperCase().replace('B', '')]!};
	},
	spell: (value: Reserve) => 'bytes' in value ? String(value.bytes) : `${value.fraction * 100}%`,
} as const;

/** Number of sets that a rule keeps; `Infinity` for all. */
export const keptCount = {
	placeholder: 'N',
	takes: 'a number, or unlimited',
	written: 'integer or string',
	parse: (text: string): number | undefined => text === 'unlimited' ? Infinity : parseWhole(text, 0, 999_999_999),
	spell: (count: number) => count === Infinity ? 'unlimited' : String(count),
} as const;

export const span = {
	placeholder: 'TIME',
	takes: 'a time in years, months, days and hours, such as 30d, 2m or 1y6m',
	parse: (text: string): TimeSpan | undefined => parseSpan(text),
	spell: (value: TimeSpan) => formatSpan(value),
} as const;

/** Counts of entries that a list leaves out, as in a manifest. */
export const leftOut = {
	placeholder: 'JSON',
	takes: 'JSON such as {"socket":{"count":1,"paths":[{"path":"dev-log"}]}}',
	parse: (text: string): LeftOut | undefined => decodeLeftOut(parseJson(text)),
	spell: (value: LeftOut) => JSON.stringify(encodeLeftOut(value)),
} as const;

/** Milliseconds for the units of an age. */
const ageUnits: Readonly<Record<string, number>> = {
	s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000,
};

/** An age for people, milliseconds as an option. */
export const age = {
	placeholder: 'AGE',
	takes: 'a number of minutes, hours or days (90m, 26h, 2d)',
	parse(text: string): number | undefined {
		const {number, unit} = /^(?<number>\d{1,6})(?<unit>[dhms])$/v.exec(text)?.groups ?? {};
		return number === undefined || unit === undefined ? undefined : Number(number) * ageUnits[unit]!;
	},
} as const;

export const remotePlace = {
	placeholder: 'REMOTE:PATH', takes: 'a remote of rclone and a path in it, REMOTE:PATH', isText: true, isConfidential: true, parse: parseRemotePath, spell: formatRemotePath,
} as const;

/** As `--bwlimit` of rclone has it: a rate, or a timetable of them. */
export const bandwidth = {
	placeholder: 'RATE',
	takes: 'a rate in bytes a second (500k, 10M), or a timetable as rclone has it',
	isText: true,
	parse: (text: string): string | undefined => /^[\w ,\-.:]{1,200}$/v.test(text) ? text : undefined,
} as const;

export const remoteCheck = {
	placeholder: 'HOW', takes: 'download, hash or size', completes: ['download', 'hash', 'size'], parse: (text: string): WantedCheck | undefined => isWantedCheck(text) ? text : undefined,
} as const;

export const timeOfDay = {
	placeholder: 'HH:MM', takes: 'a time of the day, such as 02:30', parse: (text: string): string | undefined => /^(?:[01]\d|2[0-3]):[0-5]\d$/v.test(text) ? text : undefined,
} as const;

export const dateOfSet = {
	placeholder: 'DATE', takes: 'the date of a set', completes: 'set', parse: asIs,
} as const;
