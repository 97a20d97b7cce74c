import {performEffects} from './effects.ts';
import type {SetBrowser} from './sets/browser.ts';
import {SetsServer} from './sets/serve.ts';
import type {SessionStore} from './session-store.ts';

/** Does what the screens of the sets ask for, where they are all there is. */
export function serveSets(browser: SetBrowser, store: SessionStore, isSlow = false): SetsServer {
	const server = new SetsServer(browser, event => {
		store.dispatch({type: 'browse', event});
	}, isSlow);
	performEffects(store, {
		request({request}) {
			server.serve(request);
		},
		stopWork() {
			server.stop();
		},
	});
	return server;
}
