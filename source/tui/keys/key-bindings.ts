/*
The parts of a key table, and the keys that many screens share.
*/
import type {Move} from '../kit/list-window.ts';

/** The commands that every screen has. */
export type CommonCommand = Move | 'help' | 'quit' | 'leave' | 'interrupt' | 'suspend' | 'redraw';

export type Binding<Command extends string = string> = {
	/** Names of keys are those of key-names.ts. */
	readonly keys: readonly string[];
	readonly command: Command;
	/** For the help screen. */
	readonly help: string;
	/** For the footer; a key without it is left to the help screen. */
	readonly footer?: string;
	/** Stays in the footer of a narrow terminal. */
	readonly isEssential?: boolean;
	/** It answers a question, or does at once something that can't be undone: it counts only if the operator could see that. */
	readonly isAnswer?: boolean;
};

/** The keys of a screen while one thing is going on on it. */
export type KeyTable<Command extends string = string> = ReadonlyArray<Binding<Command>>;

/** The keys for the terminal itself, on every screen. */
export const everywhere: KeyTable<'redraw' | 'suspend'> = [
	{keys: ['ctrl-l'], command: 'redraw', help: 'redraw the screen'},
	{keys: ['ctrl-z'], command: 'suspend', help: 'to the shell; fg comes back'},
];

export const help: Binding<'help'> = {
	keys: ['?', 'f1'], command: 'help', help: 'this help', footer: 'help', isEssential: true,
};

export const scrolls: KeyTable<'up' | 'down'> = [
	{keys: ['up', 'k'], command: 'up', help: 'one up'},
	{keys: ['down', 'j'], command: 'down', help: 'one down'},
];

export const moves: KeyTable<Move> = [
	...scrolls,
	{keys: ['pageup', 'ctrl-b'], command: 'pageUp', help: 'a page up'},
	{keys: ['pagedown', 'ctrl-f'], command: 'pageDown', help: 'a page down'},
	{keys: ['ctrl-u'], command: 'halfUp', help: 'half a page up'},
	{keys: ['ctrl-d'], command: 'halfDown', help: 'half a page down'},
	{keys: ['home', 'g'], command: 'first', help: 'to the first'},
	{keys: ['end', 'G'], command: 'last', help: 'to the last'},
];

/** Ctrl-C before anything is written. */
export const interrupt: Binding<'interrupt'> = {keys: ['ctrl-c'], command: 'interrupt', help: 'quit, nothing is written'};

export const erase: Binding<'erase'> = {keys: ['backspace', 'ctrl-h'], command: 'erase', help: 'take back a character'};

/** Leads back from where one is. */
export const back = (keys: readonly string[], where: string): Binding<'back'> => ({
	keys, command: 'back', help: `back ${where}`, footer: 'back', isEssential: true,
});

/** Another attempt at what failed, from wherever it is named. */
export const retry: Binding<'retry'> = {
	keys: ['r'], command: 'retry', help: 'retry the failed files; they are added to the same set', footer: 'retry failed', isEssential: true, isAnswer: true,
};

/** The answer to a question about stopping that lets the work go on. */
export const goOn: Binding<'goOn'> = {
	keys: ['n', 'escape'], command: 'goOn', help: 'continue', footer: 'continue', isEssential: true,
};

/** The keys of the help, whichever screen it lies over. */
export const helpKeys: KeyTable<'back' | Move | 'interrupt' | 'redraw' | 'suspend'> = [
	{
		keys: ['escape', 'q', '?', 'f1', 'f10', 'enter'], command: 'back', help: 'close the help', footer: 'close', isEssential: true,
	},
	...moves,
	interrupt,
	...everywhere,
];

/** The binding of a key in a table. */
export const bindingOf = (table: KeyTable, key: string): Binding | undefined => table.find(({keys}) => keys.includes(key));
