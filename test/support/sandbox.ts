import {once} from 'node:events';
import {readdirSync, readFileSync, rmSync} from 'node:fs';
import fs from 'node:fs/promises';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import {exists, makeLaced, until} from './files.ts';
import {
	type Argument,
	type Finished,
	program,
	run,
	type RunOptions,
	runProgram,
} from './run.ts';
import {hour, sampleLog, sampleLogs} from './sample-logs.ts';
import {Terminal, type TerminalOptions} from './terminal.ts';

/** A day that is not today's, so that no test depends on the hour at which it runs. */
export const someDate = '2026-03-14';

/** A directory of its own for a test, with a source to back up and a destination that doesn't exist yet. */
export class Sandbox {
	/** A test that timed out never comes to dispose of its own. */
	static readonly #undisposed = new Set<Sandbox>();

	static {
		process.once('exit', () => {
			for (const sandbox of this.#undisposed) {
				sandbox.#killProcesses();
				rmSync(sandbox.root, {recursive: true, force: true, maxRetries: 3});
			}
		});
	}

	static async create(): Promise<Sandbox> {
		// Its real path, as the program refuses a destination that is reached through a symbolic link.
		const root = await fs.realpath(await fs.mkdtemp(path.join(os.tmpdir(), 'logbackup-test-')));
		const sandbox = new this(root);
		this.#undisposed.add(sandbox);
		await fs.mkdir(sandbox.source, {mode: 0o755});
		return sandbox;
	}

	/** Sample logs, a directory, a symbolic link, a FIFO and a socket, as they are found in `/var/log`. */
	static async withSampleLogs(): Promise<Sandbox> {
		const sandbox = await this.create();
		await sandbox.addSampleLogs();
		return sandbox;
	}

	readonly root: string;
	readonly source: string;
	readonly destination: string;

	private constructor(root: string) {
		this.root = root;
		this.source = path.join(root, 'log');
		this.destination = path.join(root, 'log', 'backups');
	}

	/** The flags that keep the program inside the sandbox, and off today's date. */
	get flags(): string[] {
		return ['--source', this.source, '--dest', this.destination, '--date', someDate];
	}

	/** The directory of the set that a run with `flags` makes. */
	get set(): string {
		return path.join(this.destination, someDate);
	}

	get staging(): string {
		return path.join(this.destination, `.${someDate}.partial`);
	}

	/** By it the processes of a sandbox are known, also those that change their title. */
	get env(): Record<string, string> {
		return {LOGBACKUP_SANDBOX: this.root};
	}

	/** Starts the built program in a terminal. */
	start(args: readonly string[] = [], {env, ...options}: Readonly<Omit<TerminalOptions, 'command' | 'args'>> = {}): Terminal {
		return Terminal.start({
			cwd: this.root,
			...options,
			env: {...this.env, ...env},
			command: process.execPath,
			args: [program, ...this.flags, ...args],
		});
	}

	/**
	Runs the built program without a terminal.

	@throws {Error} It did not end as options or arguments say.
	*/
	async run(args: readonly Argument[] = [], {env, ...options}: RunOptions = {}): Promise<Finished> {
		return runProgram([...this.flags, ...args], {cwd: this.root, ...options, env: {...this.env, ...env}});
	}

	/** Writes a file of the source. */
	async add(name: string | Buffer, content: string | Uint8Array = '', {age = hour}: {readonly age?: number} = {}): Promise<void> {
		const file = Buffer.concat([Buffer.from(`${this.source}/`), Buffer.from(name as string)]);
		await fs.writeFile(file, content, {mode: 0o640});
		await this.#age(file, age);
	}

	/** A file that is read for longer than any test looks on; see `makeLaced`. */
	async addEndless(name: string | Buffer): Promise<void> {
		await this.addLaced(name, 64 * (2 ** 30), 2 ** 24);
	}

	/** A file with so many holes that most of them are read; see `makeLaced`. */
	async addLaced(name: string | Buffer, size: number, stride: number): Promise<void> {
		await this.add(name);
		await makeLaced(Buffer.concat([Buffer.from(`${this.source}/`), Buffer.from(name as string)]), size, stride);
	}

	/** A file of any size that takes no space and reads as zeros, of which a backup reads nothing. */
	async addSparse(name: string, size: number): Promise<void> {
		const file = path.join(this.source, name);
		await fs.writeFile(file, '', {mode: 0o640});
		await fs.truncate(file, size);
		await this.#age(file, hour);
	}

	async addSampleLogs(): Promise<void> {
		for (const {name, content, age} of sampleLogs()) {
			await this.add(name, content, {age});
		}

		await fs.mkdir(path.join(this.source, 'nginx'));
		await fs.writeFile(path.join(this.source, 'nginx', 'access.log'), sampleLog(10_000));
		await fs.symlink('../../usr/share/doc/systemd/README.logs', path.join(this.source, 'README'));
		await run('mkfifo', [path.join(this.source, 'xconsole')]);
		await this.addSocket('dev-log');
	}

	async addSocket(name: string): Promise<void> {
		const server = net.createServer();
		const temporary = path.join(this.root, 's');
		server.listen(temporary);
		await once(server, 'listening');
		// Closing the server removes the name it was opened under, and only that.
		await fs.link(temporary, path.join(this.source, name));
		server.close();
		await once(server, 'close');
	}

	async content(name: string): Promise<Buffer> {
		return fs.readFile(path.join(this.source, name));
	}

	/** Names in the finished set, sorted; none if there is no set. */
	async namesInSet(): Promise<string[]> {
		return await exists(this.set) ? (await fs.readdir(this.set)).toSorted() : [];
	}

	/** Names of the copies in the finished set, without its manifest and sums. */
	async copies(): Promise<string[]> {
		const names = await this.namesInSet();
		return names.filter(name => name !== 'SHA256SUMS' && name !== 'manifest.json');
	}

	/** Runs `sha256sum -c` in the finished set. */
	async checkSums(): Promise<Finished> {
		return run('sha256sum', ['--check', '--quiet', 'SHA256SUMS'], {cwd: this.set});
	}

	/** The processes that were started in this sandbox, and what they started in turn. */
	async processes(): Promise<number[]> {
		return this.#processes();
	}

	async [Symbol.asyncDispose](): Promise<void> {
		// A run that outlives its terminal, as it should, must not outlive its test.
		this.#killProcesses();
		await until('the processes of the sandbox to be gone', () => this.#processes().length === 0);
		// Node takes no path that is longer than one call takes; the tool does.
		await fs.rm(this.root, {recursive: true, force: true}).catch(async () => run('rm', ['-rf', '--', this.root]));
		Sandbox.#undisposed.delete(this);
	}

	#processes(): number[] {
		const ids: number[] = [];

		for (const name of readdirSync('/proc')) {
			if (!/^\d+$/v.test(name)) {
				continue;
			}

			try {
				const environment = readFileSync(`/proc/${name}/environ`, 'utf8');

				if (environment.split('\0').includes(`LOGBACKUP_SANDBOX=${this.root}`)) {
					ids.push(Number(name));
				}
			} catch {
				// It has ended meanwhile, or belongs to somebody else.
			}
		}

		return ids;
	}

	#killProcesses(): void {
		for (const id of this.#processes()) {
			try {
				process.kill(id, 'SIGKILL');
			} catch {
				// It has ended meanwhile.
			}
		}
	}

	async #age(file: string | Buffer, age: number): Promise<void> {
		// Whole seconds, as some tools keep no more.
		const time = Math.floor(Date.now() / 1000) - age;
		await fs.utimes(file, time, time);
	}
}
