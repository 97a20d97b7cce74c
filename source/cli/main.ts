import {exitCodes} from '../backup/exit-codes.ts';
import {errorReason} from '../files/errors.ts';
import {displayText} from '../text/display-name.ts';
import {UsageError} from './flags.ts';
import {type Options, parseOptions} from './options.ts';
import {endWith} from './signals.ts';

/** Threads that file system calls need beside those that compress. */
const spareThreads = 4;

async function run(options: Options): Promise<number> {
	// Node's own answer is to open a debugger's port, which no program of root should.
	process.on('SIGUSR1', () => undefined);

	// Read by libuv when its pool starts, at the first call that goes through it.
	process.env.UV_THREADPOOL_SIZE ??= String(options.jobs + spareThreads);

	if (options.dryRun || options.yes) {
		const {runDry, runUnattended} = await import('./unattended.ts');
		return options.dryRun ? runDry(options) : runUnattended(options);
	}

	const {runInteractive} = await import('./interactive.ts');
	return runInteractive(options);
}

/** Runs the program: the one place that decides how the process ends. */
export async function main(): Promise<void> {
	try {
		endWith(await run(parseOptions(process.argv.slice(2), process.env, new Date())));
	} catch (error) {
		const isUsage = error instanceof UsageError;
		const message = isUsage ? `${displayText(error.message)}\nTry logbackup-tui --help` : `internal error: ${displayText(errorReason(error))}. Please report it`;
		process.stderr.write(`${message}\n`);
		endWith(isUsage ? exitCodes.usage : exitCodes.couldNotRun);
	}
}
