/*
The one table of keys: it drives the handlers, the footers and the help. Names of keys are those of key-names.ts.
*/
import {type BrowseKeyContext, browseKeys} from '../sets/sets-key-table.ts';
import {
	type Binding,
	branches,
	clearFilter,
	details,
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
} from './key-bindings.ts';

/** Where a key is pressed: a screen, or what lies over it. */
export type KeyContext =
	'exists' | 'existsFailed' | 'review' | 'filtered' | 'range' | 'filter' | 'command' | 'confirm'
	| 'run' | 'paused' | 'outcomes' | 'outcomesPaused' | 'asking' | 'stopping'
	| 'summary' | 'summaryFailed' | 'summaryOutcomes' | 'help'
	| BrowseKeyContext;

const interrupt: Binding = {keys: ['ctrl-c'], command: 'interrupt', help: 'quit, nothing is written'};
const leave: Binding = {
	keys: ['d'], command: 'leave', help: 'leave the screen; the backup goes on', footer: 'leave it running',
};

const ask: Binding = {
	keys: ['q', 'ctrl-c'], command: 'ask', help: 'stop; asks first', footer: 'stop', isEssential: true,
};

const pause: Binding = {
	keys: ['p'], command: 'pause', help: 'halt the backup, until p again', footer: 'pause',
};

const resume: Binding = {
	keys: ['p'], command: 'resume', help: 'let the backup go on', footer: 'resume', isEssential: true,
};

const openOutcomes: Binding = {
	keys: ['tab'], command: 'outcomes', help: 'the list of all files, with what became of each', footer: 'all files',
};

const retry: Binding = {
	keys: ['r'], command: 'retry', help: 'copy what failed once more, into the same set', footer: 'retry failed', isEssential: true, isAnswer: true,
};

const openSets: Binding = {
	keys: ['b'], command: 'sets', help: 'browse the sets there are: look into them, verify, restore', footer: 'sets',
};

const review: readonly Binding[] = [
	{
		keys: ['enter'], command: 'confirm', help: 'see what will be written, then start', footer: 'back up…', isEssential: true,
	},
	toggle,
	...branches,
	details,
	{
		keys: ['a'], command: 'toggleAll', help: 'mark all files shown, none, or as at first', footer: 'all/none',
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

const quitKey = (keys: readonly string[]): readonly Binding[] => [
	{
		keys, command: 'quit', help: 'quit, nothing is written', footer: 'quit', isEssential: keys.includes('escape'),
	},
	interrupt,
	...everywhere,
];

const exists: readonly Binding[] = [
	{
		keys: ['q', 'escape', 'enter'], command: 'quit', help: 'quit, nothing is written', footer: 'quit', isEssential: true,
	},
	openSets,
	...moves,
	interrupt,
	...everywhere,
];

/** The list of all files of a run. */
const outcomes: readonly Binding[] = [
	{
		keys: ['tab', 'escape'], command: 'back', help: 'back from the list', footer: 'back', isEssential: true,
	},
	{
		keys: ['f'], command: 'nextFailure', help: 'to the next file that failed', footer: 'next failed',
	},
	...moves,
];

const finish = (keys: readonly string[]): Binding => ({
	keys: [...keys, 'ctrl-c'], command: 'finish', help: 'leave; the summary stays on the terminal', footer: 'leave', isEssential: true,
});

const summary: readonly Binding[] = [finish(['enter', 'q', 'escape']), openOutcomes, ...moves, help, ...everywhere];

export const keyTable: Readonly<Record<KeyContext, readonly Binding[]>> = {
	exists,
	existsFailed: [retry, ...exists],
	review: [...review, ...quitKey(['q', 'escape'])],
	filtered: [
		clearFilter,
		...review,
		...quitKey(['q']),
	],
	range: rangeKeys(interrupt),
	filter: filterKeys(interrupt),
	command: [
		{
			keys: ['escape', 'c', 'q', 'enter'], command: 'back', help: 'back to the list', footer: 'back', isEssential: true,
		},
		...moves,
		interrupt,
		...everywhere,
	],
	confirm: [
		{
			keys: ['enter', 'y'], command: 'start', help: 'start the backup', footer: 'start', isEssential: true, isAnswer: true,
		},
		{
			keys: ['escape', 'n', 'q'], command: 'back', help: 'back to the list', footer: 'back', isEssential: true,
		},
		...scrolls,
		help,
		interrupt,
		...everywhere,
	],
	run: [ask, pause, openOutcomes, leave, help, ...everywhere],
	paused: [resume, ask, openOutcomes, leave, help, ...everywhere],
	outcomes: [...outcomes, ask, pause, leave, help, ...everywhere],
	outcomesPaused: [resume, ...outcomes, ask, leave, help, ...everywhere],
	asking: [
		{
			keys: ['y', 'ctrl-c'], command: 'stop', help: 'stop the backup', footer: 'stop', isEssential: true, isAnswer: true,
		},
		goOn,
		leave,
		...everywhere,
	],
	stopping: [
		{
			keys: ['ctrl-c'], command: 'kill', help: 'stop at once', footer: 'stop at once', isEssential: true,
		},
		...everywhere,
	],
	summary,
	summaryFailed: [retry, ...summary],
	summaryOutcomes: [...outcomes, finish(['q', 'enter']), help, ...everywhere],
	help: [
		{
			keys: ['escape', 'q', '?', 'enter'], command: 'back', help: 'close the help', footer: 'close', isEssential: true,
		},
		...moves,
		interrupt,
		...everywhere,
	],
	...browseKeys,
};
