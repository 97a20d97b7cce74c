import {parseArgs} from 'node:util';

export type FlagName = keyof typeof flagTable;

/** `takes`: what its value is, for messages and help; flags without it are switches. */
type Flag = {
	readonly takes?: string;
	readonly short?: string;
	readonly isMultiple?: boolean;
};

/** Every flag there is: what parses, what refuses, and (by a test) what help and README list. */
export const flagTable = {
	source: {takes: 'a directory'},
	dest: {takes: 'a directory'},
	include: {takes: 'a glob', isMultiple: true},
	exclude: {takes: 'a glob', isMultiple: true},
	recursive: {short: 'r'},
	'cross-file-systems': {},
	'follow-symlinks': {},
	'files-from': {takes: 'a file, or - for standard input'},
	'files-count': {takes: 'a number'},
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
} as const satisfies Readonly<Record<string, Flag>>;

/** The command line cannot be understood: exit code 2. */
export class UsageError extends Error {
	constructor(message: string) {
		super(message);
		this.name = 'UsageError';
	}
}

const isKnown = (name: string): name is FlagName => Object.hasOwn(flagTable, name);

const lookUp = (name: FlagName): Flag => flagTable[name];

type Token = {readonly name: string; readonly rawName: string; readonly value?: string | undefined; readonly inlineValue?: boolean | undefined};

function checkValue({name, rawName, value, inlineValue}: Token, flag: Flag): string {
	if (flag.takes === undefined) {
		if (value !== undefined) {
			throw new UsageError(`${rawName} takes no value`);
		}

		return `--${name}`;
	}

	if (value === undefined || value === '') {
		throw new UsageError(`${rawName} takes ${flag.takes}`);
	}

	if (!inlineValue && value.startsWith('-') && value !== '-') {
		throw new UsageError(`${rawName} takes ${flag.takes}; one that begins with - is written ${rawName}=${value}`);
	}

	return `--${name}=${value}`;
}

/**
Checks a command line against the flag table and spells it out, each flag as `--name` or `--name=value`: meow alone lets a flag without its
value, a switch with one, and a lone `-` pass as if they were not there.

@throws {UsageError} For anything that is not in the table, naming the flag and what it takes.
*/
export function checkFlags(arguments_: readonly string[]): string[] {
	const options = Object.fromEntries(Object.keys(flagTable).map(name => {
		const {takes, short, isMultiple} = lookUp(name as FlagName);
		return [name, {type: takes === undefined ? 'boolean' as const : 'string' as const, ...(short && {short}), multiple: isMultiple ?? false}];
	}));
	const {tokens} = parseArgs({
		args: [...arguments_], options, strict: false, allowPositionals: true, tokens: true,
	});
	const seen = new Set<string>();

	return tokens.filter(token => token.kind !== 'option-terminator').map(token => {
		if (token.kind === 'positional') {
			throw new UsageError(`unexpected argument: ${token.value}`);
		}

		if (!isKnown(token.name)) {
			throw new UsageError(`unknown flag: ${token.rawName}`);
		}

		const flag = lookUp(token.name);

		if (flag.takes !== undefined && !flag.isMultiple && seen.has(token.name)) {
			throw new UsageError(`${token.rawName} can be given only once`);
		}

		seen.add(token.name);
		return checkValue(token, flag);
	});
}
