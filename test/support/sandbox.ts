import {Buffer} from 'node:buffer';
import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {
	readdirSync,
	readFileSync,
	rmSync,
	writeSync,
} from 'node:fs';
import fs from 'node:fs/promises';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {gzipSync} from 'node:zlib';
import {cleanEnvironment} from './environment.ts';
import {
	closingInherited,
	patience,
	Terminal,
	type TerminalOptions,
} from './terminal.ts';

/** The built program, as it is installed. */
export const program = path.resolve(import.meta.dirname, '../../dist/cli.js');

/** A day that is not today's, so that no test depends on the hour at which it runs. */
export const someDate = '2026-03-14';

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
};

/**
Makes a file work for a run, without a disk to fill: zeros, of which hardly any take space, but in so many pieces that no more than a thousand of the
holes between them are left out.

@param file Is there.
@param size In bytes.
@param stride From one piece to the next, in bytes.
*/
export async function makeLaced(file: string | Buffer, size: number, stride: number): Promise<void> {
	const handle = await fs.open(file, 'r+');
	const block = Buffer.alloc(4096);

	try {
		for (let position = 0; position < size; position += stride) {
			writeSync(handle.fd, block, 0, block.length, position);
		}

		await handle.truncate(size);
	} finally {
		await handle.close();
	}
}

type FinishedInBytes = Omit<Finished, 'stdout'> & {readonly stdout: Buffer};

/** An argument of a program; or, for helpers that take arguments only, how it is to end. */
export type Argument = string | {readonly code: Ending};

