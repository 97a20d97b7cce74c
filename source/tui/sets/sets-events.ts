import type {SetName} from '../../set/names/set-names.ts';
import {formatCount} from '../../text/format.ts';
import {listHeight} from '../kit/layout.ts';
import {fitWindow} from '../kit/list-window.ts';
import type {
	AwaySets,
	ListStep,
	RestorePreview,
	SetComparison,
	SetContent,
	SetRow,
	WorkEvent,
} from './browser.ts';
import {itemsByKey, listFiles} from './set-tree.ts';
import type {BrowseState, SetsSlice} from './sets-state.ts';
import {isSameSet} from './set-name.ts';
import type {LongKind, SetsRequest} from './request.ts';
import {
	addTaskEvents,
	endTask,
	taskSummary,
	type TaskState,
} from './task.ts';

type AnswerTo<Kind extends SetsRequest['kind']> = {readonly request: SetsRequest & {readonly kind: Kind}};

/**
An answer to a request, which it names: an answer to one that is no longer wanted is dropped. `now` in milliseconds since the epoch, `today` the
local date.
*/
export type SetsEvent =
	{readonly kind: 'listed'; readonly step: ListStep; readonly today?: string}
	| {readonly kind: 'listEnded'; readonly problem?: string}
	/** What is at the remote, or why that is not known. */
	| {readonly kind: 'awayListed'; readonly sets: AwaySets}
	| {readonly kind: 'awayUnknown'; readonly problem: string}
	| {readonly kind: 'scheduled'; readonly texts: readonly string[]}
	| {readonly kind: 'opened'; readonly content: SetContent; readonly now: number} & AnswerTo<'open'>
	| {readonly kind: 'paged'; readonly problem: string | undefined}
	| {readonly kind: 'compared'; readonly comparison: SetComparison} & AnswerTo<'compare'>
	| {readonly kind: 'previewed'; readonly preview: RestorePreview} & AnswerTo<'preview'>
	| {readonly kind: 'weighed'; readonly freed: number | undefined} & AnswerTo<'weigh'>
	/** A set could not be opened or compared, or the files cannot be restored there. */
	| {readonly kind: 'refused'; readonly problem: string} & AnswerTo<'open' | 'compare' | 'preview'>
	| {readonly kind: 'worked'; readonly events: readonly WorkEvent[]} & AnswerTo<LongKind>
	| {readonly kind: 'workEnded'; readonly problem: string | undefined} & AnswerTo<LongKind>;

const keyOf = ({date, isStaging}: SetName): string => `${isStaging ? '.' : ''}${date}`;

/** The sets with what was found when they were verified: by its manifest alone, one that has rotted is complete. */
const judge = (sets: readonly SetRow[], verdicts: BrowseState['verdicts']): readonly SetRow[] => sets.map(row => {
	const count = row.name.isStaging ? 0 : verdicts.get(row.name.date) ?? 0;
	return count > 0 && (row.state === 'complete' || row.state === 'partial')
		? {...row, state: 'damaged', problem: `${formatCount(count, 'problem')} found when it was verified; V verifies it again`}
		: row;
});

/** The sets here, and among them those that are only at the remote. */
function withAway(here: readonly SetRow[], away: readonly SetRow[]): readonly SetRow[] {
	const dates = new Set(here.filter(({name}) => !name.isStaging).map(({name}) => name.date));
	return [...here, ...away.filter(({name}) => !dates.has(name.date))].toSorted((one, other) => other.name.date.localeCompare(one.name.date));
}

const isHere = ({away}: SetRow) => away === undefined;

/** Lists other sets. The cursor stays on the one it was on. */
function replaceSets(browse: BrowseState, sets: readonly SetRow[], height: number): BrowseState {
	const current = browse.sets[browse.cursor]?.name;
	const found = current ? sets.findIndex(({name}) => isSameSet(name, current)) : 0;
	return {...browse, sets, ...fitWindow({cursor: found === -1 ? browse.cursor : found, top: browse.top}, {count: sets.length, height})};
}

/** Takes note of sets. */
function listSets(browse: BrowseState, step: ListStep, height: number): BrowseState {
	const known = new Map(browse.sets.filter(row => isHere(row)).map(row => [keyOf(row.name), row]));

	if ('rows' in step) {
		const news = new Map(step.rows.map(row => [keyOf(row.name), row]));
		return {...browse, sets: judge(browse.sets.map(row => news.get(keyOf(row.name)) ?? row), browse.verdicts)};
	}

	return replaceSets(browse, withAway(step.names.map(name => known.get(keyOf(name)) ?? {name}), browse.away.rows), height);
}

/** Takes note of the sets at the remote, which knows better than what was remembered of it. */
function listAway(browse: BrowseState, {host, rows, pushed}: AwaySets, height: number): BrowseState {
	const here = browse.sets.filter(row => isHere(row)).map(row => row.isPushed === undefined || row.head?.host !== host ? row : {...row, isPushed: pushed.has(row.name.date)});
	return {...replaceSets(browse, withAway(here, rows), height), away: {rows, isListing: false, isUnknown: false}};
}

/** Says why something was not done, where the operator looks. */
function refuse(state: SetsSlice, {kind}: SetsRequest, problem: string): SetsSlice {
	const {browse} = state;
	return kind === 'preview'
		? {...state, screen: 'restoreTo', browse: {...browse, editor: {...browse.editor, problem, isBusy: false}}}
		: {...state, screen: 'sets', browse: {...browse, message: problem, opened: kind === 'open' ? undefined : browse.opened}};
}

