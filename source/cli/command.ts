import {readFileSync} from 'node:fs';
import {Output} from '../report/output.ts';
import {checkArguments, type FlagTable, UsageError} from './flags.ts';
import {type Places, resolvePlaces} from './places.ts';

/** What a sub-command was called with. */
export type Invocation = Places & {
	/** What stands there beside flags. */
	readonly words: readonly string[];
	/** The same as bytes: names need not be text. */
	readonly wordBytes: () => Buffer[];
	/** Whether a flag was given. */
	readonly has: (flag: string) => boolean;
	/** The values of a flag, in the order they were given; none if it wasn't. */
	readonly values: (flag: string) => readonly string[];
	readonly isJson: boolean;
	/** When the program started. */
	readonly now: Date;
	/** Standard output and standard error. */
	readonly out: Output;
	readonly error: Output;
};

/** A sub-command. */
export type Command = {
	/** What `--help` prints. */
	readonly help: string;
	/** Beside those that all have. */
	readonly flags: FlagTable;
	/** How many words it takes, and what to say of too few. */
	readonly words: {readonly minimum: number; readonly maximum: number; readonly missing?: string};
	/** Resolves with the exit code. Throws what `exitCodeFor` knows. */
	readonly run: (invocation: Invocation) => Promise<number>;
};

/** Flags of every sub-command. */
const commonFlags = {
	source: {takes: 'a directory'},
	dest: {takes: 'a directory'},
	host: {takes: 'the name of a host'},
	help: {short: 'h'},
} as const satisfies FlagTable;

/** The help lines of these flags. */
export const commonHelp = `  --dest DIR           the directory that holds the sets (backups, in the source)
  --source DIR         the directory that was backed up (/var/log); says where the sets are without --dest
  --host NAME          the host whose sets are meant (this one)
  -h, --help           print this`;

/** The arguments of the process as bytes: what Node makes text of, losing bytes that are no UTF-8. See proc(5), `/proc/pid/cmdline`. */
function argumentBytes(count: number): Buffer[] {
	const bytes = readFileSync('/proc/self/cmdline');
	const all: Buffer[] = [];

	for (let start = 0; start < bytes.length;) {
		const end = bytes.indexOf(0, start);
		all.push(bytes.subarray(start, end === -1 ? bytes.length : end));
		start = end === -1 ? bytes.length : end + 1;
	}

	return all.slice(-count);
}

/**
Reads the arguments of a sub-command.

@returns `help` if that is asked for.
@throws {UsageError} If they cannot be understood.
*/
export function invoke(command: Command, arguments_: readonly string[], now: Date): Invocation | 'help' {
	const {flags, words} = checkArguments(arguments_, {...commonFlags, ...command.flags});
	const has = (name: string) => flags.some(flag => flag.name === name);

	if (has('help')) {
		return 'help';
	}

	const {minimum, maximum, missing} = command.words;

	if (words.length < minimum) {
		throw new UsageError(missing ?? 'an argument is missing');
	}

	if (words.length > maximum) {
		throw new UsageError(`unexpected argument: ${words[maximum]!.text}`);
	}

	const values = (name: string) => flags.filter(flag => flag.name === name).map(({value}) => value ?? '');

	return {
		...resolvePlaces({source: values('source')[0], dest: values('dest')[0], host: values('host')[0]}),
		words: words.map(({text}) => text),
		wordBytes() {
			const bytes = argumentBytes(arguments_.length);
			return words.map(({index}) => bytes[index]!);
		},
		has,
		values,
		isJson: has('json'),
		now,
		out: new Output(process.stdout),
		error: new Output(process.stderr),
	};
}
