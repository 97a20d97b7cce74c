import process from 'node:process';
import {terminalSize} from '../text/terminal-size.ts';
import type {TerminalContext} from './context.ts';
import {openSets} from './crossings.ts';
import {performEffects} from './effects.ts';
import {showScreens} from './main.tsx';
import {printClosing} from './print-closing.ts';
import type {SetBrowser} from './sets/browser.ts';
import {SetsServer} from './sets/serve.ts';
import {initialState, type State} from './state.ts';
import {createStore} from './store.ts';
import {guardTerminal} from './terminal/guard-terminal.ts';

export type BrowseContext = Pick<TerminalContext, 'version' | 'host' | 'destination' | 'date' | 'hasColor' | 'isAscii' | 'isSlow' | 'isSpoken'> & {
	readonly browser: SetBrowser;
};

/** Runs the screens of the sets alone. Resolves with the exit code. */
export async function runBrowser(context: BrowseContext): Promise<number> {
	const start = {...initialState({...context, source: ''}, terminalSize(process.stdout)), effects: []};
	const store = createStore(openSets('none')(start));
	const {promise: finished, resolve: finish} = Promise.withResolvers<State>();
	const releaseTerminal = guardTerminal(exit => {
		store.dispatch({type: 'exit', exit});
	});
	store.subscribe(next => {
		if (next.exit) {
			finish(next);
		}
	});
	const server = new SetsServer(context.browser, event => {
		store.dispatch({type: 'browse', event});
	}, context.isSlow ?? false);
	performEffects(store, {
		request({request}) {
			server.serve(request);
		},
		stopWork() {
			server.stop();
		},
	});
	await showScreens(store, finished, context);
	const code = await printClosing(store, {backup: () => undefined, close: async () => server.close()}, context);
	releaseTerminal();
	return code;
}
