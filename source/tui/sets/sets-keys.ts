/*
The keys that are the same on several screens of the sets.
*/
import {
	type Binding,
	type CommonCommand,
	erase,
	everywhere,
	help,
	type KeyTable,
	moves,
} from '../keys/key-bindings.ts';

export const quitAtOnce: Binding<'interrupt'> = {keys: ['ctrl-c'], command: 'interrupt', help: 'quit at once'};

export const verifyKey: Binding<'verify'> = {
	keys: ['V'], command: 'verify', help: 'verify the set: every checksum, every byte', footer: 'verify',
};

export const compareKey: Binding<'compare'> = {
	keys: ['='], command: 'compare', help: 'compare the set with another', footer: 'compare',
};

/** Every table that has no question ends with these. */
export const lastKeys: KeyTable<CommonCommand> = [...moves, help, quitAtOnce, ...everywhere];

/** While a line is typed. */
export const typingKeys: KeyTable<'erase' | 'clearLine' | CommonCommand> = [
	erase,
	{keys: ['ctrl-u'], command: 'clearLine', help: 'take back the line'},
	quitAtOnce,
	...everywhere,
];
