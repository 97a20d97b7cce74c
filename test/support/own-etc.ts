import {spawnSync} from 'node:child_process';
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import {
	type Argument,
	type Finished,
	program,
	run,
	type RunOptions,
} from './run.ts';
import {Terminal, type TerminalOptions} from './terminal.ts';

/** Binds the copy, and becomes the program. */
const script = 'mount --bind "$1" /etc && shift && exec "$@"';

/** Why a test cannot have an `/etc` of its own here; nothing if it can. */
export function whyNoOwnEtc(): string | false {
	return spawnSync('unshare', ['--mount', '--propagation', 'private', 'mount', '--bind', '/etc', '/etc']).status !== 0 && 'root, and mounts of its own, are not to be had';
}

/** The program with an `/etc` that is a copy of the machine's, and that nobody else sees. */
export class OwnEtc {
	static async create(): Promise<OwnEtc> {
		const root = await fs.realpath(await fs.mkdtemp(path.join(os.tmpdir(), 'logbackup-etc-')));
		await run('cp', ['-a', '/etc', root]);
		return new this(path.join(root, 'etc'));
	}

	readonly etc: string;

	private constructor(etc: string) {
		this.etc = etc;
	}

	/** A path in it: `cron.d/x` of `/etc/cron.d/x`. */
	at(name: string): string {
		return path.join(this.etc, name);
	}

	async run(args: readonly Argument[], options?: RunOptions): Promise<Finished> {
		return this.runCommand([process.execPath, program, ...args], options);
	}

	/** Runs any program in there. */
	async runCommand(words: readonly Argument[], options?: RunOptions): Promise<Finished> {
		return run(...this.#entering(words), options);
	}

	start(args: readonly string[], options: Readonly<Omit<TerminalOptions, 'command' | 'args'>> = {}): Terminal {
		const [command, words] = this.#entering([process.execPath, program, ...args]);
		return Terminal.start({...options, command, args: words});
	}

	async [Symbol.asyncDispose](): Promise<void> {
		await fs.rm(path.dirname(this.etc), {recursive: true, force: true});
	}

	#entering<Word extends Argument>(words: readonly Word[]): [command: string, words: Array<Word | string>] {
		return ['unshare', ['--mount', '--propagation', 'private', 'bash', '-c', script, 'bash', this.etc, ...words]];
	}
}
