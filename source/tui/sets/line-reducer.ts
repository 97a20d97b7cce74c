/*
The screens that ask, and those that show work.
*/
import type {Command} from '../actions.ts';
import {isTooSmall} from '../kit/layout.ts';
import {setFilter} from '../tree/tree-reducer.ts';
import type {State} from '../state.ts';
import {
	begin,
	goBack,
	relist,
	withBrowse,
} from './sets-steps.ts';

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

	return withBrowse(state, to.startsWith('/')
		? {editor: {...editor, isBusy: true, problem: undefined}, request: {kind: 'preview', order: {...order, to, overwrite: false}}}
		: {editor: {...editor, problem: 'Name it from the root on: /…'}});
}

function acceptRemoval(state: State): State {
	const {editor, sets, cursor} = state.browse;
	const {name} = sets[cursor]!;

	// Never begin what can't be seen.
	if (isTooSmall(state.size)) {
		return state;
	}

	return editor.text.trim() === name.date
		? begin(state, {kind: 'remove', name}, {names: [name]})
		: withBrowse(state, {editor: {...editor, problem: `That is not ${name.date}: nothing is deleted.`}});
}

export function reduceEditor(state: State, command: Command): State {
	const edit = editCommands[command];

	if (edit) {
		return editLine(state, edit);
	}

	if (command === 'accept') {
		return state.screen === 'removal' ? acceptRemoval(state) : acceptTarget(state);
	}

	return command === 'back' ? goBack(state, state.browse.base) : state;
}

export function reducePlan(state: State, command: Command): State {
	const {order, preview, editor} = state.browse;

	if (command === 'back') {
		return goBack(state, 'restoreTo');
	}

	// Never start what can't be seen, nor what another plan is on its way for.
	if (!order || !preview || editor.isBusy || isTooSmall(state.size)) {
		return state;
	}

	if (command === 'overwrite') {
		return withBrowse(state, {editor: {...editor, isBusy: true, problem: undefined}, request: {kind: 'preview', order: {...order, overwrite: !order.overwrite}}});
	}

	return command === 'accept'
		? begin(state, {kind: 'restore', order}, {names: [order.name], to: preview.to})
		: state;
}

/** Work under way, or over. */
export function reduceTask(state: State, command: Command): State {
	const {task, base} = state.browse;

	if (!task) {
		return state;
	}

	if (task.end) {
		const left = withBrowse({...state, screen: base, pageTop: 0}, {task: undefined});
		// What the list says of the sets may be otherwise now.
		return command === 'back' ? relist(left) : state;
	}

	const stops: Readonly<Partial<Record<Command, 'no' | 'asking' | 'stopping'>>> = {ask: 'asking', goOn: 'no', stop: 'stopping'};
	const stop = stops[command];
	return stop ? withBrowse(state, {task: {...task, stop}}) : state;
}
