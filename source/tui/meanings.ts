/*
The action that a pressed key asks for.
*/
import type {Action, Command} from './actions.ts';
import {type Binding, bindingOf} from './keys/key-bindings.ts';
import {isTooSmall} from './kit/layout.ts';
import {keyTable, screens} from './screens.ts';
import type {KeyContext} from './registry.ts';
import type {State} from './state.ts';

/** The screen, or the help over it, that a key pressed now goes to. */
export function keyContext(state: State): KeyContext {
	const {context, urgent} = screens[state.screen];
	const now = context(state);
	// Help can't be seen on a terminal that is too small for it, so it must not swallow the keys.
	return state.isHelpOpen && !urgent.includes(now) && !isTooSmall(state.size) ? 'help' : now;
}

const bindingFor = (context: KeyContext, key: string) => bindingOf(keyTable[context], key) as Binding<Command> | undefined;

/** Whether a key counts only from somebody who could see what it answers. Ctrl-C always counts. */
export const isAnswer = (context: KeyContext, key: string): boolean => key !== 'ctrl-c' && (bindingFor(context, key)?.isAnswer ?? false);

/** Whether a key is a character of a text that is being typed. */
const typedContexts: ReadonlySet<KeyContext> = new Set(Object.values(screens).flatMap(({typed}) => typed));

/** Whether text is being typed. */
export const isTyped = (context: KeyContext): boolean => typedContexts.has(context);

/** The action for a key: by the key table, or as a character of a text that is being typed. */
export function actionFor(context: KeyContext, key: string): Action | undefined {
	const command = bindingFor(context, key)?.command;

	if (command) {
		return {type: 'command', command};
	}

	const text = key === 'space' ? ' ' : key;
	return isTyped(context) && [...text].length === 1 && text >= ' ' ? {type: 'text', text} : undefined;
}

/** Whether Escape would leave the program: a key with Alt, which looks like Escape and that key, must not. */
export const isLeftByEscape = (context: KeyContext): boolean => {
	const command = bindingFor(context, 'escape')?.command;
	return command === 'quit' || command === 'finish';
};
