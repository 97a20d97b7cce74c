import type {Command} from '../actions.ts';
import {listHeight, showsDetails} from '../kit/layout.ts';
import {closeFolder, openFolder} from '../tree/tree-moves.ts';
import {reduceReview} from '../tree/tree-reducer.ts';
import {fitReview} from '../tree/tree-fill.ts';
import {currentRow, folderOf} from '../tree/tree-state.ts';
import type {State} from '../state.ts';
import {refuseRemoval} from './removal.ts';
import {chosenPaths, itemOf, missingText} from './set-tree.ts';
import {type BrowseScreen, emptyEditor, type OpenedState} from './sets-state.ts';
import {moveWindow} from './window.ts';
import {reduceEditor, reducePlan, reduceTask} from './line-reducer.ts';
import {
	askTarget,
	choosePartner,
	compare,
	goBack,
	leave,
	list,
	open,
	verify,
	withBrowse,
} from './sets-steps.ts';

function askRemoval(state: State): State {
	const {browse, facts} = state;
	const row = browse.sets[browse.cursor]!;
	const problem = refuseRemoval(row, browse, browse.today ?? facts.date);
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

	return withBrowse(state, item.kind === 'missing'
		? {message: `There is no copy of ${row.name}: it ${missingText(item)}`}
		: {isPaging: true, message: undefined, request: {kind: 'page', name: opened.name, item}});
}

/** The files of a set. */
function reduceSet(state: State, opened: OpenedState, command: Command): State {
	const acts: Readonly<Partial<Record<Command, () => State>>> = {
		back: () => goBack(state, 'sets'),
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

const reducers: Readonly<Record<BrowseScreen, (state: State, command: Command) => State>> = {
	sets: reduceSets,
	set: (state, command) => state.browse.opened ? reduceSet(state, state.browse.opened, command) : state,
	restoreTo: reduceEditor,
	removal: reduceEditor,
	restorePlan: reducePlan,
	task: reduceTask,
	diff: (state, command) => command === 'back' ? goBack(state, 'sets') : state,
};

/** What a key does on a screen of the sets; the same state where it does nothing. */
export const reduceBrowse = (state: State, screen: BrowseScreen, command: Command): State => reducers[screen](state, command);
