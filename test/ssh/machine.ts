import {spawn, type ChildProcess} from 'node:child_process';
import {once} from 'node:events';
import {chmodSync} from 'node:fs';
import fs from 'node:fs/promises';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import {Terminal} from '../support/terminal.ts';
import {closingInherited} from '../support/closing-inherited.ts';
import {patience} from '../support/environment.ts';
import {program, run} from '../support/run.ts';
import {until} from '../support/files.ts';
import {type Sandbox} from '../support/sandbox.ts';
/** Who logs in; they differ in how `sudo` runs their commands: in a terminal of its own making, or in theirs. */
export const users = ['with-use-pty', 'without-use-pty'] as const;

export type User = (typeof users)[number];

const firstId = 64_100;
const loopback = '127.0.0.1';

/** A signal of ours to a process that may have ended meanwhile. */
export function signalTo(id: number, signal: NodeJS.Signals): void {
	try {
		process.kill(id, signal);
	} catch (error) {
		if ((error as NodeJS.ErrnoException).code !== 'ESRCH') {
			throw error;
		}
	}
}

/** Why there can be no machine here, or `false`. */
export async function whyNoMachine(): Promise<string | false> {
	if (process.getuid?.() !== 0) {
		return 'needs root';
	}

	const {stdout} = await run('bash', ['-c', 'PATH=$PATH:/usr/sbin:/sbin; for tool in sshd ssh ssh-keygen sudo unshare mount logger; do command -v "$tool" >&2 || echo "$tool"; done']);
	const missing = stdout.split('\n').filter(Boolean);

	if (missing.length > 0) {
		return `needs ${missing.join(', ')}`;
	}

	const {code} = await run('unshare', ['--mount', '--pid', '--fork', '--mount-proc', 'mount', '-t', 'tmpfs', 'tmpfs', '/run'], {code: 'any'});
	return code === 0 ? false : 'needs the right to make namespaces (CAP_SYS_ADMIN)';
}

async function findFreePort(): Promise<number> {
	const server = net.createServer();
	server.listen(0, loopback);
	await once(server, 'listening');
	const {port} = server.address() as net.AddressInfo;
	server.close();
	await once(server, 'close');
	return port;
}

async function isListening(port: number): Promise<boolean> {
	const socket = net.connect(port, loopback);

	try {
		await once(socket, 'connect');
		return true;
	} catch {
		return false;
	} finally {
		socket.destroy();
	}
}

/*
Runs as process 1 of its own namespaces, and ends with its input: when that process is gone, by whatever, the kernel ends all others there, and
the mounts are gone too.
*/
const bootScript = String.raw`
set -eu
PATH=$PATH:/usr/sbin:/sbin
cd "$1"
# All of /etc, as a single file that is mounted comes to light again when the machine's own is replaced.
mkdir etc
mount -t tmpfs -o mode=0755 tmpfs etc
cp -a /etc/. etc
for name in passwd shadow group; do cat "$name" >> "etc/$name"; done
cp sudoers etc
mount --move etc /etc
mount -t tmpfs -o mode=0755 tmpfs /run
mkdir /run/sshd
mount -t tmpfs -o mode=0755 tmpfs /var/log
options=()
# Of newer versions, which would shut out a client that is forever killed.
! sshd -t -f sshd_config -o PerSourcePenalties=no 2>/dev/null || options=(-o PerSourcePenalties=no)
"$(command -v sshd)" -D -e -f "$1/sshd_config" "\${options[@]}" </dev/null &
read -r _ || :
rm -rf "$1"
`.replaceAll(String.raw`\$`, '$');

/**
A server to log in to on loopback: a real `sshd` and a real `sudo`, on this very machine and its files, in mount and process namespaces with
users, rules of `sudo` and a `/run` and `/var/log` of their own. Nothing of it is left, and nothing of the machine's is changed, however the test ends.
*/
export class Machine {
	static async boot(): Promise<Machine> {
		const directory = await fs.mkdtemp(path.join(os.tmpdir(), 'logbackup-ssh-'));
		const machine = new this(directory, await findFreePort());

		try {
			await machine.#prepare();
			await machine.#start();
			return machine;
		} catch (error) {
			await machine[Symbol.asyncDispose]();
			throw error;
		}
	}

	readonly #directory: string;
	readonly #port: number;
	#init: ChildProcess | undefined;
	#said = '';

	private constructor(directory: string, port: number) {
		this.#directory = directory;
		this.#port = port;
	}

