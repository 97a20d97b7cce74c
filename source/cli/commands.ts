import {exitCodes} from '../backup/exit-codes.ts';
import {exitCodeFor, failureMessage} from '../backup/failure.ts';
import {Output} from '../report/output.ts';
import {nearest} from '../text/nearest.ts';
import {type Invocation, invoke} from './command.ts';
import {UsageError} from './flags.ts';
import {settleOutput} from './settle-output.ts';
import {refuseWithoutProc} from './working-directory.ts';

/** The sub-commands, what the first argument may be unless it is a flag; and what each does, for the help of the program. */
export const commandSummaries = {
	browse: 'look through the sets on the screen',
	list: 'the sets there are',
	show: 'the files of a set, or how two sets differ',
	verify: 'check that sets are whole and sound',
	cat: 'the content of a file in a set',
	restore: 'files of a set, unpacked below a directory',
	prune: 'remove old sets, by --keep rules',
	status: 'one line for monitoring: how old and how good the newest set is',
} as const;

export type CommandName = keyof typeof commandSummaries;

const isCommandName = (word: string): word is CommandName => Object.hasOwn(commandSummaries, word);

/**
The name of the sub-command that a command line is for.

@returns `undefined` for the bare command, which takes flags alone.
@throws {UsageError} For a word that is none, with one that is like it.
*/
export function findCommand([first]: readonly string[]): CommandName | undefined {
	if (first === undefined || first === '' || first.startsWith('-')) {
		return undefined;
	}

	if (isCommandName(first)) {
		return first;
	}

	const [guess] = nearest(first, Object.keys(commandSummaries), 1);
	const hint = guess === undefined ? `commands are ${Object.keys(commandSummaries).join(', ')}` : `did you mean ${guess}?`;
	throw new UsageError(`unexpected argument: ${first}; ${hint}`);
}

/** What went wrong, on standard error, or as an event where the reader expects those. */
function reportFailure(failure: unknown, {isJson, out, error}: Invocation): void {
	if (isJson) {
		out.write(`${JSON.stringify({message_type: 'exit_error', code: exitCodeFor(failure), message: failureMessage(failure)})}\n`);
	} else {
		error.write(`${failureMessage(failure)}\n`);
	}
}

/**
Runs a sub-command. Resolves with the exit code.

@throws {UsageError} If its arguments cannot be understood.
*/
export async function runCommand(name: CommandName, arguments_: readonly string[], now: Date): Promise<number> {
	// All in one: Node takes longer to find a file than to read a few more lines of one.
	const {commands} = await import('./commands/all.ts');
	const command = commands[name];

	try {
		const invocation = invoke(command, arguments_, now);

		if (invocation === 'help') {
			const outputs = {out: new Output(process.stdout), error: new Output(process.stderr)};
			outputs.out.write(command.help);
			return await settleOutput(outputs, exitCodes.done);
		}

		const work = async () => {
			refuseWithoutProc();
			return command.run(invocation);
		};

		const code = await work().catch((error: unknown) => {
			if (error instanceof UsageError) {
				throw error;
			}

			reportFailure(error, invocation);
			return exitCodeFor(error);
		});
		return await settleOutput(invocation, code);
	} catch (error) {
		throw error instanceof UsageError ? new UsageError(error.message, name) : error;
	}
}
