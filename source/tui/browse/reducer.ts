import type {SetName} from '../../set/set-names.ts';
import type {Command} from '../actions.ts';
import {isTooSmall, listHeight, showsDetails} from '../layout.ts';
import {closeFolder, openFolder} from '../review-moves.ts';
import {reduceReview, setFilter} from '../review-reducer.ts';
import {fitReview} from '../review-scan.ts';
import {currentRow, emptyReview, folderOf} from '../review-state.ts';
import type {State} from '../state.ts';
import {refuseRemoval} from './removal.ts';
import {chosenPaths, itemOf, missingText} from './set-tree.ts';
import {
	type BrowseScreen,
	type BrowseState,
	emptyEditor,
	isSameSet,
	type OpenedState,
	type Origin,
} from './state.ts';
import {startTask} from './task.ts';
import {moveWindow} from './window.ts';

const withBrowse = (state: State, changes: Partial<BrowseState>): State => ({...state, browse: {...state.browse, ...changes}});

/** The list of sets, read anew. */
const list = (state: State): State => withBrowse({...state, screen: 'sets', pageTop: 0}, {request: {kind: 'list'}, isListing: true, problem: undefined});

/** Goes from another screen to the sets. */
export function openSets(state: State, origin: Origin): State {
	// What waited for the scan would come up while something else is looked at.
	const left = {...state, review: {...state.review, isWaiting: false, message: undefined}};
	return state.browse.isThere
		? list(withBrowse(left, {origin, message: undefined, partner: undefined}))
		: {...left, review: {...left.review, message: `There are no sets in ${state.facts.destination} yet.`}};
}

function leave(state: State): State {
	const {origin} = state.browse;
	return origin === 'none' ? {...state, exit: {kind: 'quit'}} : {...state, screen: origin, pageTop: 0};
}

function open(state: State, name: SetName): State {
	const opened: OpenedState = {
		name, items: new Map(), files: {...emptyReview(state.size), unread: 0, isScanning: false}, problems: [], isReading: true,
	};
	return withBrowse({...state, screen: 'set'}, {opened, request: {kind: 'open', name}, message: undefined});
}

function verify(state: State, names: readonly SetName[], base: BrowseState['base']): State {
	return names.length === 0
		? withBrowse(state, {message: 'There is no finished set to verify.'})
		: withBrowse({...state, screen: 'task', pageTop: 0}, {
			task: startTask('verify', names), base, request: {kind: 'verify', names}, message: undefined,
		});
}

function askTarget(state: State, name: SetName, paths: readonly Buffer[], base: BrowseState['base']): State {
	if (name.isStaging) {
		return withBrowse(state, {message: 'That set is not finished: its files can be looked at one by one, with p.'});
	}

	const {home} = state.browse;
	return paths.length === 0 && base === 'set'
		? withBrowse(state, {message: 'There is no copy to restore: Space marks a file.'})
		: withBrowse({...state, screen: 'restoreTo', pageTop: 0}, {
			base,
			order: {
				name, paths, to: '', overwrite: false,
			},
			editor: {...emptyEditor, text: `${home === '/' ? '' : home}/restore-${name.date}`},
			message: undefined,
		});
}

function compare(state: State, one: SetName, other: SetName): State {
	return isSameSet(one, other)
		? withBrowse(state, {message: 'That is the same set: choose another.'})
		: withBrowse({...state, screen: 'diff', pageTop: 0}, {
			comparison: undefined, partner: undefined, message: undefined, request: {kind: 'compare', one, other},
		});
}

function choosePartner(state: State, name: SetName): State {
	return withBrowse({...state, screen: 'sets'}, {partner: name, message: undefined});
}

function askRemoval(state: State): State {
	const {browse, facts} = state;
	const row = browse.sets[browse.cursor]!;
	const problem = refuseRemoval(row, browse, facts.date);
	return problem === undefined
		? withBrowse({...state, screen: 'removal', pageTop: 0}, {editor: emptyEditor, base: 'sets', message: undefined})
		: withBrowse(state, {message: problem});
}

/** The list of sets. */
function reduceSets(state: State, command: Command): State {
	const {browse} = state;
	const moved = moveWindow(browse, command, {count: browse.sets.length, height: listHeight(state.size)});

	if (moved) {
		return withBrowse(state, {...moved, message: undefined});
	}

	if (command === 'back') {
		return browse.partner ? withBrowse(state, {partner: undefined}) : leave(state);
	}

	if (command === 'relist') {
		return list(withBrowse(state, {message: undefined}));
	}

	const name = browse.sets[browse.cursor]?.name;

	if (!name) {
		return state;
	}

	const acts: Readonly<Partial<Record<Command, () => State>>> = {
		openSet: () => open(state, name),
		compare: () => browse.partner ? compare(state, browse.partner, name) : choosePartner(state, name),
		verify: () => verify(state, [name], 'sets'),
		verifyAll: () => verify(state, browse.sets.map(row => row.name).filter(({isStaging}) => !isStaging), 'sets'),
		restore: () => askTarget(state, name, [], 'sets'),
		remove: () => askRemoval(state),
	};
	return acts[command]?.() ?? state;
}

