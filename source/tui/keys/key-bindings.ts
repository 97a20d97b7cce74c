/*
What a key table is made of, and the keys that are the same on many screens.
*/
import type {Command} from '../actions.ts';

export type Binding = {
	readonly keys: readonly string[];
	readonly command: Command;
	/** For the help screen. */
	readonly help: string;
	/** For the footer; a key without it is left to the help screen. */
	readonly footer?: string;
	/** Stays in the footer of a narrow terminal. */
	readonly isEssential?: boolean;
	/** It answers a question, or does at once what is not taken back: it counts only from somebody who could see that. */
	readonly isAnswer?: boolean;
};

/** What concerns the terminal itself, on every screen. */
export const everywhere: readonly Binding[] = [
	{keys: ['ctrl-l'], command: 'redraw', help: 'draw the screen anew, where something else was written over it'},
	{keys: ['ctrl-z'], command: 'suspend', help: 'to the shell; fg comes back'},
];

export const help: Binding = {
	keys: ['?'], command: 'help', help: 'this help', footer: 'help', isEssential: true,
};

export const scrolls: readonly Binding[] = [
	{keys: ['up', 'k'], command: 'up', help: 'one up'},
	{keys: ['down', 'j'], command: 'down', help: 'one down'},
];

export const moves: readonly Binding[] = [
	...scrolls,
	{keys: ['pageup'], command: 'pageUp', help: 'a page up'},
	{keys: ['pagedown'], command: 'pageDown', help: 'a page down'},
	{keys: ['home', 'g'], command: 'first', help: 'to the first'},
	{keys: ['end', 'G'], command: 'last', help: 'to the last'},
];

/** Takes away what the find bar left out. */
export const clearFilter: Binding = {
	keys: ['escape'], command: 'clear', help: 'show all again', footer: 'all', isEssential: true,
};

export const toggle: Binding = {
	keys: ['space'], command: 'toggle', help: 'mark or unmark, and one down; a directory with all that is in it', footer: 'mark',
};

export const branches: readonly Binding[] = [
	{keys: ['right', 'l'], command: 'open', help: 'open a directory'},
	{keys: ['left', 'h'], command: 'close', help: 'close it, or go up to it'},
];

export const details: Binding = {
	keys: ['tab'], command: 'details', help: 'show or hide details of the row', footer: 'details',
};

export const find: Binding = {
	keys: ['/'], command: 'find', help: 'show only names that have this in them; * and ? as in globs', footer: 'find',
};

export const invert: Binding = {keys: ['i'], command: 'invert', help: 'mark the files shown that are not, unmark those that are'};
export const range: Binding = {keys: ['v'], command: 'range', help: 'choose a range; Space marks or unmarks it'};

export const sorts: readonly Binding[] = [
	{
		keys: ['s'], command: 'sort', help: 'sort by name, size or age', footer: 'sort',
	},
	{keys: ['n'], command: 'sortName', help: 'sort by name; again reverses'},
	{keys: ['z'], command: 'sortSize', help: 'sort by size; again reverses'},
	{keys: ['m'], command: 'sortAge', help: 'sort by age; again reverses'},
];

export const erase: Binding = {keys: ['backspace', 'ctrl-h'], command: 'erase', help: 'take back a character'};

/** The answer to a question about stopping that lets the work go on. */
export const goOn: Binding = {
	keys: ['n', 'escape'], command: 'goOn', help: 'let it go on', footer: 'go on', isEssential: true,
};

/** While a range of rows is chosen. `interrupt` differs: what is lost by it depends on the list. */
export const rangeKeys = (interrupt: Binding): readonly Binding[] => [
	{
		keys: ['space'], command: 'toggle', help: 'mark or unmark the range', footer: 'mark the range', isEssential: true,
	},
	{
		keys: ['escape', 'v', 'q'], command: 'clear', help: 'choose none', footer: 'no range', isEssential: true,
	},
	...moves,
	interrupt,
	...everywhere,
];

/** While the find bar is typed in. No letter moves here: it is text. */
export const filterKeys = (interrupt: Binding): readonly Binding[] => [
	{
		keys: ['enter'], command: 'keep', help: 'to the rows found', footer: 'done', isEssential: true,
	},
	{
		keys: ['escape'], command: 'clear', help: 'show all again', footer: 'show all', isEssential: true,
	},
	erase,
	{keys: ['up'], command: 'up', help: 'one up'},
	{keys: ['down'], command: 'down', help: 'one down'},
	interrupt,
	...everywhere,
];
