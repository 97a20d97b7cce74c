import type {Action, Command} from './actions.ts';
import {forgetSet} from './crossings.ts';
import type {Exit} from './keys/screen.ts';
import {isTooSmall, pageHeight} from './kit/layout.ts';
import {isMove, type Move, scroll} from './kit/list-window.ts';
import {enter, lift} from './lift.ts';
import {reduceNamed} from './named.ts';
import {pageOf} from './pages.ts';
import {reduceReview} from './review/review-reducer.ts';
import type {ReviewSlice} from './review/review-state.ts';
import {reduceRun} from './run/run-reducer.ts';
import type {RunSlice} from './run/run-state.ts';
import {reduceSetsEvent, removedSet, type SetsEvent} from './sets/sets-events.ts';
import {fitBrowse, type SetsSlice} from './sets/sets-state.ts';
import {screens} from './screens.ts';
import type {State} from './state.ts';
import {fitTree} from './tree/tree-fill.ts';

function scrollPage(state: State, move: Move): State {
	const page = pageOf(state);
	const pageTop = page ? scroll(state.pageTop, move, {count: page.length, height: pageHeight(state.size)}) : state.pageTop;
	return pageTop === state.pageTop ? state : {...state, pageTop};
}

/** Applies a command to the help. */
function reduceHelp(state: State, command: Command): State {
	if (command === 'back') {
		return {...state, isHelpOpen: false, pageTop: 0};
	}

	return isMove(command) ? scrollPage(state, command) : state;
}

/** Applies a command to a screen; cursor movements scroll a page. */
function reduceScreen(state: State, command: Command): State {
	const next = screens[state.screen].commands[command]?.(state) ?? state;
	return next === state && isMove(command) ? scrollPage(state, command) : next;
}

/** Ctrl-C: where nothing is written yet it ends the program, as it would any other. */
const interrupt = (state: State): State => screens[state.screen].interrupt(state) ?? {...state, exit: {kind: 'signal', signal: 'SIGINT'}};

/** The commands that do the same on all screens. */
const everywhere: Readonly<Partial<Record<Command, (state: State) => State>>> = {
	interrupt,
	quit: state => ({...state, exit: {kind: 'quit'}}),
	leave: state => ({...state, exit: {kind: 'left'}}),
	help: state => ({...state, isHelpOpen: true, pageTop: 0}),
};

function reduceCommand(state: State, command: Command): State {
	const act = everywhere[command];

	if (act) {
		return act(state);
	}

	return state.isHelpOpen && !isTooSmall(state.size) ? reduceHelp(state, command) : reduceScreen(state, command);
}

function resize(state: State, {columns, rows}: State['size']): State {
	return columns === state.size.columns && rows === state.size.rows
		? state
		: {
			...state, size: {columns, rows}, review: fitTree(state.review, {columns, rows}), browse: fitBrowse(state.browse, {columns, rows}),
		};
}

/** Ctrl-C in the pager is meant for the pager. */
const leave = (state: State, exit: Exit): State => (state.browse.isPaging || state.paged !== undefined) && exit.kind === 'signal' && exit.signal === 'SIGINT' ? state : {...state, exit};

/** Applies an answer about sets. */
function reduceSets(state: State, event: SetsEvent): State {
	const next = lift((slice: SetsSlice) => reduceSetsEvent(slice, event), enter)(state);
	const removed = removedSet(event);
	return removed && next !== state ? forgetSet(next, removed) : next;
}

/** Once the screen is being left, work under way must not change the closing lines, except for what it has done to files. */
const reduceLeft = (state: State, action: Action): State =>
	action.type === 'browse' && (action.event.kind === 'worked' || action.event.kind === 'workEnded') ? reduceSets(state, action.event) : state;

function reduceAction(state: State, action: Action): State {
	switch (action.type) {
		case 'command': {
			return reduceCommand(state, action.command);
		}

		case 'text': {
			return screens[state.screen].type(state, action.text);
		}

		case 'resize': {
			return resize(state, action);
		}

		case 'browse': {
			return reduceSets(state, action.event);
		}

		case 'exit': {
			return leave(state, action.exit);
		}

		case 'started':
		case 'tick':
		case 'garbled':
		case 'ended': {
			return lift((slice: RunSlice) => reduceRun(slice, action), enter)(state);
		}

		case 'named': {
			return reduceNamed(state, action.act);
		}

		case 'scanned':
		case 'foldersRead':
		case 'silence':
		case 'scanEnded':
		case 'unused':
		case 'sampled':
		case 'compared':
		case 'inspected':
		case 'destination':
		case 'recalled':
		case 'savingPlanned':
		case 'saved':
		case 'paged':
		case 'space': {
			return lift((slice: ReviewSlice) => reduceReview(slice, action), enter)(state);
		}
	}
}

/** A halted backup goes on when its screen is left: nobody is there to press the key. */
const wake = (state: State): State => state.run.isPaused && !state.run.end ? {...state, effects: [...state.effects, {type: 'resume'}]} : state;

/** The one place where the state changes. Pure; gives the same object back where nothing changed. Its effects are those of this action alone. */
export function reduce(state: State, action: Action): State {
	const before: State = state.effects.length === 0 ? state : {...state, effects: []};

	if (state.exit) {
		const next = reduceLeft(before, action);
		return next === before ? state : next;
	}

	const next = reduceAction(before, action);
	return next === before ? state : (next.exit ? wake(next) : next);
}
