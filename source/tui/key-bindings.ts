/*
What a key table is made of, and the keys that are the same on many screens.
*/
import type {Command} from './actions.ts';

export type Binding = {
	readonly keys: readonly string[];
	readonly command: Command;
	/** For the help screen. */
	readonly help: string;
	/** For the footer; a key without it is left to the help screen. */
	readonly footer?: string;
	/** Stays in the footer of a narrow terminal. */
	readonly isEssential?: boolean;
};

export const suspend: Binding = {keys: ['ctrl-z'], command: 'suspend', help: 'to the shell; fg comes back'};

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
