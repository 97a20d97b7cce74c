import {cellWidth, wrapWords} from './kit/columns.ts';
import {asciiLines} from './terminal/ascii.ts';
import {closing} from './closing.ts';
import type {TerminalContext} from './context.ts';
import type {Session} from './session.ts';
import type {SessionStore} from './session-store.ts';

/** The longest to wait for a terminal that takes nothing more, or a process that doesn't read its list, in milliseconds. */
const patience = 2000;

/** Waits for a promise that never rejects, but only so long. */
export async function waitFor(promise: Promise<unknown>): Promise<void> {
	const {promise: expired, resolve} = Promise.withResolvers<void>();
	const timer = setTimeout(resolve, patience);
	await Promise.race([promise, expired]);
	clearTimeout(timer);
}

/** The spaces that a line begins with. */
const indentOf = (line: string) => line.length - line.trimStart().length;

/** Breaks a line between words where a terminal would break it in one; it goes on under itself, two cells further in. */
function wrap(line: string, columns: number): readonly string[] {
	const indent = indentOf(line);
	return wrapWords(line.slice(indent), Math.max(20, columns - indent - 2)).map((part, index) => ' '.repeat(index === 0 ? indent : indent + 2) + part);
}

/** @param unbroken A line that is to be copied, and so is left to the terminal. */
function print(stream: NodeJS.WriteStream, lines: readonly string[], unbroken?: string): void {
	if (lines.length === 0) {
		return;
	}

	const {columns} = stream;
	const shown = stream.isTTY && columns > 0 ? lines.flatMap(line => line === unbroken || cellWidth(line) <= columns ? [line] : wrap(line, columns)) : lines;

	try {
		stream.write(`${shown.join('\n')}\n`);
	} catch {
		// Nobody can read it.
	}
}

/**
The end of every session: lets go of the backup, once it has all that it was to be given, and prints how things stand.

@returns The exit code, 128 + N by signal N.
*/
export async function printClosing(store: Pick<SessionStore, 'getState'>, session: Pick<Session, 'backup' | 'close'>, {isAscii}: Pick<TerminalContext, 'isAscii'>): Promise<number> {
	const backup = session.backup();
	await waitFor(session.close());

	if (backup) {
		await waitFor(backup.handedOver);
		backup.release();
	}

	// Work that was under way has said meanwhile what it did.
	const {code, stdout, stderr, command} = closing(store.getState());
	print(isAscii ? asciiLines(process.stdout) : process.stdout, stdout, command);
	print(isAscii ? asciiLines(process.stderr) : process.stderr, stderr);
	return code;
}