	/** Logs in, with a terminal, and runs a command there. `delay`: milliseconds that the line takes, each way. */
	connect(user: User, command: string, {delay = 0}: {readonly delay?: number} = {}): Terminal {
		const proxy = `ProxyCommand='${process.execPath}' '${path.join(import.meta.dirname, 'delay.ts')}' %h %p ${delay}`;
		return Terminal.start({
			command: 'ssh',
			args: [
				'-tt',
				'-F',
				'none',
				'-i',
				path.join(this.#directory, 'user'),
				'-p',
				String(this.#port),
				...(delay > 0 ? ['-o', proxy] : []),
				...['IdentitiesOnly=yes', 'BatchMode=yes', 'StrictHostKeyChecking=no', 'UserKnownHostsFile=/dev/null', 'LogLevel=ERROR', 'EscapeChar=none']
					.flatMap(option => ['-o', option]),
				`${user}@${loopback}`,
				command,
			],
		});
	}

	async [Symbol.asyncDispose](): Promise<void> {
		if (this.#init && this.#init.exitCode === null) {
			const ended = once(this.#init, 'exit');
			this.#init.stdin?.end();
			await ended;
		}

		await fs.rm(this.#directory, {recursive: true, force: true});
	}

	async #write(name: string, lines: readonly string[], mode = 0o644): Promise<void> {
		const file = path.join(this.#directory, name);
		await fs.writeFile(file, `${lines.join('\n')}\n`);
		await fs.chmod(file, mode);
	}

	async #prepare(): Promise<void> {
		const directory = this.#directory;
		// Users of the machine have to get at their program, and at nothing else.
		chmodSync(directory, 0o711);
		const bin = path.join(directory, 'bin');
		await fs.mkdir(bin, {mode: 0o755});

		await this.#write('passwd', users.map((user, index) => `${user}:x:${firstId + index}:${firstId + index}::/:/bin/bash`));
		await this.#write('shadow', users.map(user => `${user}:*:19000:0:99999:7:::`));
		await this.#write('group', users.map((user, index) => `${user}:x:${firstId + index}:`));
		await this.#write('sudoers', [
			'Defaults env_reset',
			`Defaults secure_path="${bin}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"`,
			'Defaults:with-use-pty use_pty',
			'Defaults:without-use-pty !use_pty',
			'root ALL=(ALL:ALL) ALL',
			...users.map(user => `${user} ALL=(ALL:ALL) NOPASSWD:SETENV: ALL`),
		], 0o440);
		await this.#write('bin/logbackup-tui', ['#!/bin/sh', `exec '${process.execPath}' '${program}' "$@"`], 0o755);
		// The real one, but that the system log is the test's.
		await this.#write('bin/logger', ['#!/bin/sh', 'exec /usr/bin/logger --socket "$LOGBACKUP_SANDBOX/syslog" "$@"'], 0o755);

		for (const key of ['host', 'user']) {
			await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', path.join(directory, key)]);
		}

		await fs.chmod(path.join(directory, 'user.pub'), 0o644);
		await this.#write('sshd_config', [
			`ListenAddress ${loopback}:${this.#port}`,
			`HostKey ${directory}/host`,
			`AuthorizedKeysFile ${directory}/user.pub`,
			'PidFile none',
			'UsePAM no',
			'StrictModes no',
			'PasswordAuthentication no',
			'KbdInteractiveAuthentication no',
			'UseDNS no',
			'PrintMotd no',
			'PrintLastLog no',
			'MaxStartups 100',
			'LogLevel ERROR',
		]);
	}

	async #start(): Promise<void> {
		const init = spawn(...closingInherited('unshare', [
			'--mount', '--pid', '--fork', '--kill-child', '--mount-proc', 'bash', '-c', bootScript, 'bash', this.#directory,
		]), {stdio: ['pipe', 'ignore', 'pipe'], env: {PATH: process.env.PATH, LANG: 'C.UTF-8'}});
		this.#init = init;
		init.stderr.on('data', (chunk: Uint8Array) => {
			this.#said += new TextDecoder().decode(chunk);
		});
		await until('sshd', async () => {
			if (init.exitCode !== null) {
				throw new Error(`The machine did not start: ${this.#said}`);
			}

			return isListening(this.#port);
		});
	}
}

/** What an administrator types, in a sandbox. */
export const sudo = (sandbox: Sandbox, args: readonly string[] = []): string =>
	['sudo', `LOGBACKUP_SANDBOX=${sandbox.root}`, 'logbackup-tui', ...sandbox.flags, '--jobs=2', ...args].join(' ');

const parentOf = async (id: number) => {
	const status = await fs.readFile(`/proc/${id}/status`, 'utf8');
	return {
		name: /^Name:\t(?<name>.*)$/mv.exec(status)?.groups?.name ?? '',
		parent: Number(/^PPid:\s+(?<parent>\d+)$/mv.exec(status)?.groups?.parent),
	};
};

/** The processes of `sshd` that serve the connection from which a process was started: all but the one that listens. */
export async function serversOf(id: number): Promise<number[]> {
	const servers: number[] = [];
	let next = id;

	while (next > 1) {
		const {name, parent} = await parentOf(next);

		if (name.startsWith('sshd')) {
			servers.push(next);
		}

		next = parent;
	}

	return servers.slice(0, -1);
}

/** The terminal of a process, as the kernel numbers it. */
export async function terminalOf(id: number): Promise<string> {
	const stat = await fs.readFile(`/proc/${id}/stat`, 'latin1');
	return stat.slice(stat.lastIndexOf(')') + 2).split(' ', 5)[4] ?? '';
}

/** A system log that takes down what it is told in a sandbox. */
export class SystemLog {
	static async listen(sandbox: Sandbox): Promise<SystemLog> {
		const log = new this();
		log.#server.listen(path.join(sandbox.root, 'syslog'));
		await once(log.#server, 'listening');
		return log;
	}

	#text = '';
	readonly #server = net.createServer(socket => {
		socket.setEncoding('utf8');
		socket.on('data', (chunk: string) => {
			this.#text += chunk;
		});
	});

	/** As `logger` sends them: priority, date, tag, process, and the message. */
	get lines(): string[] {
		return this.#text.split(/[\0\n]/v).filter(Boolean);
	}

	async waitForLine(): Promise<string> {
		return until('a line in the system log', () => this.lines[0], {timeout: patience});
	}

	async [Symbol.asyncDispose](): Promise<void> {
		this.#server.close();
		await once(this.#server, 'close');
	}
}
