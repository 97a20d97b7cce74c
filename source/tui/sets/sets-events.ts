import type {SetName} from '../../set/set-names.ts';
import {formatCount} from '../../text/format.ts';
import {listHeight} from '../kit/layout.ts';
import type {State} from '../state.ts';
import type {BrowseEvent} from './sets-actions.ts';
import type {ListStep, SetRow, WorkEvent} from './browser.ts';
import {itemsByKey, listFiles} from './set-tree.ts';
import {type BrowseState, isSameSet, type Request} from './sets-state.ts';
import {addTaskEvents, endTask, type TaskState} from './task.ts';
import {fitWindow} from './window.ts';

const keyOf = ({date, isStaging}: SetName): string => `${isStaging ? '.' : ''}${date}`;

/** The sets with what was found when they were verified: by its manifest alone, one that has rotted is complete. */
const judge = (sets: readonly SetRow[], verdicts: BrowseState['verdicts']): readonly SetRow[] => sets.map(row => {
	const count = row.name.isStaging ? 0 : verdicts.get(row.name.date) ?? 0;
	return count > 0 && (row.state === 'complete' || row.state === 'partial')
		? {...row, state: 'damaged', problem: `${formatCount(count, 'problem')} found when it was verified; V verifies it again`}
		: row;
});

/** Takes note of sets. The cursor stays on the one it was on. */
function listSets(browse: BrowseState, step: ListStep, height: number): BrowseState {
	const known = new Map(browse.sets.map(row => [keyOf(row.name), row]));

	if ('rows' in step) {
		const news = new Map(step.rows.map(row => [keyOf(row.name), row]));
		return {...browse, sets: judge(browse.sets.map(row => news.get(keyOf(row.name)) ?? row), browse.verdicts)};
	}

	const current = browse.sets[browse.cursor]?.name;
	const sets: readonly SetRow[] = step.names.map(name => known.get(keyOf(name)) ?? {name});
	const found = current ? sets.findIndex(({name}) => isSameSet(name, current)) : 0;
	return {...browse, sets, ...fitWindow({cursor: found === -1 ? browse.cursor : found, top: browse.top}, sets.length, height)};
}

/** Says why something was not done, where the operator looks. */
function refuse(state: State, {kind}: Request, problem: string): State {
	const {browse} = state;
	return kind === 'preview'
		? {...state, screen: 'restoreTo', browse: {...browse, editor: {...browse.editor, problem, isBusy: false}}}
		: {...state, screen: 'sets', browse: {...browse, message: problem, opened: kind === 'open' ? undefined : browse.opened}};
}

/** What work has done to files, for the end. Of a restoration that was stopped, or failed, its notes tell. */
function deedsOf({kind, names, notes, end}: TaskState, problem: string | undefined): readonly string[] {
	if (kind === 'verify' || !end) {
		return [];
	}

	if (problem === undefined) {
		return [end.text];
	}

	const {date} = names[0]!;
	return kind === 'remove'
		? [`Deleting the set of ${date} failed: ${problem}`]
		: (notes.length > 0 ? [`Restoring from the set of ${date} was not finished: ${problem}`, ...notes] : []);
}

/** What there was before a set was removed, and is not any more. */
function forgetSet(state: State, {date, isStaging}: SetName): State {
	const {browse, existing, facts, review} = state;
	const next: State = {...state, browse: {...browse, removals: browse.removals + 1}, review: {...review, past: {date: undefined, files: new Map()}}};

	// Now there is something to choose.
	return existing && !isStaging && date === facts.date
		? {...next, existing: undefined, browse: {...next.browse, origin: browse.origin === 'exists' ? 'review' : browse.origin}}
		: next;
}

function endWork(state: State, problem: string | undefined): State {
	const {browse} = state;

	if (!browse.task) {
		return state;
	}

	const task = endTask(browse.task, problem);
	const next = {...state, pageTop: 0, browse: {...browse, task, deeds: [...browse.deeds, ...deedsOf(task, problem)]}};
	return task.kind === 'remove' && problem === undefined ? forgetSet(next, task.names[0]!) : next;
}

/** Takes note of what work has come to by now; and of what a verification says of a set. */
function addWork(state: State, events: readonly WorkEvent[]): State {
	const {browse} = state;
	const verified = events.filter(event => event.message_type === 'set_verified');
	const verdicts = verified.length > 0 ? new Map([...browse.verdicts, ...verified.map(({date, findings}) => [date, findings] as const)]) : browse.verdicts;
	return {
		...state, browse: {
			...browse, verdicts, sets: verified.length > 0 ? judge(browse.sets, verdicts) : browse.sets, task: browse.task && addTaskEvents(browse.task, events),
		},
	};
}

function finishOpening(state: State, {content, now}: BrowseEvent & {readonly kind: 'opened'}): State {
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
function isWanted({browse: {request, task}}: State, event: BrowseEvent): boolean {
	return event.kind === 'worked' || event.kind === 'workEnded' ? event.request === task?.request : !('request' in event) || event.request === request;
}

/** Takes note of what has become of a request. */
export function reduceBrowseEvent(state: State, event: BrowseEvent): State {
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
