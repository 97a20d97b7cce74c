/*
The keys of the list of what is to be backed up.
*/
import {clearFilter, filterKeys, find} from '../keys/filter-keys.ts';
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
	details,
	invert,
	range,
	rangeKeys,
	shownMarks,
	sorts,
	toggle,
	type TreeCommand,
} from '../tree/tree-keys.ts';

export type ReviewCommand = TreeCommand | 'includeAll' | 'recall' | 'page' | 'enter' | 'stay' | 'details' | 'rescan' | 'command' | 'saveSelection' | 'confirm';

export type ReviewContext = 'review' | 'filtered' | 'range' | 'filter';

type ReviewTable = KeyTable<ReviewCommand | CommonCommand | 'sets'>;

/** Leads to the sets, from wherever there is nothing under way. */
export const openSetsKey: Binding<'sets'> = {
	keys: ['b'], command: 'sets', help: 'browse earlier backups: look inside, verify, restore', footer: 'backups',
};

const review: ReviewTable = [
	{
		keys: ['w'], command: 'confirm', help: 'see what will be written, then start', footer: 'back up…', isEssential: true,
	},
	toggle,
	...sorts,
	find,
	{
		keys: ['a'], command: 'toggleAll', help: 'mark all shown / none / as at the start', footer: 'all',
	},
	{
		keys: ['A'], command: 'includeAll', help: 'mark every file, those in closed directories too',
	},
	{
		keys: ['='], command: 'recall', help: 'mark what was selected for the newest set: the same as last time',
	},
	details,
	{
		keys: ['enter'], command: 'enter', help: 'open or close a directory', footer: 'open',
	},
	{
		keys: ['p'], command: 'page', help: 'read the file in $PAGER (less), a compressed one unpacked', footer: 'read',
	},
	...branches,
	invert,
	...shownMarks,
	range,
	{
		keys: ['d'], command: 'measure', help: 'sizes as they are on disk, or as read',
	},
	{
		keys: ['r'], command: 'rescan', help: 'read the directory again; marks stay',
	},
	{
		keys: ['c'], command: 'command', help: 'show the command that backs up what is marked', footer: 'command',
	},
	{
		keys: ['S'], command: 'saveSelection', help: 'save what is marked for every night, as rules in the configuration; shows what changes, and asks',
	},
	openSetsKey,
	...moves,
	help,
];

const quit: ReviewTable = [
	{
		keys: ['q', 'f10'], command: 'quit', help: 'quit, nothing is written', footer: 'quit', isEssential: true,
	},
	interrupt,
	...everywhere,
];

/** One Escape too many must not throw the marks away. */
const stay: Binding<'stay'> = {keys: ['escape'], command: 'stay', help: 'end a filter or a range; it never quits'};

export const reviewKeys: Readonly<Record<ReviewContext, ReviewTable>> = {
	review: [...review, stay, ...quit],
	filtered: [clearFilter, ...review, ...quit],
	range: rangeKeys(interrupt),
	filter: filterKeys(interrupt),
};
