import {spawn} from 'node:child_process';
import {once} from 'node:events';
import fs from 'node:fs/promises';
import {closingInherited} from './closing-inherited.ts';
import {cleanEnvironment} from './environment.ts';
import {
	type Ending,
	type Finished,
	mustEnd,
	type RunOptions,
} from './run.ts';

/** A program that runs while the test goes on. */
export type Launched = {
	/** Of the program itself: nothing stands between. */
	readonly pid: number;
	/** Waits for its end, and throws if that is another than expected, by default code 0. */
	readonly end: (expected?: Ending) => Promise<Finished>;
	/** What it has written to standard output so far. */
	readonly output: () => string;
};

export function launch(command: string, args: readonly string[], {env, cwd}: RunOptions = {}): Launched {
	const child = spawn(...closingInherited(command, args), {env: {...cleanEnvironment(), ...env}, cwd, stdio: ['ignore', 'pipe', 'pipe']});
	let stdout = '';
	let stderr = '';
	child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
		stdout += chunk;
	});
	child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
		stderr += chunk;
	});
	const finish = async (): Promise<Finished> => {
		const [code, signal] = await once(child, 'close') as [number | null, NodeJS.Signals | null];
		return {
			code, signal, stdout, stderr,
		};
	};

	const finished = finish();
	return {
		pid: child.pid!,
		output: () => stdout,
		async end(expected = 0) {
			const result = await finished;
			mustEnd([command, ...args], result, expected);
			return result;
		},
	};
}

/** Whether a process has a file open. */
export async function isOpen(pid: number, file: string): Promise<boolean> {
	for (const descriptor of await fs.readdir(`/proc/${pid}/fd`)) {
		try {
			if (await fs.readlink(`/proc/${pid}/fd/${descriptor}`) === file) {
				return true;
			}
		} catch {
			// Closed just now.
		}
	}

	return false;
}
