import type {Action, Command, Exit} from './actions.ts';
import {reduceBrowseEvent} from './sets/sets-events.ts';
import {typeInBrowse} from './sets/line-reducer.ts';
import {reduceBrowse} from './sets/sets-reducer.ts';
import {openSets} from './sets/sets-steps.ts';
import {fitBrowse, isBrowseScreen} from './sets/sets-state.ts';
import {isTooSmall, pageHeight, showsDetails} from './kit/layout.ts';
import {pageLines} from './pages.ts';
import {reduceNamed} from './review/named.ts';
import {remember} from './review/past.ts';
import {reduceReview, setFilter} from './tree/tree-reducer.ts';
import {addChoices, finishFolders, fitReview} from './tree/tree-fill.ts';
import {isUncertain, type ReviewState} from './tree/tree-state.ts';
import {addEvents, reduceRun} from './run/run-reducer.ts';
import {
	endRun,
	moveList,
	reduceSummary,
	startRetry,
	startRun,
} from './run/run-steps.ts';
import type {State} from './state.ts';

/** Confirmed with nothing to back up, it would only make an empty set. */
function confirm(state: State): State {
	const {review} = state;

	if (review.isScanning || isUncertain(review)) {
		const what = review.isScanning ? 'the directory has' : 'what is marked has';
		return {...state, review: {...review, isWaiting: true, message: `Goes on when ${what} been read.`}};
	}

	return review.totals.files === 0
		? {...state, review: {...review, message: 'Nothing is marked: Space marks a file, a marks all.'}}
		: {
			...state, screen: 'confirm', pageTop: 0, review: {...review, message: undefined},
		};
}

/** Goes on to the question, if that only waited for the scan. */
function goOn(state: State): State {
	const {review} = state;
	const isReady = review.isWaiting && !review.isScanning && !isUncertain(review);
	return isReady ? confirm({...state, review: {...review, isWaiting: false}}) : state;
}

/** How far a key moves a page of text, in lines; nothing if it doesn't. */
function scrollDistance(command: Command, height: number): number | undefined {
	const distances: Readonly<Partial<Record<Command, number>>> = {
		up: -1, down: 1, pageUp: -height, pageDown: height, first: -Infinity, last: Infinity,
	};
	return distances[command];
}

function scrollPage(state: State, command: Command): State {
	const distance = scrollDistance(command, pageHeight(state.size));

	if (distance === undefined) {
		return state;
	}

	const last = Math.max(0, pageLines(state).length - pageHeight(state.size));
	const pageTop = Math.max(0, Math.min(state.pageTop + distance, last));
	return pageTop === state.pageTop ? state : {...state, pageTop};
}

const reduceHelp = (state: State, command: Command): State =>
	command === 'back' ? {...state, isHelpOpen: false, pageTop: 0} : scrollPage(state, command);

function reduceOwnScreen(state: State, command: Command): State {
	if (state.screen === 'confirm') {
		// Never start what can't be seen.
		return command === 'start' && !isTooSmall(state.size)
			? startRun(state)
			: (command === 'back' ? {...state, screen: 'review', pageTop: 0} : scrollPage(state, command));
	}

	if (state.screen === 'run') {
		const run = reduceRun(state.run, command);
		return run === state.run ? moveList(state, command) : {...state, run};
	}

	if (state.screen === 'summary') {
		const next = reduceSummary(state, command);
		return next === state && !state.run.list.isOpen ? scrollPage(state, command) : next;
	}

	if (state.screen === 'review' && command === 'confirm') {
		return confirm(state);
	}

	if (state.screen === 'review' && command === 'command') {
		// What waited for the scan would come up over the page, where the key that goes back would answer it.
		return {
			...state, screen: 'command', pageTop: 0, review: {...state.review, isWaiting: false, message: undefined},
		};
	}

	if (state.screen === 'command') {
		return command === 'back' ? {...state, screen: 'review', pageTop: 0} : scrollPage(state, command);
	}

	if (state.screen === 'exists') {
		return command === 'retry' ? startRetry(state) : scrollPage(state, command);
	}

	if (command === 'details') {
		const isDetailed = !showsDetails(state.size, state.review.isDetailed);
		return {...state, review: fitReview({...state.review, isDetailed}, state.size)};
	}

	const review = reduceReview(state.review, command);
	return review === state.review ? state : {...state, review};
}

function reduceScreen(state: State, command: Command): State {
	const {screen} = state;

	if (isBrowseScreen(screen)) {
		const next = reduceBrowse(state, screen, command);
		return next === state ? scrollPage(state, command) : next;
	}

	return command === 'sets' && (screen === 'review' || screen === 'exists') ? openSets(state, screen) : reduceOwnScreen(state, command);
}

/** Ctrl-C: where nothing is written yet it ends the program, as it would any other. */
function interrupt(state: State): State {
	const {screen, run, browse: {task}} = state;

	if (screen === 'run') {
		return {...state, isHelpOpen: false, run: reduceRun(run, 'ask')};
	}

	// It is asked for first, also where help lies over it.
	return screen === 'task' && task && !task.end && task.kind !== 'remove' && task.stop === 'no'
		? reduceBrowse({...state, isHelpOpen: false, pageTop: 0}, screen, 'ask')
		: {...state, exit: {kind: 'signal', signal: 'SIGINT'}};
}

