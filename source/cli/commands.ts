import {describeFailure, exitCodeFor, failureText} from '../exit/failure.ts';
import {causedBy} from '../files/errors.ts';
import {nearest} from '../text/nearest.ts';
import {settleOutput} from '../app/settle-output.ts';
import {UsageError} from '../flags/usage-error.ts';
import {refuseWithoutProc} from '../flags/working-directory.ts';
import type {Call, Command} from './command.ts';

/** The sub-commands, what the first argument may be unless it is a flag; and what each does, for the help of the program. */
export const commandSummaries = {
	browse: 'look through the sets on the screen',
	list: 'the backup sets',
	show: 'the files of a set, or how two sets differ',
	verify: 'check that sets are whole and sound',
	cat: 'the content of a file in a set',
	restore: 'files of a set, unpacked below a directory',
	prune: 'remove old sets, by --keep rules',
	status: 'for monitoring: how old and how good the newest set is',
	completion: 'what bash, zsh or fish completes its lines with',
} as const;

export type CommandName = keyof typeof commandSummaries;

export const isCommandName = (word: string): word is CommandName => Object.hasOwn(commandSummaries, word);

/** @throws {UsageError} For a word that is not a command; the message names a similar one. */
export function toCommandName(word: string): CommandName {
	if (isCommandName(word)) {
		return word;
	}

	const [guess] = nearest(word, [...Object.keys(commandSummaries), 'help'], 1);
	const hint = guess === undefined ? `commands are ${Object.keys(commandSummaries).join(', ')}` : `did you mean ${guess}?`;
	throw new UsageError(`unexpected argument: ${word}; ${hint}`);
}

/** All in one: Node takes longer to find a file than to read a few more lines of one. */
export async function loadCommand(name: CommandName): Promise<Command> {
	const {commands} = await import('./commands/all.ts');
	return commands[name];
}

/** Reports a failure on standard error, or as an event where the reader expects those. */
function reportFailure(failure: unknown, {isJson, invocation: {out, error}}: Call): void {
	if (isJson) {
		out.write(`${JSON.stringify({message_type: 'exit_error', code: exitCodeFor(failure), ...describeFailure(failure)})}\n`);
	} else {
		error.write(`${failureText(failure)}\n`);
	}
}

/**
Runs a sub-command. Resolves with the exit code.

@throws {UsageError} If its arguments cannot be understood.
*/
export async function runCommand(name: CommandName, arguments_: readonly string[], now: Date): Promise<number> {
	const command = await loadCommand(name);

	try {
		const call = await command.read(arguments_, now);
		const work = async () => {
			refuseWithoutProc();
			return call.run();
		};

		const code = await work().catch((error: unknown) => {
			if (error instanceof UsageError) {
				throw error;
			}

			reportFailure(error, call);
			return exitCodeFor(error);
		});
		return await settleOutput(call.invocation, code);
	} catch (error) {
		throw error instanceof UsageError ? new UsageError(error.message, {...causedBy(error), command: name}) : error;
	}
}
