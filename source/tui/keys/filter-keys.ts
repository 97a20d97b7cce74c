/*
The keys of a filter, in whichever list it is.
*/
import type {LineEdit} from '../kit/line-edit.ts';
import {
	type Binding,
	erase,
	everywhere,
	type KeyTable,
} from './key-bindings.ts';

/** Commands of the filter of a list. */
export type FilterCommand = 'find' | 'keep' | 'clear' | LineEdit;

/** Takes away what the find bar left out. */
export const clearFilter: Binding<'clear'> = {
	keys: ['escape'], command: 'clear', help: 'take the filter away, and show all again', footer: 'clear', isEssential: true,
};

export const find: Binding<'find'> = {
	keys: ['/'], command: 'find', help: 'filter by name; * and ? are wildcards', footer: 'find',
};

/** While the find bar is typed in. No letter moves here: it is text. */
export const filterKeys = (interrupt: Binding<'interrupt'>): KeyTable<FilterCommand | 'up' | 'down' | 'pageUp' | 'pageDown' | 'interrupt' | 'redraw' | 'suspend'> => [
	{
		keys: ['enter'], command: 'keep', help: 'to the rows found', footer: 'done', isEssential: true,
	},
	{
		keys: ['escape'], command: 'clear', help: 'take the filter away, and show all again', footer: 'clear', isEssential: true,
	},
	erase,
	{keys: ['ctrl-w'], command: 'eraseWord', help: 'take back a word'},
	{keys: ['ctrl-u'], command: 'eraseLine', help: 'take back all before the cursor'},
	{keys: ['delete', 'ctrl-d'], command: 'delete', help: 'take away the character under the cursor'},
	{keys: ['left', 'ctrl-b'], command: 'left', help: 'one to the left'},
	{keys: ['right', 'ctrl-f'], command: 'right', help: 'one to the right'},
	{keys: ['home', 'ctrl-a'], command: 'lineStart', help: 'to the start of the line'},
	{keys: ['end', 'ctrl-e'], command: 'lineEnd', help: 'to its end'},
	{keys: ['up'], command: 'up', help: 'one up'},
	{keys: ['down'], command: 'down', help: 'one down'},
	{keys: ['pageup'], command: 'pageUp', help: 'a page up'},
	{keys: ['pagedown'], command: 'pageDown', help: 'a page down'},
	interrupt,
	...everywhere,
];
