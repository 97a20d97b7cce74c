import {parseArgs} from 'node:util';

/** `takes`: what its value is, for messages and help; flags without it are switches. */
export type Flag = {
	readonly takes?: string;
	readonly short?: string;
	readonly isMultiple?: boolean;
};

export type FlagTable = Readonly<Record<string, Flag>>;

/** What flags that count sets take. */
export const keptCount = 'a number, or unlimited';

/** The flags that say which sets are kept. */
export const keepFlagTable = {
	'keep-last': {takes: keptCount},
	'keep-daily': {takes: keptCount},
	'keep-weekly': {takes: keptCount},
	'keep-monthly': {takes: keptCount},
	'keep-yearly': {takes: keptCount},
	'keep-within': {takes: 'a time such as 30d, 2m or 1y6m'},
} as const satisfies FlagTable;

/** Every flag of the bare command: what parses, what refuses, and (by a test) what help and manual list. */
export const flagTable = {
	source: {takes: 'a directory'},
	dest: {takes: 'a directory'},
	host: {takes: 'the name of a host'},
	include: {takes: 'a glob', isMultiple: true},
	exclude: {takes: 'a glob', isMultiple: true},
	recursive: {short: 'r'},
	'cross-file-systems': {},
	'follow-symlinks': {},
	'files-from': {takes: 'a file, or - for standard input'},
	'files-count': {takes: 'a number'},
	'files-listed': {takes: 'a time in milliseconds since 1970'},
	'left-out': {takes: 'JSON, as in a manifest'},
	'ignore-missing': {},
	level: {takes: 'a number from 1 to 9'},
	retry: {},
	full: {},
	engine: {takes: 'zlib or libdeflate'},
	verbose: {},
	jobs: {takes: 'a number from 1 to 256'},
	'no-verify': {},
	reserve: {takes: 'a size (500M, 2G) or a share of the file system (5%)'},
	'no-space-check': {},
	'lock-wait': {takes: 'a number of seconds'},
	...keepFlagTable,
	date: {takes: 'a date as YYYY-MM-DD'},
	'dry-run': {short: 'n'},
	yes: {short: 'y'},
	json: {},
	quiet: {short: 'q'},
	unattended: {},
	plain: {},
	ascii: {},
	slow: {},
	'screen-reader': {},
	'no-color': {},
	help: {short: 'h'},
	version: {},
} as const satisfies FlagTable;

/** The command line cannot be understood: exit code 2. */
export class UsageError extends Error {
	/** The sub-command whose help says more; missing if it is that of the program. */
	readonly command: string | undefined;

	constructor(message: string, command?: string) {
		super(message);
		this.name = 'UsageError';
		this.command = command;
	}
}

/** @throws {UsageError} If it is no whole number between the two. */
export function parseNumber(flag: string, text: string | undefined, [minimum, maximum]: readonly [number, number]): number | undefined {
	if (text === undefined) {
		return undefined;
	}

	const value = Number(text);

	if (!/^\d+$/v.test(text) || value < minimum || value > maximum) {
		throw new UsageError(`--${flag} takes a number from ${minimum} to ${maximum}, not ${text}`);
	}

	return value;
}

type Token = {readonly name: string; readonly rawName: string; readonly value?: string | undefined; readonly inlineValue?: boolean | undefined};

/** A flag as it was given; `value` is missing if it is a switch. */
export type GivenFlag = {readonly name: string; readonly value?: string};

export type GivenWord = {readonly text: string; readonly index: number};

function checkValue({name, rawName, value, inlineValue}: Token, flag: Flag): GivenFlag {
	if (flag.takes === undefined) {
		if (value !== undefined) {
			throw new UsageError(`${rawName} takes no value`);
		}

		return {name};
	}

	if (value === undefined || value === '') {
		throw new UsageError(`${rawName} takes ${flag.takes}`);
	}

	if (!inlineValue && value.startsWith('-') && value !== '-') {
		throw new UsageError(`${rawName} takes ${flag.takes}; one that begins with - is written ${rawName}=${value}`);
	}

	return {name, value};
}

/**
Checks arguments against a flag table: Node's `parseArgs` alone lets a flag without its value, a switch with one, and a lone `-` pass.

@returns The flags as they were given, and the words between and after them, with their places among the arguments.
@throws {UsageError} For a flag that is not in the table, or not so, naming it and what it takes.
*/
export function checkArguments(arguments_: readonly string[], table: FlagTable): {readonly flags: readonly GivenFlag[]; readonly words: readonly GivenWord[]} {
	const options = Object.fromEntries(Object.entries(table).map(([name, {takes, short, isMultiple}]) =>
		[name, {type: takes === undefined ? 'boolean' as const : 'string' as const, ...(short && {short}), multiple: isMultiple ?? false}]));
	const {tokens} = parseArgs({
		args: [...arguments_], options, strict: false, allowPositionals: true, tokens: true,
	});
	const seen = new Set<string>();
	const flags: GivenFlag[] = [];
	const words: GivenWord[] = [];

	for (const token of tokens) {
		if (token.kind === 'positional') {
			words.push({text: token.value, index: token.index});
		} else if (token.kind === 'option') {
			const flag = Object.hasOwn(table, token.name) ? table[token.name] : undefined;

			if (!flag) {
				throw new UsageError(`unknown flag: ${token.rawName}`);
			}

			if (flag.takes !== undefined && !flag.isMultiple && seen.has(token.name)) {
				throw new UsageError(`${token.rawName} can be given only once`);
			}

			seen.add(token.name);
			flags.push(checkValue(token, flag));
		}
	}

	return {flags, words};
}

/**
What the bare command is to print instead of doing anything, whatever else is asked of it.

@throws {UsageError} For anything that is not in the table.
*/
export function whatToPrint(arguments_: readonly string[]): 'help' | 'version' | undefined {
	const {flags} = checkArguments(arguments_, flagTable);
	return (['help', 'version'] as const).find(asked => flags.some(({name}) => name === asked));
}

/**
Checks the command line of the bare command and spells it out, each flag as `--name` or `--name=value`.

@throws {UsageError} For anything that is not in the table, naming the flag and what it takes.
*/
export function checkFlags(arguments_: readonly string[]): string[] {
	const {flags, words} = checkArguments(arguments_, flagTable);

	if (words[0]) {
		throw new UsageError(`unexpected argument: ${words[0].text}; a command comes before its flags`);
	}

	return flags.map(({name, value}) => value === undefined ? `--${name}` : `--${name}=${value}`);
}
