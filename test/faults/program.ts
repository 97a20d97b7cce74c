import {spawn} from 'node:child_process';
import {once} from 'node:events';
import path from 'node:path';
import process from 'node:process';
import {cleanEnvironment} from '../support/environment.ts';

/** The program under test: as it is built, or the one that `LOGBACKUP_CLI` names. */
export const program = path.resolve(process.env.LOGBACKUP_CLI ?? path.resolve(import.meta.dirname, '../../dist/cli.js'));

/** Long, for a noisy machine: what works never waits it out. */
export const patience = 120_000;

export type Finished = {
	/** As a shell has it: 128 + N where signal N ended it. */
	readonly code: number;
	readonly stdout: string;
	readonly stderr: string;
	readonly timedOut: boolean;
};

const signalNumbers: Readonly<Record<string, number>> = {
	SIGHUP: 1, SIGINT: 2, SIGQUIT: 3, SIGABRT: 6, SIGKILL: 9, SIGSEGV: 11, SIGPIPE: 13, SIGTERM: 15,
};

export type CommandOptions = {
	readonly env?: Readonly<Record<string, string>>;
	readonly input?: string | Uint8Array;
};

/** Runs a command to its end, which is forced after `patience`. */
export async function runCommand(command: string, args: readonly string[], {env, input}: CommandOptions = {}): Promise<Finished> {
	const child = spawn(command, args, {env: {...cleanEnvironment(), ...env}, stdio: 'pipe', detached: true});
	const output = {stdout: '', stderr: ''};
	child.stdout.setEncoding('latin1').on('data', (chunk: string) => {
		output.stdout += chunk;
	});
	child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
		output.stderr += chunk;
	});
	// It may end without reading its input: no failure of ours.
	child.stdin.on('error', () => undefined);
	child.stdin.end(input);
	let timedOut = false;
	const timer = setTimeout(() => {
		timedOut = true;

		try {
			// A group of its own, so that what it started goes too.
			process.kill(-child.pid!, 'SIGKILL');
		} catch {
			// Ended just now.
		}
	}, patience);
	const [code, signal] = await once(child, 'close') as [number | null, NodeJS.Signals | null];
	clearTimeout(timer);
	return {...output, code: code ?? (128 + (signalNumbers[signal!] ?? 0)), timedOut};
}

/** Runs a command that must succeed; its standard output as text. */
export async function runOrThrow(command: string, args: readonly string[], options?: CommandOptions): Promise<string> {
	const {code, stdout, stderr} = await runCommand(command, args, options);

	if (code !== 0) {
		throw new Error(`${command} ${args.join(' ')} ended with ${code}: ${stderr}`);
	}

	return stdout;
}

