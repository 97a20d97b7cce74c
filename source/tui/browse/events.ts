import type {SetName} from '../../set/set-names.ts';
import {listHeight} from '../layout.ts';
import type {State} from '../state.ts';
import type {BrowseEvent} from './actions.ts';
import type {ListStep, SetRow} from './browser.ts';
import {itemsByKey, listFiles} from './set-tree.ts';
import {type BrowseState, isSameSet} from './state.ts';
import {addTaskEvents, endTask, type TaskState} from './task.ts';
import {fitWindow} from './window.ts';

const keyOf = ({date, isStaging}: SetName): string => `${isStaging ? '.' : ''}${date}`;

/** Takes note of sets. The cursor stays on the one it was on. */
function listSets(browse: BrowseState, step: ListStep, height: number): BrowseState {
	const known = new Map(browse.sets.map(row => [keyOf(row.name), row]));

	if ('rows' in step) {
		const news = new Map(step.rows.map(row => [keyOf(row.name), row]));
		return {...browse, sets: browse.sets.map(row => news.get(keyOf(row.name)) ?? row)};
	}

	const current = browse.sets[browse.cursor]?.name;
	const sets: readonly SetRow[] = step.names.map(name => known.get(keyOf(name)) ?? {name});
	const found = current ? sets.findIndex(({name}) => isSameSet(name, current)) : 0;
	return {...browse, sets, ...fitWindow({cursor: found === -1 ? browse.cursor : found, top: browse.top}, sets.length, height)};
}

/** Says why something was not done, where the operator looks. */
function refuse(state: State, problem: string): State {
	const {browse} = state;

	if (state.screen === 'restoreTo' || state.screen === 'restorePlan') {
		return {...state, screen: 'restoreTo', browse: {...browse, editor: {...browse.editor, problem, isBusy: false}}};
	}

	const isUnread = state.screen === 'set' && (browse.opened?.isReading ?? false);
	const {opened} = browse;
	return isUnread || state.screen === 'diff'
		? {...state, screen: 'sets', browse: {...browse, message: problem, opened: isUnread ? undefined : opened}}
		: {...state, browse: {...browse, message: problem}};
}

/** What work has done to files, for the end. Of a restoration that was stopped, or failed, its notes tell. */
function deedsOf({kind, notes, end}: TaskState, problem: string | undefined): readonly string[] {
	return kind === 'verify' || !end ? [] : (problem === undefined ? [end.text] : notes);
}

function endWork(state: State, problem: string | undefined): State {
	const {browse} = state;

	if (!browse.task) {
		return state;
	}

	const task = endTask(browse.task, problem);
	return {...state, pageTop: 0, browse: {...browse, task, deeds: [...browse.deeds, ...deedsOf(task, problem)]}};
}

function finishOpening(state: State, {name, content, now}: BrowseEvent & {readonly kind: 'opened'}): State {
	const {opened} = state.browse;

	// Another one is wanted by now, or none.
	if (!opened || !isSameSet(opened.name, name)) {
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

/** Takes note of what has become of a request. */
export function reduceBrowseEvent(state: State, event: BrowseEvent): State {
	const {browse} = state;

	switch (event.kind) {
		case 'listed': {
			return {...state, browse: listSets(browse, event.step, listHeight(state.size))};
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
			return state.screen === 'diff' ? {...state, browse: {...browse, comparison: event.comparison}} : state;
		}

		case 'previewed': {
			return state.screen === 'restoreTo' || state.screen === 'restorePlan'
				? {
					...state, screen: 'restorePlan', pageTop: 0, browse: {
						...browse, order: event.order, preview: event.preview, editor: {...browse.editor, isBusy: false, problem: undefined},
					},
				}
				: state;
		}

		case 'refused': {
			return refuse(state, event.problem);
		}

		case 'worked': {
			return browse.task ? {...state, browse: {...browse, task: addTaskEvents(browse.task, event.events)}} : state;
		}

		case 'workEnded': {
			return endWork(state, event.problem);
		}
	}
}
