import process from 'node:process';
import {terminalSize} from '../../text/terminal-size.ts';
import type {TerminalContext} from '../context.ts';
import {sayGoodbye} from '../farewell.ts';
import {guardTerminal} from '../terminal/guard-terminal.ts';
import {showScreens} from '../main.tsx';
import {initialState, type State} from '../state.ts';
import {createStore} from '../store.ts';
import type {SetBrowser} from './browser.ts';
import {openSets} from './sets-steps.ts';
import {serveBrowse} from './serve.ts';

export type BrowseContext = Pick<TerminalContext, 'version' | 'host' | 'destination' | 'date' | 'hasColor' | 'isAscii' | 'isSlow' | 'isSpoken'> & {
	readonly browser: SetBrowser;
};

/** Runs the screens of the sets alone. Resolves with the exit code. */
export async function runBrowser(context: BrowseContext): Promise<number> {
	const start = initialState({...context, source: ''}, terminalSize(process.stdout));
	const store = createStore(openSets(start, 'none'));
	const {promise: finished, resolve: finish} = Promise.withResolvers<State>();
	const releaseTerminal = guardTerminal(exit => {
		store.dispatch({type: 'exit', exit});
	});
	store.subscribe(next => {
		if (next.exit) {
			finish(next);
		}
	});
	const {close} = serveBrowse(context.browser, store, context.isSlow ?? false);
	await showScreens(store, finished, context);
	const code = await sayGoodbye(store, {backup: () => undefined, close}, context);
	releaseTerminal();
	return code;
}
