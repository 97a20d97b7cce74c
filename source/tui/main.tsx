import process from 'node:process';
import type {TerminalContext} from './context.ts';
import {sayGoodbye, waitFor} from './farewell.ts';
import {guardTerminal} from './guard-terminal.ts';
import {startSession, type Session} from './session.ts';
import {initialState} from './state.ts';
import {createStore, type Store} from './store.ts';

async function showScreens(store: Store, session: Session, context: TerminalContext): Promise<void> {
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
	await session.finished;
	unmount();
	await waitFor(ended);
}

/**
Runs the screens from the list to the end of the run, and prints the closing summary on the normal screen.

@returns The exit code, 128 + N by signal N. Nothing of it keeps the process alive then, even where the backup goes on.
*/
export async function runTerminal(context: TerminalContext): Promise<number> {
	const {columns, rows} = process.stdout;
	const store = createStore(initialState(context, {columns: columns > 0 ? columns : 80, rows: rows > 0 ? rows : 24}));
	const releaseTerminal = guardTerminal(exit => {
		store.dispatch({type: 'exit', exit});
	});
	const session = startSession(context, store);
	await showScreens(store, session, context);
	const code = await sayGoodbye(await session.finished, session, context);
	releaseTerminal();
	return code;
}
