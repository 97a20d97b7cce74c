import {execFileSync} from 'node:child_process';

/**
Runs a program to its end, without a shell, and returns what it printed.

@param environment On top of this process's.
@throws {Error} With what it said, if it cannot be run or does not end with 0.
*/
export function command(name: string, args: readonly string[], environment: Readonly<Record<string, string>> = {}): string {
	try {
		return execFileSync(name, args, {
			encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], env: {...process.env, LC_ALL: 'C.UTF-8', ...environment}, maxBuffer: 2 ** 28,
		});
	} catch (error) {
		const {code, stderr} = error as {readonly code?: string; readonly stderr?: string};
		throw new Error(code === 'ENOENT' ? `${name} is not installed; .ci/run installs what packaging takes` : `${name} ${args.join(' ')} failed: ${stderr ?? String(error)}`, {cause: error});
	}
}
