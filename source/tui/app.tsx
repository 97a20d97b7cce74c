import {setImmediate} from 'node:timers/promises';
import {
	Box,
	useApp,
	useStdin,
	useWindowSize,
} from 'ink';
import {
	useEffect,
	useInsertionEffect,
	useRef,
	useSyncExternalStore,
} from 'react';
import type {Action} from './actions.ts';
import type {TerminalContext} from './context.ts';
import {footerKeys} from './keys/footer-text.ts';
import {Footer} from './kit/footer.tsx';
import {Header} from './kit/header.tsx';
import {isTooSmall} from './kit/layout.ts';
import {Page} from './kit/page.tsx';
import {
	actionFor,
	isLeftByEscape,
	isTyped,
	keyContext,
} from './meanings.ts';
import {pageOf} from './pages.ts';
import {keyTable, screens} from './screens.ts';
import type {SetBrowser} from './sets/browser.ts';
import type {Sight} from './sight.ts';
import type {State} from './state.ts';
import type {SessionStore} from './session-store.ts';
import type {InputEvent} from './terminal/input-parser.ts';
import type {Keyboard} from './terminal/keyboard.ts';
import {TooSmall} from './too-small.tsx';
import {views} from './views.tsx';

type CurrentScreenProps = {
	readonly state: State;
};

/** The screen of a state, at its size. */
export function CurrentScreen({state}: CurrentScreenProps) {
	const {size} = state;

	if (isTooSmall(size)) {
		return <TooSmall state={state}/>;
	}

	const screen = screens[state.screen];
	const context = keyContext(state);
	const lines = context === 'help' || !state.isHelpOpen ? pageOf(state) : screen.lines(state);
	const View = views[state.screen];

	return (
		<>
			<Header heading={screen.heading(state)} size={size}/>
			{lines ? <Page size={size} lines={lines} top={state.pageTop}/> : View && <View state={state}/>}
			<Footer keys={footerKeys(keyTable[context], size.columns, context === 'help' ? {} : screen.footers(state))}/>
		</>
	);
}

type Props = {
	readonly store: SessionStore;
	readonly keyboard: Keyboard;
	readonly sight: Sight;
	/** Shows a copy in the pager. */
	readonly page?: SetBrowser['page'] | undefined;
	/** Shows a file of the source there. */
	readonly pageSource?: TerminalContext['pageSource'] | undefined;
	/** Draws the whole frame on a terminal that may show something else. */
	readonly redraw?: () => void;
};

/** Ties the store to the terminal: its size and keys in, the screen out. */
export function App({
	store, keyboard, sight, page, pageSource, redraw,
}: Props) {
	const state = useSyncExternalStore(store.subscribe, store.getState);
	const {columns, rows} = useWindowSize();
	const {suspendTerminal} = useApp();
	const {setRawMode} = useStdin();

	useEffect(() => {
		store.dispatch({type: 'resize', columns, rows});
	}, [store, columns, rows]);

	const isStoppedByKey = useRef(false);

	// Stopped from outside and continued, the terminal is in the shell's state, and the screen is whatever was drawn over it.
	useEffect(() => {
		const resume = () => {
			// The resize has redrawn already, and keys may have come since.
			if (isStoppedByKey.current) {
				return;
			}

			// It rejects while the terminal is already lent to the pager.
			void suspendTerminal(() => undefined).catch(() => undefined);
		};

		process.on('SIGCONT', resume);
		return () => {
			process.off('SIGCONT', resume);
		};
	}, [suspendTerminal]);

	const {browse: {request, isPaging}, paged} = state;

	useEffect(() => {
		/** Lends the terminal to the pager. */
		const lend = async (show: () => Promise<string | undefined>, toAction: (problem: string | undefined) => Action) => {
			let problem: string | undefined;

			try {
				await suspendTerminal(async () => {
					problem = await show();
				});
			} catch (error) {
				problem = error instanceof Error ? error.message : String(error);
			}

			store.dispatch(toAction(problem));
		};

		if (isPaging && request?.kind === 'page' && page) {
			void lend(async () => page(request.name, request.item.file), problem => ({type: 'browse', event: {kind: 'paged', problem}}));
		} else if (paged && pageSource) {
			void lend(async () => pageSource(paged), problem => ({type: 'paged', problem}));
		}
	}, [store, page, pageSource, request, isPaging, paged, suspendTerminal]);

	// Before the frame is written, unlike other effects.
	useInsertionEffect(() => {
		sight.commit(state);
	}, [sight, state]);

	useEffect(() => {
		setRawMode(true);
		return () => {
			setRawMode(false);
		};
	}, [setRawMode]);

	useEffect(() => {
		const stop = async () => {
			isStoppedByKey.current = true;
			// To the whole group, as the terminal would do it: npm or sudo before us must stop too, or the shell never gets its turn.
			// Without a shell to come back to (an orphaned process group), the kernel drops SIGTSTP, and this only redraws.
			await suspendTerminal(() => {
				process.kill(0, 'SIGTSTP');
			});
			// SIGCONT is told in the next round of the event loop.
			await setImmediate();
			await setImmediate();
			isStoppedByKey.current = false;
		};

		const press = (name: string) => {
			const now = store.getState();

			if (!sight.admits(now, name)) {
				return;
			}

			const action = actionFor(keyContext(now), name);

			if (action?.type === 'command' && action.command === 'suspend') {
				void stop();
			} else if (action?.type === 'command' && action.command === 'redraw') {
				redraw?.();
			} else if (action) {
				store.dispatch(action);
			}
		};

		keyboard.listen((event: InputEvent) => {
			const context = keyContext(store.getState());

			switch (event.kind) {
				case 'key': {
					press(event.name);
					break;
				}

				case 'alt': {
					for (const name of isLeftByEscape(context) ? [] : event.names) {
						press(name);
					}

					break;
				}

				case 'paste': {
					if (isTyped(context)) {
						store.dispatch({type: 'text', text: event.text});
					}

					break;
				}
			}
		});
	}, [store, keyboard, sight, redraw, suspendTerminal]);

	// No width: at a resize Ink draws the old tree once more, at the new width, and lines wider than that would stay as debris.
	// Nothing is clipped sideways here: Ink would measure and cut each text once more for it, and the stream of frames cuts lines at the edge.
	return (
		<Box flexDirection='column' height={state.size.rows} overflowY='hidden'>
			<CurrentScreen state={state}/>
		</Box>
	);
}
