import {Output} from '../../report/output.ts';
import {
	configurationFlags,
	displayFlags,
	helpFlag,
	flagsOfSets,
} from '../../flags/common-flags.ts';
import type {Completion, FlagTable, FlagValues} from '../../flags/flag.ts';
import {lineFlags} from '../../flags/backup-flags.ts';
import {type Configuration, loadConfiguration, noConfiguration} from '../../flags/configuration.ts';
import {checkLine} from '../../flags/check-line.ts';
import {readFlags} from '../../flags/read-flags.ts';
import {outputForm} from '../../flags/output-form.ts';
import {type Places, resolvePlaces} from '../../flags/places.ts';
import {UsageError} from '../../flags/usage-error.ts';
import type {CommandName} from './command-names.ts';

/** Flags of every sub-command that set options. */
const optionFlags = {...flagsOfSets, ...displayFlags, ...helpFlag} as const satisfies FlagTable;

/** Flags of every sub-command. */
export const commandFlags = {...optionFlags, ...configurationFlags} as const satisfies FlagTable;

/** Arguments of a sub-command; `Table`: its own flags. */
export type Invocation<Table extends FlagTable = Readonly<Record<never, never>>> = Places & {
	readonly flags: FlagValues<typeof optionFlags & Table>;
	readonly configuration: Configuration;
	/** The names of the flags that the line has. */
	readonly given: ReadonlySet<string>;
	/** Positional arguments. */
	readonly words: readonly string[];
	/** The same as bytes: names need not be text. */
	readonly wordBytes: readonly Buffer[];
	/** What stands after `--`, of a command that hands it on. */
	readonly handedOn: readonly string[];
	/** When the program started. */
	readonly now: Date;
	/** Standard output and standard error. */
	readonly out: Output;
	readonly error: Output;
};

/** The exit codes that a command explains in its help, by what stands for them there: `0`, `130`, `128+N`. */
export type ExitCodeHelp = Readonly<Record<string, string>>;

/** A piece of help under a heading of its own; each line with how it is indented. */
export type HelpSection = {readonly title: string; readonly lines: readonly string[]};

/** A command's answer to a failure, on standard output, in place of the usual message. */
export type FailureAnswer = {readonly text: string; readonly code: number};

type CommandDefinition<Table extends FlagTable> = {
	/** Its effect: paragraphs. */
	readonly description: readonly string[];
	/** Command lines without the name of the program; after two spaces or more, their effect. */
	readonly usage: readonly string[];
	/** Meaning of the placeholders in `usage`, and more to know: paragraphs. */
	readonly details?: readonly string[];
	/** Beside those that all have. */
	readonly flags: Table;
	readonly sections?: readonly HelpSection[];
	readonly examples: readonly string[];
	readonly exitCodes: ExitCodeHelp;
	/** Number of words it takes, the message for too few, and the candidates of completion for each; the last one is for all that follow. */
	readonly words: {readonly minimum: number; readonly maximum: number; readonly missing?: string; readonly complete?: readonly Completion[]};
	/** What stands after `--` is for another program, and no words of this command. */
	readonly isHandingOn?: true;
	/** For those who read only its standard output and know its exit codes alone; `undefined` for the usual message. */
	readonly answerFailure?: (error: unknown, arguments_: readonly string[]) => FailureAnswer | undefined;
	/** It needs no configuration: it looks at one that may be wrong. */
	readonly isUnconfigured?: (words: readonly string[]) => boolean;
	/** Resolves with the exit code. Throws what `exitCodeFor` knows. */
	readonly run: (invocation: Invocation<Table>, commands: Commands) => Promise<number>;
};

/** A sub-command that has been called. */
export type CalledCommand = {
	readonly invocation: Invocation;
	readonly isJson: boolean;
	/**
	Resolves with the exit code. Throws what `exitCodeFor` knows.

	@param commands All that the program has.
	*/
	readonly run: (commands: Commands) => Promise<number>;
};

/** A sub-command. */
export type Subcommand = Omit<CommandDefinition<FlagTable>, 'run' | 'isUnconfigured'> & {
	/** @throws {UsageError} If the arguments cannot be understood. */
	readonly read: (arguments_: readonly string[], now: Date) => Promise<CalledCommand>;
};

/** The sub-commands of the program. */
export type Commands = Readonly<Record<CommandName, Subcommand>>;

/** Makes a sub-command of what is to be known of it: its flags, their values and its help come from one table. */
export function defineCommand<const Table extends FlagTable>({run, isUnconfigured, ...definition}: CommandDefinition<Table>): Subcommand {
	const {words: limits} = definition;
	const table = {...optionFlags, ...definition.flags};
	return {
		...definition,
		async read(arguments_, now) {
			const line = checkLine(arguments_, {...table, ...configurationFlags});
			const {given} = line;
			const ownWords = line.words.slice(0, definition.isHandingOn ? line.words.length - line.separated : undefined);
			const words = ownWords.map(({text}) => text);

			if (words.length < limits.minimum) {
				throw new UsageError(limits.missing ?? 'an argument is missing');
			}

			if (words.length > limits.maximum) {
				throw new UsageError(`unexpected argument: ${words[limits.maximum]!}`);
			}

			const configuration = isUnconfigured?.(words) ? noConfiguration : await loadConfiguration(line, lineFlags, process.env);
			const flags = await readFlags(line, table, now, configuration) as FlagValues<typeof optionFlags & Table>;
			const common = flags as FlagValues<typeof optionFlags>;
			const isJson = (flags as {readonly json?: boolean}).json ?? false;
			const invocation: Invocation<Table> = {
				...await resolvePlaces(common),
				flags,
				configuration,
				given,
				words,
				wordBytes: ownWords.map(({bytes}) => bytes),
				handedOn: line.words.slice(ownWords.length).map(({text}) => text),
				now,
				out: new Output(process.stdout, outputForm({ascii: common.ascii, json: isJson})),
				error: new Output(process.stderr, outputForm({ascii: common.ascii, json: false})),
			};
			return {
				invocation: {...invocation, flags: common},
				isJson,
				run: async commands => run(invocation, commands),
			};
		},
	};
}
