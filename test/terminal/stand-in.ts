/*
The built program, but for the backups it would do: of these it only tells the events that a test has written down, so that a run stands still
at any point of it, and ends as no real one can be made to. It is started in place of the program, and so are the processes it starts.

STAND_IN_STEPS names a JSON file: steps for a run and for another attempt at what failed. A step is an event, or waits for a file to appear.
*/
import fs from 'node:fs/promises';
import type {BackupEvent} from '../../source/backup/events.ts';
import {program} from '../support/run.ts';
import {exists, until} from '../support/files.ts';

export type Step = BackupEvent | {readonly waitFor: string};

export type Steps = {
	readonly run: readonly Step[];
	readonly retry?: readonly Step[];
	/** Where the command line of another attempt is written. */
	readonly retryArguments?: string;
};

async function tell(steps: readonly Step[]): Promise<void> {
	let code = 1;

	for (const step of steps) {
		if ('waitFor' in step) {
			await until('the test to go on', async () => exists(step.waitFor));
			continue;
		}

		process.stdout.write(`${JSON.stringify(step)}\n`);
		code = step.message_type === 'summary' ? step.exit_code : (step.message_type === 'exit_error' ? step.code : code);
	}

	process.exitCode = code;
}

const {STAND_IN_STEPS: file} = process.env;

if (process.argv[1] === import.meta.filename && file !== undefined) {
	const args = process.argv.slice(2);

	if (args.includes('--yes')) {
		process.on('SIGINT', () => {
			process.exit(130);
		});
		const {run, retry = [], retryArguments} = JSON.parse(await fs.readFile(file, 'utf8')) as Steps;

		if (args.includes('--retry') && retryArguments !== undefined) {
			await fs.writeFile(retryArguments, args.join('\n'));
		}

		await tell(args.includes('--retry') ? retry : run);
	} else {
		await import(program);
	}
}
