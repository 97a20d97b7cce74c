/*
A flag. Each stands once, in the table of the command that takes it, with all that is to be known of it. What the parser is told, the options and their types, what another
process is given of them, the help and the tables of the manual come from there.
*/

/** Under which heading of the help a flag stands. */
export type FlagGroup = 'selection' | 'place' | 'keep' | 'unattended' | 'display';

type Described = {
	/** One letter, for the short form. */
	readonly short?: string;
	readonly group?: FlagGroup;
	/** Its effect in a few words, for the help. */
	readonly help: string;
	/** The same for the manual, in Markdown, where there is more to say. */
	readonly manual?: string;
	/** The default, if a reader would not guess it. */
	readonly otherwise?: string;
	/** Another process, or the same command at another time, is given it again: as one of those that say how to copy, or which files. */
	readonly lasts?: 'copying' | 'selecting';
	/** This program passes it to itself: it is in the manual, not in the help. */
	readonly isInternal?: true;
	/** Whether a configuration may set it: it says how backups are made here, and not what one call is about. */
	readonly isConfigurable: boolean;
};

/** A flag without a value. One that is called `no-…` turns off what is on without it. */
export type Switch = Described;

/** Candidates that a shell completes a word with: names of directories or of any files, dates of sets, files of a set, or one of these. */
export type Completion = 'directory' | 'file' | 'set' | 'copy' | readonly string[];

/** A flag with a value. */
export type ValueFlag = Described & {
	/** Placeholder for the value in the help: `DIR`. */
	readonly placeholder: string;
	/** Kind of value, for messages: `a directory`. */
	readonly takes: string;
	readonly isMultiple?: true;
	readonly completes?: Completion;
	/** Bytes that are not UTF-8 are refused: what Node makes of them means something else. */
	readonly isText?: true;
	/** A value may hold a secret: a message does not repeat one that makes no sense. */
	readonly isConfidential?: true;
	/** The value that a text means; `undefined`, or an error with the reason, if it means none. */
	readonly parse: (text: string) => unknown;
	/** Its type in a configuration; a string, if missing. */
	readonly written?: 'integer' | 'integer or string';
	/** A path, which in a configuration is to be absolute. */
	readonly isPath?: true;
	/** The text that means a value; missing where that is the value itself. */
	readonly spell?: (value: never) => string;
	/** The value without the flag, at the start of the program. */
	readonly initial?: (now: Date) => unknown;
};

export type Flag = Switch | ValueFlag;

/** By their names, without dashes. */
export type FlagTable = Readonly<Record<string, Flag>>;

export const takesValue = (flag: Flag): flag is ValueFlag => 'parse' in flag;

type CamelCase<Name> = Name extends `${infer First}-${infer Rest}` ? `${First}${Capitalize<CamelCase<Rest>>}` : Name;

type OptionName<Name> = Name extends `no-${infer Rest}` ? CamelCase<Rest> : CamelCase<Name>;

/** Whether a switch of this name turns something off. */
export const isNegation = (name: string): boolean => name.startsWith('no-');

/** Name of the option that a flag sets: `dry-run` sets `dryRun`, `no-verify` sets `verify`. */
export const optionName = (name: string): string => (isNegation(name) ? name.slice(3) : name).replaceAll(/-(?<letter>[a-z])/gv, (_, letter: string) => letter.toUpperCase());

/** The flag that says the opposite of a switch: `no-recursive`, `verify`. */
export const oppositeName = (name: string): string => isNegation(name) ? name.slice(3) : `no-${name}`;

type ParsedBy<Kind> = Kind extends {readonly parse: (text: string) => infer Value} ? Exclude<Value, undefined> : never;

type OptionOf<Kind> = Kind extends {readonly parse: unknown}
	? (Kind extends {readonly isMultiple: true}
		? ReadonlyArray<ParsedBy<Kind>>
		: (Kind extends {readonly initial: unknown} ? ParsedBy<Kind> : ParsedBy<Kind> | undefined))
	: boolean;

/** The options that the flags of a table set: switches are booleans, what can be given several times is a list, and what has no value without the flag may be missing. */
export type FlagValues<Table extends FlagTable> = {readonly [Name in keyof Table as OptionName<Name> & string]: OptionOf<Table[Name]>};

/** A flag as it is written, with its value: `--level=9`. */
export const spellFlag = (name: string, value?: string | number): string => value === undefined ? `--${name}` : `--${name}=${value}`;
