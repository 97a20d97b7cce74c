import {availableParallelism} from 'node:os';
import {exitCodes} from '../exit/exit-codes.ts';
import {errorLine, failureText} from '../exit/failure.ts';
import {Output} from '../report/output.ts';
import {displayText} from '../text/display-name.ts';
import {withRemedy} from '../text/with-remedy.ts';
import type {Options} from '../flags/options.ts';
import {settleOutput} from '../app/settle-output.ts';
import {endWith} from '../app/signals.ts';
import {ConfigurationError} from '../flags/configuration-error.ts';
import {UsageError} from '../flags/usage-error.ts';
import {version} from '../flags/version.ts';
import {leaveRemovedDirectory, refuseWithoutProc} from '../flags/working-directory.ts';
import {isCommandName, toCommandName} from './command/command-names.ts';
import {loadCommands, runCommand} from './commands.ts';
import {type HelpRequest, whatIsAsked} from './asked.ts';

/** Threads that file system calls need beside those that compress. */
const spareThreads = 4;

/** Read by libuv when its pool starts, at the first call that goes through it. */
function setThreads(jobs: number): void {
	process.env.UV_THREADPOOL_SIZE ??= String(jobs + spareThreads);
}

async function run(options: Options): Promise<number> {
	refuseWithoutProc();
	setThreads(options.jobs);

	if (options.dryRun || options.yes) {
		const {runDry, runUnattended} = await import('../app/unattended.ts');
		return options.dryRun ? runDry(options) : runUnattended(options);
	}

	const {runInteractive} = await import('../app/interactive.ts');
	return runInteractive(options);
}

async function print(text: string): Promise<number> {
	const outputs = {out: new Output(process.stdout), error: new Output(process.stderr)};
	outputs.out.write(text);
	return settleOutput(outputs, exitCodes.done);
}

async function printAsked(asked: HelpRequest): Promise<number> {
	if (asked.print === 'version') {
		return print(`${version}\n`);
	}

	if (asked.print === 'help' && asked.command !== undefined) {
		const {commandHelp} = await import('./help/command-help.ts');
		const commands = await loadCommands();
		return print(commandHelp(commands[asked.command]));
	}

	const {helpText, usageText} = await import('./help/program-help.ts');
	return print(asked.print === 'usage' ? usageText : helpText);
}

/** `help [COMMAND]`. */
async function printHelp([word, extra]: readonly string[]): Promise<number> {
	if (extra !== undefined) {
		throw new UsageError(`unexpected argument: ${extra}; help takes one command`);
	}

	return printAsked({print: 'help', command: word === undefined ? undefined : toCommandName(word)});
}

async function start(arguments_: readonly string[], now: Date): Promise<number> {
	leaveRemovedDirectory();
	const [first = '', ...rest] = arguments_;
	const isBare = first === '' || first.startsWith('-');
	const asked = whatIsAsked(isCommandName(first) ? first : undefined, arguments_);

	if (asked) {
		return printAsked(asked);
	}

	if (first === 'help') {
		return printHelp(rest);
	}

	if (!isBare) {
		const command = toCommandName(first);
		setThreads(availableParallelism());
		return runCommand(command, rest, now);
	}

	const {parseOptions} = await import('../flags/options.ts');
	return run(await parseOptions(arguments_, process.env, now));
}

function usageErrorText(error: UsageError): string {
	// The help says nothing of what stands in a file.
	if (error instanceof ConfigurationError) {
		return withRemedy(error).replaceAll('\n', '. ');
	}

	const help = error.command === undefined ? '--help' : `${error.command} --help`;
	return `${withRemedy({message: displayText(error.message), remedy: error.remedy && displayText(error.remedy)})}\nTry logbackup-tui ${help}`;
}

/** Runs the program: the one place that decides how the process ends. */
export async function main(): Promise<void> {
	try {
		endWith(await start(process.argv.slice(2), new Date()));
	} catch (error) {
		const isUsage = error instanceof UsageError;
		new Output(process.stderr).write(`${isUsage ? errorLine(usageErrorText(error)) : failureText(error)}\n`);
		endWith(isUsage ? exitCodes.usage : exitCodes.couldNotRun);
	}
}
