/*
What a key that is pressed now asks for.
*/
import type {Action, Command} from '../actions.ts';
import {browseContext} from '../sets/sets-keys.ts';
import {isBrowseScreen} from '../sets/sets-state.ts';
import {isTooSmall} from '../kit/layout.ts';
import {canRetry} from '../run/run-result.ts';
import type {State} from '../state.ts';
import {type KeyContext, keyTable} from './key-table.ts';
import type {Binding} from './key-bindings.ts';

/** Where a key pressed now would go. */
export function keyContext(state: State): KeyContext {
	if (state.screen === 'run' && state.run.stop !== 'no') {
		return state.run.stop === 'asking' ? 'asking' : 'stopping';
	}

	// Help can't be seen on a terminal that is too small for it, so it must not swallow the keys.
	return state.isHelpOpen && !isTooSmall(state.size) ? 'help' : screenContext(state);
}

function screenContext(state: State): KeyContext {
	const {screen, run, existing} = state;

	if (isBrowseScreen(screen)) {
		return browseContext(state, screen);
	}

	switch (screen) {
		case 'review': {
			return reviewContext(state);
		}

		case 'run': {
			return run.list.isOpen ? (run.isPaused ? 'outcomesPaused' : 'outcomes') : (run.isPaused ? 'paused' : 'run');
		}

		case 'summary': {
			return run.list.isOpen ? 'summaryOutcomes' : (canRetry(state) ? 'summaryFailed' : 'summary');
		}

		case 'exists': {
			return (existing?.failures?.length ?? 0) > 0 ? 'existsFailed' : 'exists';
		}

		case 'command':
		case 'confirm': {
			return screen;
		}
	}
}

function reviewContext({review: {isTyping, anchor, filter}}: State): KeyContext {
	return isTyping ? 'filter' : (anchor === undefined ? (filter === '' ? 'review' : 'filtered') : 'range');
}

const bindingFor = (context: KeyContext, key: string): Binding | undefined => keyTable[context].find(({keys}) => keys.includes(key));

/** The command of a key, by the table. */
const commandFor = (context: KeyContext, key: string): Command | undefined => bindingFor(context, key)?.command;

/** Whether a key counts only from somebody who could see what it answers. Ctrl-C always counts. */
export const isAnswer = (context: KeyContext, key: string): boolean => key !== 'ctrl-c' && (bindingFor(context, key)?.isAnswer ?? false);

/** Where characters are typed. */
const typedContexts: ReadonlySet<KeyContext> = new Set(['filter', 'setFilter', 'restoreTo', 'removal']);

/** Whether text is being typed. */
export const isTyped = (context: KeyContext): boolean => typedContexts.has(context);

/** What a key asks for now: by the table, or as a character of a text that is being typed. */
export function actionFor(context: KeyContext, key: string): Action | undefined {
	const command = commandFor(context, key);

	if (command) {
		return {type: 'command', command};
	}

	const text = key === 'space' ? ' ' : key;
	return isTyped(context) && [...text].length === 1 && text >= ' ' ? {type: 'text', text} : undefined;
}

/** Whether Escape would leave the program: a key with Alt, which looks like Escape and that key, must not. */
export const isLeftByEscape = (context: KeyContext): boolean => {
	const command = commandFor(context, 'escape');
	return command === 'quit' || command === 'finish';
};
