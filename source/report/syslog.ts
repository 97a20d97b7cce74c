import {spawnBounded} from '../files/bounded-spawn.ts';

/** The longest to wait for the system log, in milliseconds. */
const patience = 2000;

/**
Tells the system log how a run ended, through `logger(1)`; does nothing where there is none. For runs that nobody may be watching.

@param line One line, harmless.
*/
export async function logOutcome(line: string, isFailure: boolean): Promise<void> {
	const child = spawnBounded('logger', ['--tag', 'logbackup-tui', '--id', '--priority', `daemon.${isFailure ? 'err' : 'notice'}`, '--', line], {
		stdio: 'ignore', patience,
	});
	await new Promise<void>(resolve => {
		child.on('error', () => {
			resolve();
		});
		child.on('exit', () => {
			resolve();
		});
	});
}
