import {render} from 'ink';
import {App} from './app.tsx';
import {asciiStream, consoleStream} from './terminal/ascii.ts';
import type {TerminalContext} from './context.ts';
import {frameStream} from './terminal/frame-stream.ts';
import {Keyboard} from './terminal/keyboard.ts';
import {Sight} from './sight.ts';
import type {SessionStore} from './session-store.ts';
import {themeFor, ThemeContext} from './kit/theme.ts';

export type Mounted = {
	readonly unmount: () => void;
	/** Settles when the terminal has been given back. Never rejects: if the screens break, the store is told to leave. */
	readonly ended: Promise<void>;
};

type Look = Pick<TerminalContext, 'hasColor' | 'isAscii' | 'isSlow' | 'browser' | 'pageSource'>;

/** Draws the store on the alternate screen. The only place that starts Ink. */
export function mount(store: SessionStore, {
	hasColor, isAscii = false, isSlow = false, browser, pageSource,
}: Look): Mounted {
	const terminal = isAscii ? asciiStream(process.stdout) : (process.env.TERM === 'linux' ? consoleStream(process.stdout) : process.stdout);
	const maxFps = isSlow ? 2 : 20;
	const sight = new Sight();
	const keyboard = new Keyboard({
		input: process.stdin,
		output: process.stdout,
		isSlow,
		onLost() {
			sight.lose();
		},
	});
	/** Handles the keys that were typed before a frame is written: they act on the frame before it. */
	const beforeFrame = () => {
		sight.write();
		keyboard.catchUp();
	};

	const frames = frameStream(terminal, 3000 / maxFps, beforeFrame);
	// Node tells of a new size, but not of one that came and went.
	const watchSize = () => {
		frames.resized();
	};

	const redraw = () => {
		frames.repaint();
	};

	process.on('SIGWINCH', watchSize);
	// Before the first frame: whoever answers it is heard.
	keyboard.take();
	const app = render(
		<ThemeContext value={themeFor(hasColor)}><App store={store} keyboard={keyboard} sight={sight} page={browser?.page} pageSource={pageSource} redraw={redraw}/></ThemeContext>,
		{
			stdin: keyboard.stream,
			stdout: frames.stream,
			onRender() {
				sight.finish();
			},
			alternateScreen: true,
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
			frames.close();
			keyboard.close();
		}
	};

	return {unmount: app.unmount, ended: end()};
}
