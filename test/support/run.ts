import {spawn} from 'node:child_process';
import {once} from 'node:events';
import path from 'node:path';
import {closingInherited} from './closing-inherited.ts';
import {cleanEnvironment} from './environment.ts';

/** The program under test: as it is built, or the one that `LOGBACKUP_CLI` names. */
export const program = path.resolve(process.env.LOGBACKUP_CLI ?? path.resolve(import.meta.dirname, '../../dist/cli.js'));

export type Finished = {
	/** `null` if it was ended by a signal. */
	readonly code: number | null;
	readonly signal: NodeJS.Signals | null;
	readonly stdout: string;
	readonly stderr: string;
};

/** How a program is to end: its exit code, or the signal that ends it. After `any`, whoever called looks at the code. */
export type Ending = number | NodeJS.Signals | 'any';

export type RunOptions = {
	/** Any other end throws. By default 0. */
	readonly code?: Ending;
	/** On top of a clean environment without `CI` and `NO_COLOR`. */
	readonly env?: Readonly<Record<string, string>>;
	readonly stdin?: string | Uint8Array;
	readonly cwd?: string;
	/** Run as this user and group; needs root. */
	readonly uid?: number;
	readonly gid?: number;
	/** Milliseconds after which it is killed, with all that it started; by default it may take for ever. */
	readonly timeout?: number;
};

/** A program that had to be killed, as it did not end in time. */
export class TimedOutError extends Error {
	override readonly name = 'TimedOutError';
}

type FinishedInBytes = Omit<Finished, 'stdout'> & {readonly stdout: Buffer};

/** An argument of a program; or, for helpers that take arguments only, how it is to end. */
export type Argument = string | {readonly code: Ending};

async function runInBytes(command: string, args: readonly Argument[], options: RunOptions = {}): Promise<FinishedInBytes> {
	const words = args.filter(argument => typeof argument === 'string');
	const {
		code: expected = 0, env, stdin, cwd, uid, gid, timeout,
	} = {...options, ...args.find(argument => typeof argument !== 'string')};
	const child = spawn(...closingInherited(command, words), {
		env: {...cleanEnvironment(uid), ...env},
		cwd,
		stdio: 'pipe',
		// A group of its own, so that what it started goes too.
		detached: timeout !== undefined,
		...(uid !== undefined && {uid}),
		...(gid !== undefined && {gid}),
	});
	const stdout: Buffer[] = [];
	const stderr: Buffer[] = [];
	child.stdout.on('data', (chunk: Buffer) => {
		stdout.push(chunk);
	});
	child.stderr.on('data', (chunk: Buffer) => {
		stderr.push(chunk);
	});
	// It may end without reading its input: no failure of the test.
	child.stdin.on('error', () => {}); // eslint-disable-line @typescript-eslint/no-empty-function
	child.stdin.end(stdin);
	let isTimedOut = false;
	const timer = timeout !== undefined && setTimeout(() => {
		isTimedOut = true;

		try {
			process.kill(-child.pid!, 'SIGKILL');
		} catch {
			// Ended just now.
		}
	}, timeout);
	const [code, signal] = await once(child, 'close') as [number | null, NodeJS.Signals | null];

	if (timer) {
		clearTimeout(timer);
	}

	const finished = {
		code, signal, stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr).toString(),
	};

	if (isTimedOut) {
		throw new TimedOutError(`${[command, ...words].join(' ')}\ndid not end in ${timeout} ms.\nstderr: ${finished.stderr}`);
	}

	mustEnd([command, ...words], {...finished, stdout: finished.stdout.toString()}, expected);
	return finished;
}

/**
@param words The command, to name it.
@throws {Error} What the program wrote, if it did not end as expected.
*/
export function mustEnd(words: readonly string[], {code, signal, stdout, stderr}: Finished, expected: Ending): void {
	if (expected !== 'any' && (code ?? signal) !== expected) {
		throw new Error(`${words.join(' ')}\nended with ${code ?? signal}, not ${expected}.\nstderr: ${stderr}\nstdout: ${stdout}`);
	}
}

/**
Runs a program without a terminal to its end.

@throws {Error} It did not end as options or arguments say.
@throws {TimedOutError} It did not end in time.
*/
export async function run(command: string, args: readonly Argument[], options?: RunOptions): Promise<Finished> {
	const finished = await runInBytes(command, args, options);
	return {...finished, stdout: finished.stdout.toString()};
}

/**
Runs the built program without a terminal to its end.

@throws {Error} It did not end as options or arguments say.
*/
export const runProgram = async (args: readonly Argument[], options?: RunOptions): Promise<Finished> =>
	run(process.execPath, [program, ...args], options);

/** What `gzip` itself makes of a compressed file: it checks the file's sum too. */
export async function gunzip(file: string): Promise<Buffer> {
	const {stdout} = await runInBytes('gzip', ['--decompress', '--stdout', '--', file]);
	return stdout;
}

/** The same of `zstd`. */
export async function unzstd(file: string): Promise<Buffer> {
	const {stdout} = await runInBytes('zstd', ['--decompress', '--stdout', '--quiet', '--', file]);
	return stdout;
}
