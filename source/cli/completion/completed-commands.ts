import {lineFlags} from '../../flags/backup-flags.ts';
import {
	type Completion,
	type Flag,
	type FlagTable,
	takesValue,
} from '../../flags/flag.ts';
import {commandFlags, type Commands} from '../command/command.ts';
import {commandSummaries, type CommandName} from '../command/command-names.ts';

/*
Grammar of the command line, for the completion scripts of shells.
*/

/** A flag as a script needs it. */
export type CompletedFlag = {
	/** With its dashes. */
	readonly long: string;
	readonly short: string | undefined;
	readonly help: string;
	readonly isMultiple: boolean;
	/** Missing for a switch. */
	readonly value?: {readonly placeholder: string; readonly completes: Completion | undefined};
};

export type CompletedCommand = {
	/** Empty for the bare command, which backs up. */
	readonly name: string;
	readonly summary: string;
	readonly flags: readonly CompletedFlag[];
	/** Candidates for each of its words; the last one is for all that follow, unless it is for one alone. */
	readonly words: readonly Completion[];
	readonly isLastRepeated: boolean;
};

function describeFlags(table: FlagTable): readonly CompletedFlag[] {
	return Object.entries<Flag>(table).filter(([, {isInternal}]) => !isInternal).map(([name, flag]) => ({
		long: `--${name}`,
		short: flag.short === undefined ? undefined : `-${flag.short}`,
		help: flag.help,
		isMultiple: takesValue(flag) && (flag.isMultiple ?? false),
		...(takesValue(flag) && {value: {placeholder: flag.placeholder, completes: flag.completes}}),
	}));
}

const names = Object.keys(commandSummaries) as CommandName[];

/** Flags that say where the sets are, and whose: what a script passes on when it asks for dates and files. */
export const placeFlags: readonly string[] = ['--dest', '--source', '--host'];

/** All that a script must know of the command line. */
export type Grammar = {
	/** The bare command first, then those that are named. */
	readonly completed: readonly CompletedCommand[];
	/** All flags that take a value, whatever the command. */
	readonly valueFlags: readonly string[];
	/** Candidates for values of flags, by flag, if there are any. */
	readonly valueCompletions: ReadonlyMap<string, Completion>;
};

const completedCommands = (commands: Commands): readonly CompletedCommand[] => [
	{
		name: '', summary: 'back up', flags: describeFlags(lineFlags), words: [], isLastRepeated: false,
	},
	...names.map(name => {
		const {flags, words: {complete = [], maximum}} = commands[name];
		return {
			name, summary: commandSummaries[name], flags: describeFlags({...flags, ...commandFlags}), words: complete, isLastRepeated: maximum > complete.length,
		};
	}),
	{
		name: 'help', summary: 'how a command is called', flags: [], words: [names], isLastRepeated: false,
	},
];

export function grammarOf(commands: Commands): Grammar {
	const completed = completedCommands(commands);
	const everyFlag = completed.flatMap(({flags}) => flags);
	return {
		completed,
		valueFlags: [...new Set(everyFlag.filter(({value}) => value).map(({long}) => long))],
		valueCompletions: new Map(everyFlag.flatMap(({long, value}) => value?.completes ? [[long, value.completes]] : [])),
	};
}

/** Quotes a text for a shell such that it stands for itself. */
export const quoteForShell = (text: string): string => `'${text.replaceAll('\'', String.raw`'\''`)}'`;
