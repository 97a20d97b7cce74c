import {type ChildProcess, spawn, type SpawnOptions} from 'node:child_process';

/**
Starts a program that is killed unless it ends in time. As `timeout` of spawn(), whose timer holds up the end of this process where the program is not there.

@param options As of spawn(), and `patience`: milliseconds.
*/
export function spawnBounded(program: string, args: readonly string[], options: Omit<SpawnOptions, 'timeout' | 'killSignal'> & {readonly patience: number}): ChildProcess {
	const {patience, ...rest} = options;
	const child = spawn(program, args, rest);
	const timer = setTimeout(() => {
		child.kill('SIGKILL');
	}, patience);
	timer.unref();
	child.once('close', () => {
		clearTimeout(timer);
	});
	return child;
}