function reduceCommand(state: State, command: Command): State {
	if (command === 'interrupt') {
		return interrupt(state);
	}

	if (command === 'quit') {
		return {...state, exit: {kind: 'quit'}};
	}

	if (command === 'leave') {
		return {...state, exit: {kind: 'left'}};
	}

	if (command === 'help') {
		return {...state, isHelpOpen: true, pageTop: 0};
	}

	return state.isHelpOpen && !isTooSmall(state.size) ? reduceHelp(state, command) : reduceScreen(state, command);
}

function resize(state: State, {columns, rows}: State['size']): State {
	return columns === state.size.columns && rows === state.size.rows
		? state
		: {
			...state, size: {columns, rows}, review: fitReview(state.review, {columns, rows}), browse: fitBrowse(state.browse, {columns, rows}),
		};
}

function noteSpace(state: State, space: State['space']): State {
	const isSame = space?.free === state.space?.free && space?.reserve === state.space?.reserve && space?.inodes?.free === state.space?.inodes?.free;
	return isSame ? state : {...state, space};
}

const typeText = (state: State, text: string): State => isBrowseScreen(state.screen)
	? typeInBrowse(state, text)
	: {...state, review: setFilter(state.review, state.review.filter + text)};

/** Ctrl-C in the pager is meant for that. */
const leave = (state: State, exit: Exit): State => state.browse.isPaging && exit.kind === 'signal' && exit.signal === 'SIGINT' ? state : {...state, exit};

/** What a scan finds, and how far it is. */
function takeScan(state: State, action: Extract<Action, {readonly type: 'scanned' | 'foldersRead' | 'scanEnded' | 'unused'}>): State {
	switch (action.type) {
		case 'scanned': {
			const review = addChoices(state.review, action.choices, action.now);
			return review === state.review ? state : {...state, review};
		}

		case 'foldersRead': {
			const review = finishFolders(state.review, action.folders);
			return review === state.review ? state : goOn({...state, review});
		}

		case 'scanEnded': {
			return goOn({...state, review: {...state.review, isScanning: false}});
		}

		case 'unused': {
			return {...state, review: {...state.review, unused: action.flags}};
		}
	}
}

/** What is found out about the files while the operator chooses. */
function learn(review: ReviewState, action: Extract<Action, {readonly type: 'sampled' | 'compared' | 'inspected'}>): ReviewState {
	switch (action.type) {
		case 'sampled': {
			return {...review, ratios: new Map([...review.ratios, ...action.ratios])};
		}

		case 'compared': {
			const {date, files} = action;
			return {...review, past: remember(review.past, date, files)};
		}

		case 'inspected': {
			return {...review, details: action.details};
		}
	}
}

/** What comes from the process of the backup. */
function hearOfRun(state: State, action: Extract<Action, {readonly type: 'started' | 'tick' | 'garbled' | 'ended'}>): State {
	switch (action.type) {
		case 'started': {
			const {pid, clock} = action;
			return {
				...state, run: {
					...state.run, pid, clock, startedAt: clock,
				},
			};
		}

		case 'tick': {
			const run = addEvents(state.run, action.events, action);
			return run === state.run ? state : {...state, run};
		}

		case 'garbled': {
			return {...state, run: {...state.run, garbled: action.message}};
		}

		case 'ended': {
			const {code, stderr} = action;
			return endRun(state, {code, stderr});
		}
	}
}

/** The screen is being left: what is still under way must not change what the end will say, but for what it has done to files. */
const reduceLeft = (state: State, action: Action): State =>
	action.type === 'browse' && (action.event.kind === 'worked' || action.event.kind === 'workEnded') ? reduceBrowseEvent(state, action.event) : state;

/** The one place where the state changes. Pure; gives the same object back where nothing changed. */
export function reduce(state: State, action: Action): State {
	if (state.exit) {
		return reduceLeft(state, action);
	}

	switch (action.type) {
		case 'command': {
			return reduceCommand(state, action.command);
		}

		case 'resize': {
			return resize(state, action);
		}

		case 'scanned':
		case 'foldersRead':
		case 'scanEnded':
		case 'unused': {
			return takeScan(state, action);
		}

		case 'sampled':
		case 'compared':
		case 'inspected': {
			return {...state, review: learn(state.review, action)};
		}

		case 'text': {
			return typeText(state, action.text);
		}

		case 'named': {
			return {...state, review: reduceNamed(state.review, action.act)};
		}

		case 'space': {
			return noteSpace(state, action.space);
		}

		case 'started':
		case 'tick':
		case 'garbled':
		case 'ended': {
			return hearOfRun(state, action);
		}

		case 'browse': {
			return reduceBrowseEvent(state, action.event);
		}

		case 'exit': {
			return leave(state, action.exit);
		}
	}
}
