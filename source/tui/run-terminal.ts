import {terminalSize} from '../text/terminal-size.ts';
import type {TerminalContext} from './context.ts';
import {printClosing, waitFor} from './print-closing.ts';
import {guardTerminal} from './terminal/guard-terminal.ts';
import {drawInAscii} from './kit/glyphs.ts';
import type {mount as mountScreens} from './mount.tsx';
import {startSession} from './session.ts';
import {initialState} from './state.ts';
import {createSessionStore, type SessionStore} from './session-store.ts';

/** Draws the store until it is to be left. */
export async function showScreens(store: SessionStore, finished: Promise<unknown>, context: Parameters<typeof mountScreens>[1]): Promise<void> {
	/*
	Chalk, which Ink styles with, decides at its import whether to style text at all: it takes `--no-color` among our arguments to mean "not
	even bold". Colours are ours to leave out (theme.ts), the inverse row of the cursor must stay, and 16 colours are what every terminal has.
	Node warns about the two variables together.
	*/
	process.env.FORCE_COLOR = '1';
	delete process.env.NO_COLOR;
	const {mount} = await import('./mount.tsx');

	if (store.getState().exit) {
		return;
	}

	const {unmount, ended} = mount(store, context);
	await finished;
	unmount();
	await waitFor(ended);
}

/**
Runs the screens from the list to the end of the run, and prints the closing summary on the normal screen.

@returns The exit code, 128 + N by signal N. Nothing of it keeps the process alive then, even where the backup goes on.
*/
export async function runTerminal(context: TerminalContext): Promise<number> {
	if (context.isAscii) {
		drawInAscii();
	}

	const store = createSessionStore(initialState(context, terminalSize(process.stdout)));
	const releaseTerminal = guardTerminal(exit => {
		store.dispatch({type: 'exit', exit});
	});
	const session = startSession(context, store);
	await showScreens(store, session.finished, context);
	const code = await printClosing(store, session, context);
	releaseTerminal();
	return code;
}
