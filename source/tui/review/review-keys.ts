/*
The keys of the list of what is to be backed up.
*/
import {
	type Binding,
	type CommonCommand,
	everywhere,
	help,
	interrupt,
	type KeyTable,
	moves,
} from '../keys/key-bindings.ts';
import {
	branches,
	clearFilter,
	details,
	filterKeys,
	find,
	invert,
	range,
	rangeKeys,
	sorts,
	toggle,
	type TreeCommand,
} from '../tree/tree-keys.ts';

export type ReviewCommand = TreeCommand | 'details' | 'rescan' | 'command' | 'confirm';

export type ReviewContext = 'review' | 'filtered' | 'range' | 'filter';

type ReviewTable = KeyTable<ReviewCommand | CommonCommand | 'sets'>;

/** Leads to the sets, from wherever there is nothing under way. */
export const openSets: Binding<'sets'> = {
	keys: ['b'], command: 'sets', help: 'browse earlier backups: look inside, verify, restore', footer: 'sets',
};

const review: ReviewTable = [
	{
		keys: ['enter'], command: 'confirm', help: 'see what will be written, then start', footer: 'back up…', isEssential: true,
	},
	toggle,
	...branches,
	details,
	{
		keys: ['a'], command: 'toggleAll', help: 'mark all shown / none / as at the start', footer: 'all/none',
	},
	find,
	invert,
	range,
	...sorts,
	{
		keys: ['d'], command: 'measure', help: 'sizes as they are on disk, or as read',
	},
	{
		keys: ['r'], command: 'rescan', help: 'read the directory again; marks stay',
	},
	{
		keys: ['c'], command: 'command', help: 'show the command that backs up what is marked', footer: 'command',
	},
	openSets,
	...moves,
	help,
];

const quit = (keys: readonly string[]): ReviewTable => [
	{
		keys, command: 'quit', help: 'quit, nothing is written', footer: 'quit', isEssential: keys.includes('escape'),
	},
	interrupt,
	...everywhere,
];

export const reviewKeys: Readonly<Record<ReviewContext, ReviewTable>> = {
	review: [...review, ...quit(['q', 'escape'])],
	filtered: [clearFilter, ...review, ...quit(['q'])],
	range: rangeKeys(interrupt),
	filter: filterKeys(interrupt),
};