async function runInBytes(command: string, args: readonly Argument[], options: RunOptions = {}): Promise<FinishedInBytes> {
	const words = args.filter(argument => typeof argument === 'string');
	const {
		code: expected = 0, env, stdin, cwd, uid, gid,
	} = {...options, ...args.find(argument => typeof argument !== 'string')};
	const child = spawn(...closingInherited(command, words), {
		env: {...cleanEnvironment(), ...env},
		cwd,
		stdio: 'pipe',
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
	const [code, signal] = await once(child, 'close') as [number | null, NodeJS.Signals | null];
	const finished = {
		code, signal, stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr).toString(),
	};
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

/** Waits for what the kernel announces to nobody (a file to appear, a process to be gone), for a bounded time. */
export async function until<Value>(
	what: string,
	probe: () => Promise<Value | false | null | undefined> | Value | false | null | undefined,
	{timeout = patience}: {readonly timeout?: number} = {},
): Promise<Value> {
	const deadline = Date.now() + timeout;

	for (;;) {
		const value = await probe();

		if (value !== false && value !== null && value !== undefined) {
			return value;
		}

		if (Date.now() > deadline) {
			throw new Error(`Waiting for ${what}: nothing of the kind in ${timeout} ms`);
		}

		await new Promise(resolve => {
			setTimeout(resolve, 20);
		});
	}
}

export async function exists(file: string | Buffer): Promise<boolean> {
	try {
		await fs.lstat(file);
		return true;
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
			return false;
		}

		throw error;
	}
}

/** What `gzip` itself makes of a compressed file: it checks the file's sum too. */
export async function gunzip(file: string): Promise<Buffer> {
	const {stdout} = await runInBytes('gzip', ['--decompress', '--stdout', '--', file]);
	return stdout;
}

/** The same sequence of numbers in 0–1 for the same seed. */
export function randomNumbers(seed: number): () => number {
	let state = seed;
	return () => {
		state = ((state * 1_664_525) + 1_013_904_223) % 4_294_967_296;
		return state / 4_294_967_296;
	};
}

const messages = [
	'CRON[PID]: (root) CMD (command -v debian-sa1 > /dev/null && debian-sa1 1 1)',
	'kernel: [N.NNNNNN] [UFW BLOCK] IN=eth0 OUT= SRC=203.0.113.IP DST=198.51.100.7 LEN=40 TTL=243 PROTO=TCP SPT=PID DPT=23',
	'sshd[PID]: Invalid user admin from 203.0.113.IP port PID',
	'sshd[PID]: Accepted publickey for deploy from 192.0.2.IP port PID ssh2: ED25519 SHA256:qv3k0hX1yE',
	'systemd[1]: Started session-PID.scope - Session PID of User deploy.',
	'postfix/smtpd[PID]: connect from unknown[203.0.113.IP]',
	'dhclient[PID]: DHCPREQUEST for 198.51.100.7 on eth0 to 198.51.100.1 port 67',
	'nginx: 203.0.113.IP - - "GET /index.html HTTP/1.1" 200 PID "-" "Mozilla/5.0"',
] as const;

/** Lines as syslog writes them, the same for the same seed, cut off at exactly `size` bytes. */
export function sampleLog(size: number, seed = 1): Buffer {
	const random = randomNumbers(seed);
	const integer = (limit: number) => Math.floor(random() * limit);
	const lines: string[] = [];
	let length = 0;
	let time = Date.UTC(2026, 2, 1);

	while (length < size) {
		time += integer(9000);
		const message = messages[integer(messages.length)]!
			.replaceAll('PID', String(1000 + integer(60_000)))
			.replaceAll('IP', String(integer(255)))
			.replace('N.NNNNNN', `${integer(1_000_000)}.${String(integer(1_000_000)).padStart(6, '0')}`);
		const line = `${new Date(time).toISOString()} web1 ${message}\n`;
		lines.push(line);
		length += line.length;
	}

	return Buffer.from(lines.join('')).subarray(0, size);
}

const minute = 60;
const hour = 60 * minute;
const day = 24 * hour;

/**
A sample `/var/log`: size in bytes and age in seconds. The ages are little more than whole minutes, hours and days, so that what a screen says of them
stays the same for as long as a test looks at it.
*/
const sampleFiles: ReadonlyArray<readonly [name: string, size: number, age: number]> = [
	['alternatives.log', 26_261, 62.1 * day],
	['auth.log', 84_512, 2.1 * minute],
	['auth.log.1', 412_004, 6.1 * day],
	['boot.log', 0, 9.1 * day],
	['daemon.log', 230_118, 3.1 * minute],
	['dpkg.log', 344_037, 2.1 * hour],
	['faillog', 0, 200.1 * day],
	['kern.log', 151_233, 11.1 * minute],
	['mail.log', 59_118, 25.1 * minute],
	['syslog', 912_288, 1.1 * minute],
	['syslog.1', 2_204_777, 1.1 * day],
	['ufw.log', 77_410, 1.1 * hour],
	// Left out by default.
	['btmp', 384 * 40, 12.1 * hour],
	['lastlog', 292 * 1000, 1.2 * day],
	['wtmp', 384 * 100, 1.6 * hour],
];

/** What is in the sample files, made once: it takes longer than most of what is done with it. */
let sampleContents: ReadonlyMap<string, Buffer> | undefined;

/** A log that was rotated and compressed before. */
const compressedFile = 'syslog.2.gz';
const defaultSkips = new Set(['btmp', 'lastlog', 'wtmp']);

/** The names of the sample files that are copied unless somebody says otherwise, sorted. */
export const sampleSelection: readonly string[] = [...sampleFiles.map(([name]) => name), compressedFile]
	.filter(name => !defaultSkips.has(name))
	.toSorted();

/** The name of the copy of a sample file: what is compressed already keeps its own. */
export const copyName = (name: string): string => name === compressedFile ? name : `${name}.gz`;

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
		sampleContents ??= new Map([
			...sampleFiles.map(([name, size], index) => [name, sampleLog(size, index + 1)] as const),
			[compressedFile, gzipSync(sampleLog(1_904_112, 99))],
		]);

		for (const [name, age] of [...sampleFiles.map(([file, , seconds]) => [file, seconds] as const), [compressedFile, 2.1 * day] as const]) {
			await this.add(name, sampleContents.get(name), {age});
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

	async [Symbol.asyncDispose](): Promise<void> {
		// A run that outlives its terminal, as it should, must not outlive its test.
		this.#killProcesses();
		await until('the processes of the sandbox to be gone', () => this.#processes().length === 0);
		// Node takes no path that is longer than one call takes; the tool does.
		await fs.rm(this.root, {recursive: true, force: true}).catch(async () => run('rm', ['-rf', '--', this.root]));
		Sandbox.#undisposed.delete(this);
	}
}

/** All that is in a directory, with what would tell that it was touched. */
export async function listTree(directory: string): Promise<string[]> {
	const names = await fs.readdir(directory, {recursive: true});
	const rows = names.map(async name => {
		const {mode, size, mtimeNs, ctimeNs, ino} = await fs.lstat(path.join(directory, name), {bigint: true});
		return [name, mode, size, mtimeNs, ctimeNs, ino].join(' ');
	});
	return (await Promise.all(rows)).toSorted();
}
