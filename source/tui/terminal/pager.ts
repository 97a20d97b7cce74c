import {spawn} from 'node:child_process';
import {once} from 'node:events';
import path from 'node:path';
import type {Writable} from 'node:stream';
import {errorCode, errorReason} from '../../files/errors.ts';
import {displayText} from '../../text/display-name.ts';

const defaultPager = 'less';

/** Prompts for the last line of less, in place of its colon (less(1), PROMPTS): the title, and how far one is. A dollar sign would end it. */
function promptArguments(title: string): readonly string[] {
	const text = title.replaceAll('$', '?').replaceAll(/[%.:?\\]/gv, String.raw`\$&`);
	const prompt = text + String.raw` ?ltlines %lt-%lb.?e (end):?pB %pB\%..`;
	// Short, medium and long: which of them less shows, its own settings say.
	return ['s', 'm', 'M'].map(kind => `-P${kind}${prompt}`);
}

/** The program and its arguments. No shell reads them: what is to be seen comes through a pipe, so that no name has to be quoted. */
function pagerCommand(title: string): readonly [program: string, ...args: readonly string[]] {
	const [program = defaultPager, ...args] = (process.env.PAGER ?? '').split(/\s+/v).filter(word => word !== '');
	return [program, ...args, ...(path.basename(program) === 'less' ? promptArguments(title) : [])];
}

/** The environment for less(1), which must neither run a program on the file that it shows nor write one (see SECURITY there). */
function safeEnvironment(): NodeJS.ProcessEnv {
	const {LESSOPEN: _open, LESSCLOSE: _close, FORCE_COLOR: _color, ...environment} = process.env;
	return {...environment, LESSSECURE: '1'};
}

/** Feeds it no faster than it reads. Resolves with whether it wanted all of it. */
async function feed(stream: Writable, chunks: AsyncIterable<Buffer>): Promise<boolean> {
	let isOpen = true;
	stream.on('error', () => {
		isOpen = false;
	});
	stream.on('close', () => {
		isOpen = false;
	});

	for await (const chunk of chunks) {
		if (!isOpen) {
			return false;
		}

		if (!stream.write(chunk)) {
			await Promise.race([once(stream, 'drain'), once(stream, 'close')]).catch(() => undefined);
		}
	}

	return isOpen;
}

/**
Shows content in the operator's pager (`$PAGER`, or less), which has the terminal meanwhile. One that is quit before the end has seen enough.

@param title What is shown, as text that is safe to print: less has it in its prompt.
@returns Why nothing could be shown; nothing if it was.
@throws What the content throws, once the pager has been left.
*/
export async function showInPager(chunks: AsyncIterable<Buffer>, title: string): Promise<string | undefined> {
	const [program, ...args] = pagerCommand(title);
	const pager = spawn(program, args, {stdio: ['pipe', 'inherit', 'inherit'], env: safeEnvironment()});
	const ended = new Promise<string | undefined>(resolve => {
		pager.on('error', error => {
			const why = errorCode(error) === 'ENOENT' ? 'it is not installed' : errorReason(error);
			resolve(`No pager: ${displayText(program)} cannot be started, ${why}. PAGER names another`);
		});
		pager.on('exit', () => {
			resolve(undefined);
		});
	});
	let failure: Error | undefined;

	try {
		await feed(pager.stdin, chunks);
	} catch (error) {
		failure = error instanceof Error ? error : new Error(String(error));
	}

	pager.stdin.end();
	const problem = await ended;
	pager.stdin.destroy();

	if (failure) {
		throw failure;
	}

	return problem;
}
