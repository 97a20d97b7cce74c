import {terminalSize} from '../text/terminal-size.ts';
import type {TerminalContext} from './context.ts';
import {openSets} from './crossings.ts';
import {drawInAscii} from './kit/glyphs.ts';
import {serveSets} from './serve-sets.ts';
import {showScreens} from './run-terminal.ts';
import {printClosing} from './print-closing.ts';
import type {SetBrowser} from './sets/browser.ts';
import {initialState, type State} from './state.ts';
import {createSessionStore} from './session-store.ts';
import {guardTerminal} from './terminal/guard-terminal.ts';

export type BrowseContext = Pick<TerminalContext, 'version' | 'host' | 'destination' | 'date' | 'configuration' | 'hasColor' | 'isAscii' | 'isSlow'> & {
	readonly browser: SetBrowser;
};

/** Runs the screens of the sets alone. Resolves with the exit code. */
export async function runBrowser(context: BrowseContext): Promise<number> {
	if (context.isAscii) {
		drawInAscii();
	}

	const start = {...initialState({...context, source: ''}, terminalSize(process.stdout)), effects: []};
	const store = createSessionStore(openSets('none')(start));
	const {promise: finished, resolve: finish} = Promise.withResolvers<State>();
	const releaseTerminal = guardTerminal(exit => {
		store.dispatch({type: 'exit', exit});
	});
	store.subscribe(next => {
		if (next.exit) {
			finish(next);
		}
	});
	const server = serveSets(context.browser, store, context.isSlow);
	await showScreens(store, finished, context);
	const code = await printClosing(store, {backup: () => undefined, close: async () => server.close()}, context);
	releaseTerminal();
	return code;
}
