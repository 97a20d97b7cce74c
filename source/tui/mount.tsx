import process from 'node:process';
import {render} from 'ink';
import {App} from './app.tsx';
import {asciiStream} from './ascii.ts';
import type {TerminalContext} from './context.ts';
import {frameStream} from './frame-stream.ts';
import type {Store} from './store.ts';
import {themeFor, ThemeContext} from './theme.ts';

export type Mounted = {
	readonly unmount: () => void;
	/** Settles when the terminal has been given back. Never rejects: if the screens break, the store is told to leave. */
	readonly ended: Promise<void>;
};

type Look = Pick<TerminalContext, 'hasColor' | 'isAscii' | 'isSlow' | 'isSpoken' | 'browser'>;

/** Draws the store on the alternate screen, or writes it as lines for a screen reader on the normal one. The only place that starts Ink. */
export function mount(store: Store, {hasColor, isAscii = false, isSlow = false, isSpoken = false, browser}: Look): Mounted {
	const terminal = isAscii ? asciiStream(process.stdout) : process.stdout;
	const maxFps = isSlow ? 2 : 20;
	const frames = isSpoken ? undefined : frameStream(terminal, 3000 / maxFps);
	// Node tells of a new size, but not of one that came and went.
	const watchSize = () => {
		frames?.resized();
	};

	const redraw = () => {
		frames?.repaint();
	};

	process.on('SIGWINCH', watchSize);
	const app = render(
		<ThemeContext value={themeFor(hasColor)}><App store={store} page={browser?.page} redraw={redraw}/></ThemeContext>,
		{
			stdout: frames?.stream ?? terminal,
			isScreenReaderEnabled: isSpoken,
			alternateScreen: !isSpoken,
			exitOnCtrlC: false,
			patchConsole: false,
			interactive: true,
			maxFps,
		},
	);

	const end = async () => {
		try {
			await app.waitUntilExit();
		} catch (error) {
			store.dispatch({type: 'exit', exit: {kind: 'broken', error}});
		} finally {
			process.off('SIGWINCH', watchSize);
			frames?.close();
		}
	};

	return {unmount: app.unmount, ended: end()};
}
