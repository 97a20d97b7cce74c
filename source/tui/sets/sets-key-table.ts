/*
The keys of the screens of the sets: a part of the one table.
*/
import {
	type Binding,
	branches,
	clearFilter,
	details,
	erase,
	filterKeys,
	find,
	goOn,
	help,
	invert,
	moves,
	range,
	rangeKeys,
	scrolls,
	sorts,
	everywhere,
	toggle,
} from '../keys/key-bindings.ts';

/** Where a key is pressed on a screen of the sets. */
export type BrowseKeyContext =
	'sets' | 'setsAlone' | 'partner' | 'set' | 'setFiltered' | 'setRange' | 'setFilter' | 'diff'
	| 'restoreTo' | 'restorePlan' | 'removal' | 'work' | 'workAsking' | 'workStopping' | 'workOver';

const interrupt: Binding = {keys: ['ctrl-c'], command: 'interrupt', help: 'quit at once'};

const back = (keys: readonly string[], where: string): Binding => ({
	keys, command: 'back', help: `back to ${where}`, footer: 'back', isEssential: true,
});

const verify: Binding = {
	keys: ['V'], command: 'verify', help: 'verify the set: every checksum, every byte', footer: 'verify',
};

const compare: Binding = {
	keys: ['='], command: 'compare', help: 'compare the set with another', footer: 'compare',
};

const sets: readonly Binding[] = [
	{
		keys: ['enter', 'right', 'l'], command: 'openSet', help: 'see the files of the set', footer: 'open', isEssential: true,
	},
	verify,
	{
		keys: ['r'], command: 'restore', help: 'restore the whole set to a directory; asks for it first', footer: 'restore…',
	},
	compare,
	{
		keys: ['D'], command: 'remove', help: 'delete the set; asks for its date first', footer: 'delete…',
	},
	{
		keys: ['A'], command: 'verifyAll', help: 'verify all sets',
	},
	{
		keys: ['u'], command: 'relist', help: 'look for sets again',
	},
];

const setEnd: readonly Binding[] = [...moves, help, interrupt, ...everywhere];

const files: readonly Binding[] = [
	{
		keys: ['enter', 'p'], command: 'page', help: 'show the file in $PAGER (less); open a directory', footer: 'view', isEssential: true,
	},
	toggle,
	{
		keys: ['r'], command: 'restore', help: 'restore what is marked, or else this file, to a directory; asks for it first', footer: 'restore…',
	},
	...branches,
	details,
	find,
	verify,
	compare,
	{
		keys: ['a'], command: 'toggleAll', help: 'mark all files shown, or none', footer: 'all/none',
	},
	invert,
	range,
	...sorts,
];

const typing: readonly Binding[] = [
	erase,
	{keys: ['ctrl-u'], command: 'clearLine', help: 'take back the line'},
];

export const browseKeys: Readonly<Record<BrowseKeyContext, readonly Binding[]>> = {
	sets: [...sets, back(['escape', 'q', 'b'], 'where you came from'), ...setEnd],
	setsAlone: [
		...sets,
		{
			keys: ['escape', 'q'], command: 'back', help: 'leave', footer: 'leave', isEssential: true,
		},
		...setEnd,
	],
	partner: [
		{
			keys: ['enter', '='], command: 'compare', help: 'compare with this set', footer: 'with this', isEssential: true,
		},
		{
			keys: ['escape', 'q'], command: 'back', help: 'compare none', footer: 'none', isEssential: true,
		},
		...setEnd,
	],
	set: [...files, back(['escape', 'q', 'b'], 'the sets'), ...setEnd],
	setFiltered: [
		clearFilter,
		...files,
		{keys: ['q', 'b'], command: 'back', help: 'back to the sets'},
		...setEnd,
	],
	setRange: rangeKeys(interrupt),
	setFilter: filterKeys(interrupt),
	diff: [back(['escape', 'q', 'enter', '='], 'the sets'), ...moves, help, interrupt, ...everywhere],
	restoreTo: [
		{
			keys: ['enter'], command: 'accept', help: 'see what would be written', footer: 'go on…', isEssential: true,
		},
		{
			keys: ['escape'], command: 'back', help: 'back, nothing is restored', footer: 'back', isEssential: true,
		},
		...typing,
		interrupt,
		...everywhere,
	],
	restorePlan: [
		{
			keys: ['enter', 'y'], command: 'accept', help: 'restore', footer: 'restore', isEssential: true, isAnswer: true,
		},
		{
			keys: ['escape', 'n', 'q'], command: 'back', help: 'back to the directory', footer: 'back', isEssential: true,
		},
		{
			keys: ['o'], command: 'overwrite', help: 'replace files that are in the way, or leave them', footer: 'overwrite or not', isAnswer: true,
		},
		...scrolls,
		help,
		interrupt,
		...everywhere,
	],
	removal: [
		{
			keys: ['enter'], command: 'accept', help: 'delete it, if its date is typed', footer: 'delete', isEssential: true, isAnswer: true,
		},
		{
			keys: ['escape'], command: 'back', help: 'back, nothing is deleted', footer: 'back', isEssential: true,
		},
		...typing,
		interrupt,
		...everywhere,
	],
	work: [
		{
			keys: ['escape', 'q', 'ctrl-c'], command: 'ask', help: 'stop; asks first', footer: 'stop', isEssential: true,
		},
		...moves,
		help,
		...everywhere,
	],
	workAsking: [
		{
			keys: ['y', 'ctrl-c'], command: 'stop', help: 'stop it', footer: 'stop', isEssential: true, isAnswer: true,
		},
		goOn,
		...everywhere,
	],
	workStopping: [
		{
			keys: ['ctrl-c'], command: 'interrupt', help: 'quit at once', footer: 'quit at once', isEssential: true,
		},
		...everywhere,
	],
	workOver: [back(['enter', 'escape', 'q'], 'where you came from'), ...moves, help, interrupt, ...everywhere],
};
