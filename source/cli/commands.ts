import {exitCodeFor, failureMessage} from '../backup/failure.ts';
import {DestinationError, errorCode, errorReason} from '../files/errors.ts';
import {Output} from '../report/output.ts';
import {nearest} from '../text/nearest.ts';
import {type Command, type Invocation, invoke} from './command.ts';
import {UsageError} from './flags.ts';

type CommandEntry = {
	/** What it does, for the help of the program. */
	readonly summary: string;
	/** Each is loaded only when it is called: `list` need not wait for screens. */
	readonly load: () => Promise<Command>;
};

/** The sub-commands: what the first argument may be, unless it is a flag. */
export const commandTable: Readonly<Record<string, CommandEntry>> = {
	browse: {summary: 'look through the sets on the screen', load: async () => import('./commands/browse.ts').then(({browseCommand}) => browseCommand)},
	list: {summary: 'the sets there are', load: async () => import('./commands/list.ts').then(({listCommand}) => listCommand)},
	show: {summary: 'the files of a set, or how two sets differ', load: async () => import('./commands/show.ts').then(({showCommand}) => showCommand)},
	verify: {summary: 'check that sets are whole and sound', load: async () => import('./commands/verify.ts').then(({verifyCommand}) => verifyCommand)},
	cat: {summary: 'the content of a file in a set', load: async () => import('./commands/cat.ts').then(({catCommand}) => catCommand)},
	restore: {summary: 'files of a set, unpacked below a directory', load: async () => import('./commands/restore.ts').then(({restoreCommand}) => restoreCommand)},
	prune: {summary: 'remove old sets, by --keep rules', load: async () => import('./commands/prune.ts').then(({pruneCommand}) => pruneCommand)},
	status: {summary: 'one line for monitoring: how old and how good the newest set is', load: async () => import('./commands/status.ts').then(({statusCommand}) => statusCommand)},
};

/**
The name of the sub-command that a command line is for.

@returns `undefined` for the bare command, which takes flags alone.
@throws {UsageError} For a word that is none, with one that is like it.
*/
export function findCommand([first]: readonly string[]): string | undefined {
	if (first === undefined || first === '' || first.startsWith('-')) {
		return undefined;
	}

	if (Object.hasOwn(commandTable, first)) {
		return first;
	}

	const [guess] = nearest(first, Object.keys(commandTable), 1);
	const hint = guess === undefined ? `commands are ${Object.keys(commandTable).join(', ')}` : `did you mean ${guess}?`;
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
export async function runCommand(name: string, arguments_: readonly string[], now: Date): Promise<number> {
	const command = await commandTable[name]!.load();

	try {
		const invocation = invoke(command, arguments_, now);

		if (invocation === 'help') {
			new Output(process.stdout).write(command.help);
			return 0;
		}

		const code = await command.run(invocation).catch((error: unknown) => {
			if (error instanceof UsageError) {
				throw error;
			}

			reportFailure(error, invocation);
			return exitCodeFor(error);
		});
		const unwritten = await invocation.out.flush();

		if (unwritten === undefined) {
			return code;
		}

		// Whoever keeps the output in a file must not take half of it for all.
		const failure = new DestinationError(`cannot write to standard output: ${errorReason(unwritten)}`, {code: errorCode(unwritten), cause: unwritten});
		invocation.error.write(`${failureMessage(failure)}\n`);
		return exitCodeFor(failure);
	} catch (error) {
		throw error instanceof UsageError ? new UsageError(error.message, name) : error;
	}
}
