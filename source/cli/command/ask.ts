import {createInterface} from 'node:readline/promises';
import {forgetTyped} from '../../tui/terminal/pending-input.ts';

/**
Asks for a yes or no on the terminal. Anything but a yes counts as no, and so does the end of the input; nothing typed before the question is an answer.

@throws The signal's reason, once it is aborted.
*/
export async function askOperator(question: string, signal: AbortSignal): Promise<boolean> {
	forgetTyped(process.stdin);
	// The terminal stays as it is, so that Ctrl-C is the signal it always is.
	const lines = createInterface({input: process.stdin, output: process.stdout, terminal: false});

	try {
		const ended = new Promise<string>(resolve => {
			lines.once('close', () => {
				resolve('');
			});
		});
		const answer = await Promise.race([lines.question(question, {signal}), ended]);
		return /^y(?:es)?$/iv.test(answer.trim());
	} catch (error) {
		signal.throwIfAborted();
		throw error;
	} finally {
		lines.close();
	}
}
