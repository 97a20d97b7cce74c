/*
The keys of a run: of its screen, of the list of all its files, and of its summary.
*/
import {
	clearFilter,
	type FilterCommand,
	filterKeys,
	find,
} from '../keys/filter-keys.ts';
import type {Move} from '../kit/list-window.ts';
import {
	type Binding,
	type CommonCommand,
	everywhere,
	goOn,
	help,
	interrupt,
	type KeyTable,
	moves,
	retry,
} from '../keys/key-bindings.ts';

/** The commands of the list of all files. */
export type ListCommand = Move | FilterCommand | 'outcomes' | 'back' | 'nextFailure' | 'sort';

/** The commands of a run under way: most of them are about stopping. */
export type RunCommand = ListCommand | 'ask' | 'goOn' | 'stop' | 'kill' | 'pause' | 'resume' | 'turnPause';

/** The commands of a run that is over. */
export type SummaryCommand = ListCommand | 'retry' | 'finish';

export type RunContext = 'run' | 'paused' | 'outcomes' | 'outcomesPaused' | 'outcomesFiltered' | 'outcomesFilter' | 'asking' | 'stopping' | 'killing';

export type SummaryContext = 'summary' | 'summaryRefused' | 'summaryFailed' | 'summaryOutcomes' | 'summaryFiltered' | 'summaryFilter';

type RunBinding = Binding<RunCommand | CommonCommand>;
type RunTable = KeyTable<RunCommand | CommonCommand>;
type SummaryTable = KeyTable<SummaryCommand | CommonCommand | 'choose' | 'saveMarks'>;

const leave: RunBinding = {
	keys: ['d'], command: 'leave', help: 'leave the screen; the backup continues', footer: 'leave it running',
};

const ask: RunBinding = {
	keys: ['q', 'ctrl-c'], command: 'ask', help: 'stop; asks first', footer: 'stop', isEssential: true,
};

const pause: RunBinding = {
	keys: ['p'], command: 'pause', help: 'halt the backup, until p again', footer: 'pause',
};

const resume: RunBinding = {
	keys: ['p'], command: 'resume', help: 'let the backup go on', footer: 'resume', isEssential: true,
};

/** With a filter on, the footer has other things to say than which of the two it is. */
const pauseOrResume: RunBinding = {keys: ['p'], command: 'turnPause', help: 'halt the backup, or let it go on'};

const openOutcomes: Binding<'outcomes'> = {
	keys: ['tab'], command: 'outcomes', help: 'the list of all files, with what became of each', footer: 'all files',
};

const closeOutcomes = (keys: readonly string[]): Binding<'back'> => ({
	keys, command: 'back', help: 'back from the list', footer: 'back', isEssential: true,
});

/** Keys in the list of all files of a run. */
const inList: KeyTable<ListCommand> = [
	{
		keys: ['f'], command: 'nextFailure', help: 'to the next file that failed', footer: 'next failed',
	},
	{
		keys: ['s'], command: 'sort', help: 'sort by outcome, equal reasons together; again: as they have their turn', footer: 'sort',
	},
	find,
	...moves,
];

const outcomes: KeyTable<ListCommand> = [closeOutcomes(['tab', 'escape']), ...inList];
const filtered: KeyTable<ListCommand> = [clearFilter, closeOutcomes(['tab']), ...inList];

export const runKeys: Readonly<Record<RunContext, RunTable>> = {
	run: [ask, pause, openOutcomes, leave, help, ...everywhere],
	paused: [resume, ask, openOutcomes, leave, help, ...everywhere],
	outcomes: [...outcomes, ask, pause, leave, help, ...everywhere],
	outcomesPaused: [resume, ...outcomes, ask, leave, help, ...everywhere],
	outcomesFiltered: [...filtered, ask, pauseOrResume, leave, help, ...everywhere],
	// Ctrl-C asks whether to stop.
	outcomesFilter: filterKeys({...interrupt, help: 'stop; asks first'}),
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
	// A process that waits for a file system that does not answer cannot even be killed.
	killing: [
		{
			keys: ['q', 'ctrl-c'], command: 'leave', help: 'leave the screen, where the backup cannot be ended: it waits for a disk or a server', footer: 'leave', isEssential: true,
		},
		...everywhere,
	],
};

const finish = (keys: readonly string[]): Binding<'finish'> => ({
	keys: [...keys, 'ctrl-c'], command: 'finish', help: 'leave; the summary stays on the terminal', footer: 'leave', isEssential: true,
});

/** Of what was marked: nobody knows better than now whether it was right. */
const saveMarks: Binding<'saveMarks'> = {
	keys: ['S'], command: 'saveMarks', help: 'save what was marked for every night, as rules in the configuration; shows what changes, and asks', footer: 'save for every night',
};

const summary: SummaryTable = [finish(['enter', 'q', 'escape']), openOutcomes, saveMarks, ...moves, help, ...everywhere];

export const summaryKeys: Readonly<Record<SummaryContext, SummaryTable>> = {
	summary,
	summaryRefused: [
		{
			keys: ['enter', 'escape'], command: 'choose', help: 'back to the list, with all marks as they were', footer: 'to the list', isEssential: true,
		},
		finish(['q']),
		...moves,
		help,
		...everywhere,
	],
	summaryFailed: [retry, ...summary],
	summaryOutcomes: [...outcomes, finish(['q', 'enter']), help, ...everywhere],
	summaryFiltered: [...filtered, finish(['q', 'enter']), help, ...everywhere],
	summaryFilter: filterKeys({...interrupt, help: 'leave; the summary stays on the terminal'}),
};