/** The changes that a task has made to files, for the end. A restoration that was stopped, or failed, tells them in its notes. */
function deedsOf(task: TaskState, problem: string | undefined): readonly string[] {
	const {kind, names, notes, end} = task;

	if (kind === 'verify' || !end) {
		return [];
	}

	if (problem === undefined) {
		return [end.text];
	}

	if (kind === 'push' || kind === 'fetch') {
		return [`${taskSummary(task)} was not finished: ${problem}`, ...notes];
	}

	const {date} = names[0]!;
	return kind === 'remove'
		? [`Deleting the set of ${date} failed: ${problem}`]
		: (notes.length > 0 ? [`Restoring from the set of ${date} was not finished: ${problem}`, ...notes] : []);
}

function endWork(state: SetsSlice, problem: string | undefined): SetsSlice {
	const {browse} = state;

	if (!browse.task) {
		return state;
	}

	const task = endTask(browse.task, problem);
	const isRemoved = task.kind === 'remove' && problem === undefined;
	return {
		...state, pageTop: 0, browse: {
			...browse, task, deeds: [...browse.deeds, ...deedsOf(task, problem)], removals: browse.removals + (isRemoved ? 1 : 0),
		},
	};
}

/** Adds the damage that verifications found; if a set is verified again, the new result replaces the old. */
function addDamages({damages, task}: BrowseState, events: readonly WorkEvent[]): BrowseState['damages'] {
	// What is found at a remote says nothing of the set here.
	const found = task?.kind === 'verify' ? events.filter(event => event.message_type === 'finding') : [];
	const begun = events.some(({message_type: type}) => type === 'verify_start') ? task?.names.map(({date}) => date) ?? [] : [];

	if (found.length === 0 && begun.length === 0) {
		return damages;
	}

	const next = new Map([...damages].filter(([date]) => !begun.includes(date)).map(([date, files]) => [date, new Map(files)] as const));

	for (const {date, file, message} of found) {
		if (file === undefined) {
			continue;
		}

		const files = next.get(date) ?? new Map<string, string>();
		next.set(date, files.set(file, message));
	}

	return next;
}

/** Takes note of what work has come to by now; and of what a verification says of a set. */
function addWork(state: SetsSlice, events: readonly WorkEvent[]): SetsSlice {
	const {browse} = state;
	const verified = events.filter(event => event.message_type === 'set_verified');
	const verdicts = verified.length > 0 ? new Map([...browse.verdicts, ...verified.map(({date, findings}) => [date, findings] as const)]) : browse.verdicts;
	const damages = addDamages(browse, events);
	return {
		...state, browse: {
			...browse, verdicts, damages, sets: verified.length > 0 ? judge(browse.sets, verdicts) : browse.sets, task: browse.task && addTaskEvents(browse.task, events),
		},
	};
}

function finishOpening(state: SetsSlice, {content, now}: SetsEvent & {readonly kind: 'opened'}): SetsSlice {
	const {opened} = state.browse;

	if (!opened) {
		return state;
	}

	return {
		...state,
		browse: {
			...state.browse,
			opened: {
				...opened, isReading: false, items: itemsByKey(content.items), files: listFiles(content.items, state.size, now), problems: content.problems,
			},
		},
	};
}

/** Whether an answer is to what was asked last, and is still wanted. */
function isWanted({browse: {request, task}}: SetsSlice, event: SetsEvent): boolean {
	return event.kind === 'worked' || event.kind === 'workEnded' ? event.request === task?.request : !('request' in event) || event.request === request;
}

/** The set that an event says has been removed. */
export const removedSet = (event: SetsEvent): SetName | undefined =>
	event.kind === 'workEnded' && event.request.kind === 'remove' && event.problem === undefined ? event.request.name : undefined;

/** Takes note of what has become of a request. */
export function reduceSetsEvent(state: SetsSlice, event: SetsEvent): SetsSlice {
	const {browse} = state;

	if (!isWanted(state, event)) {
		return state;
	}

	switch (event.kind) {
		case 'listed': {
			return {...state, browse: {...listSets(browse, event.step, listHeight(state.size)), today: event.today ?? browse.today}};
		}

		case 'listEnded': {
			return {...state, browse: {...browse, isListing: false, problem: event.problem}};
		}

		case 'awayListed': {
			return {...state, browse: listAway(browse, event.sets, listHeight(state.size))};
		}

		case 'awayUnknown': {
			return {...state, browse: {...browse, away: {...browse.away, isListing: false, isUnknown: true}, message: browse.message ?? event.problem}};
		}

		case 'scheduled': {
			return {...state, browse: {...browse, schedule: event.texts}};
		}

		case 'opened': {
			return finishOpening(state, event);
		}

		case 'paged': {
			return {...state, browse: {...browse, isPaging: false, message: event.problem}};
		}

		case 'compared': {
			return {...state, browse: {...browse, comparison: event.comparison}};
		}

		case 'previewed': {
			return {
				...state, screen: 'restorePlan', pageTop: 0, browse: {
					...browse, order: event.request.order, preview: event.preview, editor: {...browse.editor, isBusy: false, problem: undefined},
				},
			};
		}

		case 'weighed': {
			return {...state, browse: {...browse, freed: event.freed}};
		}

		case 'refused': {
			return refuse(state, event.request, event.problem);
		}

		case 'worked': {
			return addWork(state, event.events);
		}

		case 'workEnded': {
			return endWork(state, event.problem);
		}
	}
}