/** Shows the file of the cursor in the pager; opens or closes a directory. */
function page(state: State, opened: OpenedState): State {
	const {files} = opened;
	const row = currentRow(files);
	const folder = row && folderOf(files, row);

	if (folder) {
		return withBrowse(state, {opened: {...opened, files: folder.isOpen ? closeFolder(files) : openFolder(files)}, message: undefined});
	}

	const item = row && itemOf(opened, row);

	if (!item) {
		return state;
	}

	return item.kind === 'missing' ? withBrowse(state, {message: `There is no copy of ${row.name}: it ${missingText(item)}`}) : withBrowse(state, {isPaging: true, message: undefined, request: {kind: 'page', name: opened.name, item}});
}

/** The files of a set. */
function reduceSet(state: State, opened: OpenedState, command: Command): State {
	const acts: Readonly<Partial<Record<Command, () => State>>> = {
		back: () => withBrowse({...state, screen: 'sets'}, {message: undefined}),
		page: () => page(state, opened),
		restore: () => askTarget(state, opened.name, chosenPaths(opened), 'set'),
		verify: () => verify(state, [opened.name], 'set'),
		compare: () => choosePartner(state, opened.name),
		details: () => withBrowse(state, {opened: {...opened, files: fitReview({...opened.files, isDetailed: !showsDetails(state.size, opened.files.isDetailed)}, state.size)}}),
	};
	const act = acts[command];

	if (act) {
		return act();
	}

	const files = reduceReview(opened.files, command);
	return files === opened.files && state.browse.message === undefined ? state : withBrowse(state, {opened: {...opened, files}, message: undefined});
}

/** The line that is being typed. */
function editLine(state: State, change: (text: string) => string): State {
	const {editor} = state.browse;
	return editor.isBusy ? state : withBrowse(state, {editor: {...editor, text: change(editor.text), problem: undefined}});
}

/** A character of a line that is being typed, or of the filter. */
export function typeInBrowse(state: State, text: string): State {
	const {opened} = state.browse;
	return state.screen === 'set' && opened
		? withBrowse(state, {opened: {...opened, files: setFilter(opened.files, opened.files.filter + text)}})
		: editLine(state, line => line + text);
}

const editCommands: Readonly<Partial<Record<Command, (text: string) => string>>> = {
	erase: text => [...text].slice(0, -1).join(''),
	clearLine: () => '',
};

function acceptTarget(state: State): State {
	const {order, editor} = state.browse;
	const to = editor.text.trim();

	if (!order || editor.isBusy) {
		return state;
	}

	return to.startsWith('/') ? withBrowse(state, {editor: {...editor, isBusy: true, problem: undefined}, request: {kind: 'preview', order: {...order, to, overwrite: false}}}) : withBrowse(state, {editor: {...editor, problem: 'Name it from the root on: /…'}});
}

function acceptRemoval(state: State): State {
	const {editor, sets, cursor} = state.browse;
	const {name} = sets[cursor]!;
	return editor.text.trim() === name.date
		? withBrowse({...state, screen: 'task', pageTop: 0}, {task: startTask('remove', [name]), request: {kind: 'remove', name}})
		: withBrowse(state, {editor: {...editor, problem: `That is not ${name.date}: nothing is deleted.`}});
}

function reduceEditor(state: State, command: Command): State {
	const edit = editCommands[command];

	if (edit) {
		return editLine(state, edit);
	}

	if (command === 'accept') {
		return state.screen === 'removal' ? acceptRemoval(state) : acceptTarget(state);
	}

	return command === 'back' ? {...state, screen: state.browse.base, pageTop: 0} : state;
}

function reducePlan(state: State, command: Command): State {
	const {order, preview} = state.browse;

	if (command === 'back') {
		return {...state, screen: 'restoreTo', pageTop: 0};
	}

	// Never start what can't be seen.
	if (!order || !preview || isTooSmall(state.size)) {
		return state;
	}

	if (command === 'overwrite') {
		return withBrowse(state, {request: {kind: 'preview', order: {...order, overwrite: !order.overwrite}}});
	}

	return command === 'accept'
		? withBrowse({...state, screen: 'task', pageTop: 0}, {task: startTask('restore', [order.name], preview.to), request: {kind: 'restore', order}})
		: state;
}

/** Work under way, or over. */
function reduceTask(state: State, command: Command): State {
	const {task, base} = state.browse;

	if (!task) {
		return state;
	}

	if (task.end) {
		const left = withBrowse({...state, screen: base, pageTop: 0}, {task: undefined});
		return command === 'back' ? (task.kind === 'remove' ? list(left) : left) : state;
	}

	const stops: Readonly<Partial<Record<Command, 'no' | 'asking' | 'stopping'>>> = {ask: 'asking', goOn: 'no', stop: 'stopping'};
	const stop = stops[command];
	return stop ? withBrowse(state, {task: {...task, stop}}) : state;
}

const reducers: Readonly<Record<BrowseScreen, (state: State, command: Command) => State>> = {
	sets: reduceSets,
	set: (state, command) => state.browse.opened ? reduceSet(state, state.browse.opened, command) : state,
	restoreTo: reduceEditor,
	removal: reduceEditor,
	restorePlan: reducePlan,
	task: reduceTask,
	diff: (state, command) => command === 'back' ? {...state, screen: 'sets', pageTop: 0} : state,
};

/** What a key does on a screen of the sets; the same state where it does nothing. */
export const reduceBrowse = (state: State, screen: BrowseScreen, command: Command): State => reducers[screen](state, command);
