import {describeFailure, exitCodeFor, failureText} from '../exit/failure.ts';
import {causedBy} from '../files/errors.ts';
import {settleOutput} from '../app/settle-output.ts';
import {ConfigurationError} from '../flags/configuration-error.ts';
import {UsageError} from '../flags/usage-error.ts';
import {refuseWithoutProc} from '../flags/working-directory.ts';
import {Output} from '../report/output.ts';
import type {CalledCommand, Commands, FailureAnswer} from './command/command.ts';
import type {CommandName} from './command/command-names.ts';

/** All in one: Node takes longer to find a file than to read a few more lines of one. */
export async function loadCommands(): Promise<Commands> {
	const {commands} = await import('./commands/all.ts');
	return commands;
}

/** Reports a failure on standard error, or as an event where the reader expects those. */
function reportFailure(failure: unknown, {isJson, invocation: {out, error}}: CalledCommand): void {
	if (isJson) {
		out.write(`${JSON.stringify({message_type: 'exit_error', code: exitCodeFor(failure), ...describeFailure(failure)})}\n`);
	} else {
		error.write(`${failureText(failure)}\n`);
	}
}

async function printAnswer({text, code}: FailureAnswer): Promise<number> {
	const outputs = {out: new Output(process.stdout), error: new Output(process.stderr)};
	outputs.out.write(`${text}\n`);
	return settleOutput(outputs, code);
}

/**
Runs a sub-command. Resolves with the exit code.

@throws {UsageError} If its arguments cannot be understood.
*/
export async function runCommand(name: CommandName, arguments_: readonly string[], now: Date): Promise<number> {
	const commands = await loadCommands();

	try {
		const call = await commands[name].read(arguments_, now);
		const work = async () => {
			refuseWithoutProc();
			return call.run(commands);
		};

		const code = await work().catch((error: unknown) => {
			if (error instanceof UsageError || commands[name].answerFailure?.(error, arguments_)) {
				throw error;
			}

			reportFailure(error, call);
			return exitCodeFor(error);
		});
		return await settleOutput(call.invocation, code);
	} catch (error) {
		const answer = commands[name].answerFailure?.(error, arguments_);

		if (answer) {
			return printAnswer(answer);
		}

		throw error instanceof UsageError && !(error instanceof ConfigurationError) ? new UsageError(error.message, {...causedBy(error), command: name}) : error;
	}
}
