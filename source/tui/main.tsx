import './force-styles.ts';
import process from 'node:process';
import {setTimeout as delay} from 'node:timers/promises';
import {render} from 'ink';
import {App} from './app.tsx';
import {closing} from './closing.ts';
import type {TerminalContext} from './context.ts';
import {guardTerminal} from './guard-terminal.ts';
import {startSession} from './session.ts';
import {initialState} from './state.ts';
import {createStore} from './store.ts';
import {themeFor, ThemeContext} from './theme.ts';

/** The longest to wait for a terminal that takes nothing more, or a process that doesn't read its list, in milliseconds. */
const patience = 2000;

function print(stream: NodeJS.WriteStream, lines: readonly string[]): void {
	if (lines.length === 0) {
		return;
	}

	try {
		stream.write(`${lines.join('\n')}\n`);
	} catch {
		// Nobody is there to read it.
	}
}

/**
Runs the screens from the list to the end of the run, and prints the closing summary on the normal screen.

@returns The exit code, 128 + N by signal N. The caller ends the process: a backup that goes on may still be connected to it.
*/
export async function runTerminal(context: TerminalContext): Promise<number> {
	const {columns = 80, rows = 24} = process.stdout;
	const store = createStore(initialState(context, {columns, rows}));
	const releaseTerminal = guardTerminal(exit => {
		store.dispatch({type: 'exit', exit});
	});
	const session = startSession(context, store);

	const app = render(
		<ThemeContext value={themeFor(context.hasColor)}><App store={store}/></ThemeContext>,
		{
			alternateScreen: true, incrementalRendering: true, exitOnCtrlC: false, patchConsole: false, interactive: true, maxFps: 20,
		},
	);

	// Only a crash of the drawing ends it before the session does.
	const crashed = async () => {
		try {
			await app.waitUntilExit();
		} catch (error) {
			store.dispatch({type: 'exit', exit: {kind: 'failed', message: `The screen broke: ${String(error)}`}});
		}
	};

	const left = crashed();
	const state = await session.finished;
	app.unmount();
	await Promise.race([left, delay(patience)]);
	await Promise.race([session.backup()?.handedOver, delay(patience)]);

	const {code, stdout, stderr} = closing(state);
	print(process.stdout, stdout);
	print(process.stderr, stderr);
	releaseTerminal();
	return code;
}
