import {performance} from 'node:perf_hooks';
import {isatty} from 'node:tty';
import type {BackupEvent} from '../../backup/events.ts';
import type {BackupProcess} from '../../process/backup-process.ts';
import {terminalSize} from '../../text/terminal-size.ts';
import {asciiLines} from '../terminal/ascii.ts';
import type {TerminalContext} from '../context.ts';
import {openSets} from '../crossings.ts';
import {printClosing} from '../print-closing.ts';
import {serveSets} from '../serve-sets.ts';
import type {BrowseContext} from '../run-browser.ts';
import {guardTerminal} from '../terminal/guard-terminal.ts';
import {startSession} from '../session.ts';
import {initialState} from '../state.ts';
import {forgetTyped} from '../terminal/pending-input.ts';
import {createSessionStore, type SessionStore} from '../session-store.ts';
import {Dialogue} from './dialogue.ts';
import {readInputLines} from './input-lines.ts';
import {Narrator} from './narrator.ts';
import {Voice} from './voice.ts';

/** Plain lines are not fitted to a terminal: it breaks them itself. */
const boundless = {columns: Infinity, rows: Infinity} as const;

/** Rows of a page where the terminal is too low for one, and rows left for what stands below the list. */
const usualPage = 20;
const rowsBelow = 5;

/** The rows of a page: all rows at once where output does not scroll. */
function pageOf(stream: NodeJS.WriteStream): number {
	const {rows} = terminalSize(stream);
	return stream.isTTY ? (rows >= 2 * rowsBelow ? rows - rowsBelow : usualPage) : Infinity;
}

/** The process of a run, whose events a second listener hears as they come. */
function overhear(backup: BackupProcess, hear: (event: BackupEvent) => void): BackupProcess {
	async function * events(): AsyncGenerator<BackupEvent> {
		for await (const event of backup.events) {
			hear(event);
			yield event;
		}
	}

	return {...backup, events: events()};
}

/**
Holds the conversation until there is no more input. Never rejects.

@param isForgotten Whether what has been read beyond the line just taken is to be dropped.
*/
async function converse(dialogue: Dialogue, store: SessionStore, isForgotten: () => boolean): Promise<void> {
	await dialogue.open();

	try {
		for await (const line of readInputLines(process.stdin, isForgotten)) {
			if (store.getState().exit) {
				return;
			}

			await dialogue.take(line);
		}
	} catch {
		// Lost, or let go of at the end: guardTerminal tells which.
		return;
	}

	const isTerminal = process.stdin.isTTY;

	// A terminal that was hung up ends the input as Ctrl-D does, but is none any more.
	if (isTerminal && !isatty(process.stdin.fd)) {
		store.dispatch({type: 'exit', exit: {kind: 'signal', signal: 'SIGHUP'}});
	} else {
		dialogue.endInput(isTerminal);
	}
}

/** The input and output of a dialogue. */
function openDialogue(store: SessionStore, context: Pick<TerminalContext, 'isAscii' | 'browser' | 'pageSource'>) {
	const {stdin, stdout} = process;
	const out = context.isAscii ? asciiLines(stdout) : stdout;
	const voice = new Voice(text => {
		out.write(text);
	}, stdin.isTTY);
	let isForgotten = false;
	const dialogue = new Dialogue(store, voice, {
		page: pageOf(stdout), isScripted: !stdin.isTTY, forgetTyped() {
			forgetTyped(stdin);
			isForgotten = stdin.isTTY;
		},
	}, {page: context.browser?.page, pageSource: context.pageSource});
	const releaseTerminal = guardTerminal(exit => {
		store.dispatch({type: 'exit', exit});
	}, {
		onInterrupt() {
			dialogue.interrupt();
		},
		onInputEnd: () => undefined,
	});
	const askAgain = () => {
		voice.askAgain();
	};

	process.on('SIGCONT', askAgain);

	return {
		voice,
		releaseTerminal,
		begin() {
			void converse(dialogue, store, () => {
				const isAsked = isForgotten;
				isForgotten = false;
				return isAsked;
			});
		},
		/** Reads no more input, and leaves no line open. */
		end() {
			process.off('SIGCONT', askAgain);
			stdin.destroy();
			voice.say();
		},
	};
}

/**
Runs the same session as the screens, as a dialogue of lines: nothing but text and newlines is ever sent.

@returns The exit code, 128 + N by signal N. Nothing of it keeps the process alive then, even where the backup goes on.
*/
export async function runTerminal(context: TerminalContext): Promise<number> {
	const store = createSessionStore(initialState(context, boundless));
	const {voice, releaseTerminal, begin, end} = openDialogue(store, context);
	let narrator = new Narrator();

	const hear = (event: BackupEvent) => {
		const {run, exit} = store.getState();
		const lines = narrator.tell(event, performance.now());

		// While it stops, how far it is says nothing.
		const isIdle = event.message_type === 'status' && run.stop !== 'no';

		if (lines.length > 0 && !exit && !isIdle) {
			voice.sayAll(lines);
		}
	};

	/** Each run is told from its start. */
	const tellOf = (backup: BackupProcess) => {
		narrator = new Narrator();
		return overhear(backup, hear);
	};

	const session = startSession({
		...context,
		startBackup: selection => tellOf(context.startBackup(selection)),
		startRetry: options => tellOf(context.startRetry(options)),
		...(context.running && {running: tellOf(context.running)}),
	}, store);
	begin();
	await session.finished;
	end();
	const code = await printClosing(store, session, context);
	releaseTerminal();
	return code;
}

/** Runs the screens of the sets alone, as a dialogue of lines. Resolves with the exit code. */
export async function runBrowser(context: BrowseContext): Promise<number> {
	const store = createSessionStore(openSets('none')({...initialState({...context, source: ''}, boundless), effects: []}));
	const {promise: finished, resolve: finish} = Promise.withResolvers<void>();
	const {releaseTerminal, begin, end} = openDialogue(store, context);
	store.subscribe(next => {
		if (next.exit) {
			finish();
		}
	});
	const server = serveSets(context.browser, store, context.isSlow);
	begin();
	await finished;
	end();
	const code = await printClosing(store, {backup: () => undefined, close: async () => server.close()}, context);
	releaseTerminal();
	return code;
}
