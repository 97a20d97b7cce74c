import {availableParallelism} from 'node:os';
import {exitCodes} from '../backup/exit-codes.ts';
import {Output} from '../report/output.ts';
import {displayText} from '../text/display-name.ts';
import {findCommand, runCommand} from './commands.ts';
import {UsageError, whatToPrint} from './flags.ts';
import type {Options} from './options.ts';
import {settleOutput} from './settle-output.ts';
import {endWith} from './signals.ts';
import {version} from './version.ts';
import {leaveRemovedDirectory, refuseWithoutProc} from './working-directory.ts';

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
		const {runDry, runUnattended} = await import('./unattended.ts');
		return options.dryRun ? runDry(options) : runUnattended(options);
	}

	const {runInteractive} = await import('./interactive.ts');
	return runInteractive(options);
}

async function start(arguments_: readonly string[], now: Date): Promise<number> {
	leaveRemovedDirectory();
	const command = findCommand(arguments_);

	if (command !== undefined) {
		setThreads(availableParallelism());
		return runCommand(command, arguments_.slice(1), now);
	}

	const asked = whatToPrint(arguments_);

	if (asked) {
		const {helpText} = await import('./help.ts');
		const outputs = {out: new Output(process.stdout), error: new Output(process.stderr)};
		outputs.out.write(asked === 'help' ? helpText : `${version}\n`);
		return settleOutput(outputs, exitCodes.done);
	}

	const {parseOptions} = await import('./options.ts');
	return run(parseOptions(arguments_, process.env, now));
}

/** Runs the program: the one place that decides how the process ends. */
export async function main(): Promise<void> {
	try {
		endWith(await start(process.argv.slice(2), new Date()));
	} catch (error) {
		const {failureMessage} = await import('../backup/failure.ts');
		const isUsage = error instanceof UsageError;
		const help = isUsage && error.command !== undefined ? `${error.command} --help` : '--help';
		const message = isUsage ? `${displayText(error.message)}\nTry logbackup-tui ${help}` : failureMessage(error);
		new Output(process.stderr).write(`${message}\n`);
		endWith(isUsage ? exitCodes.usage : exitCodes.couldNotRun);
	}
}
