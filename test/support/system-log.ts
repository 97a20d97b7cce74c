import fs from 'node:fs/promises';
import path from 'node:path';
import {
	type JournalEntry,
	messages,
	someMachine,
	writeJournal,
} from './journals.ts';
import {
	type Argument,
	program,
	run,
	type RunOptions,
} from './run.ts';
import {Sandbox, someDate} from './sandbox.ts';
import {Terminal, type TerminalOptions} from './terminal.ts';

/** Mounts the first argument as `/var/log`, the second as `/run/log/journal` and the third as `/etc/machine-id`, for the command after them alone. */
const script = 'mount --bind "$0" /var/log && mount -t tmpfs tmpfs /run && mkdir -p /run/log/journal && mount --bind "$1" /run/log/journal && mount --bind "$2" /etc/machine-id && shift 2 && exec "$@"';

/** Days that `addJournal` writes entries of. */
export const someDays = ['2026-03-12', '2026-03-13'] as const;

/** The programs that it takes, and the right to mount. */
export const systemLogNeeds = ['root', 'unshare', 'mount'] as const;

/** A system of its own, as far as logs go: a directory that programs started in it have as `/var/log`, and the journals of a machine. */
export class SystemLog {
	static async create(): Promise<SystemLog> {
		const sandbox = await Sandbox.create();
		const log = new this(sandbox);
		await fs.mkdir(log.volatile);
		await fs.writeFile(log.#id, `${someMachine}\n`);
		await sandbox.add('syslog', 'a line\n');
		return log;
	}

	readonly sandbox: Sandbox;

	private constructor(sandbox: Sandbox) {
		this.sandbox = sandbox;
	}

	/** The directory of the machine below `/var/log/journal`. */
	get journal(): string {
		return path.join(this.sandbox.source, 'journal', someMachine);
	}

	/** What is `/run/log/journal` there. */
	get volatile(): string {
		return path.join(this.sandbox.root, 'volatile');
	}

	/** Writes a journal; without entries, one of two days. */
	async addJournal(name = 'system.journal', entries: Iterable<JournalEntry> = messages(`${someDays[0]}T00:00:00Z`, '2026-03-14T00:00:00Z', 2000)): Promise<void> {
		await writeJournal(path.join(this.journal, name), entries);
	}

	/** Runs the built program there, for the date of the sandbox. */
	async run(args: readonly Argument[], options: RunOptions = {}) {
		const words = args.filter(argument => typeof argument === 'string');
		const ending = args.filter(argument => typeof argument !== 'string');
		return run('unshare', [...this.#within([process.execPath, program, '--date', someDate, ...words]), ...ending], {...options, env: {...this.sandbox.env, ...options.env}});
	}

	/** The same as nobody: mounted by root, and read without any privilege. */
	async runAsNobody(args: readonly string[]) {
		return run('unshare', this.#within(['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups', process.execPath, program, '--date', someDate, ...args]), {env: this.sandbox.env});
	}

	/** Starts it there in a terminal. */
	start(args: readonly string[] = [], {env, ...options}: Readonly<Omit<TerminalOptions, 'command' | 'args'>> = {}): Terminal {
		return Terminal.start({
			...options,
			env: {...this.sandbox.env, ...env},
			command: 'unshare',
			args: this.#within([process.execPath, program, '--date', someDate, ...args]),
		});
	}

	async [Symbol.asyncDispose](): Promise<void> {
		await this.sandbox[Symbol.asyncDispose]();
	}

	get #id(): string {
		return path.join(this.sandbox.root, 'machine-id');
	}

	/** Arguments of unshare that have a command run there. */
	#within(command: readonly string[]): string[] {
		return ['--mount', 'bash', '-c', script, this.sandbox.source, this.volatile, this.#id, ...command];
	}
}
