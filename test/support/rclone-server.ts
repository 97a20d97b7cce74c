/* Remotes for tests: real servers of rclone on loopback, or a directory. */
import {spawn, type ChildProcess} from 'node:child_process';
import {once} from 'node:events';
import fs from 'node:fs/promises';
import path from 'node:path';
import {closingInherited} from './closing-inherited.ts';
import {cleanEnvironment} from './environment.ts';
import {run} from './run.ts';
import type {Sandbox} from './sandbox.ts';

export type RemoteKind = 'webdav' | 'sftp';

/** What no output may show. */
export const secret = 'hunter2-of-the-remote';

const address = /(?:started on http:\/\/|listening on )127\.0\.0\.1:(?<port>\d+)/v;

const serverArguments = (kind: RemoteKind, directory: string, port: string) =>
	['serve', kind, directory, `--addr=127.0.0.1:${port}`, '--user=logs', `--pass=${secret}`, '--dir-cache-time=0s', '--verbose'];

/** A remote that is called `nas`, with a configuration of rclone that leads there. */
export class RemoteFixture implements AsyncDisposable {
	/**
	A server that keeps what it is sent in a directory of the sandbox.

	@param through Gives the port by which rclone is to ask it.
	*/
	static async serve(sandbox: Sandbox, kind: RemoteKind, through: (port: number) => Promise<number> = async port => port): Promise<RemoteFixture> {
		const fixture = new RemoteFixture(sandbox, kind);
		await fs.mkdir(fixture.directory);
		await fixture.start();
		const port = await through(Number(fixture.#port));
		const {stdout: obscured} = await run('rclone', ['obscure', secret], {env: fixture.env});
		const place = kind === 'webdav' ? `url = http://127.0.0.1:${port}\nvendor = other` : `host = 127.0.0.1\nport = ${port}`;
		await fixture.#configure(`type = ${kind}\n${place}\nuser = logs\npass = ${obscured}`);
		return fixture;
	}

	/** A directory that rclone takes for a remote, without any server. */
	static async directory(sandbox: Sandbox): Promise<RemoteFixture> {
		const fixture = new RemoteFixture(sandbox, 'webdav');
		await fs.mkdir(fixture.directory);
		await fixture.#configure(`type = alias\nremote = ${fixture.directory}`);
		return fixture;
	}

	/** Whatever the configuration leads to. */
	static async configured(sandbox: Sandbox, configuration: string): Promise<RemoteFixture> {
		const fixture = new RemoteFixture(sandbox, 'webdav');
		await fixture.#configure(configuration);
		return fixture;
	}

	/** Where the remote has its files. */
	readonly directory: string;
	/** For programs that are to find it. */
	readonly env: Readonly<Record<string, string>>;
	readonly #kind: RemoteKind;
	#port = '0';
	#server: ChildProcess | undefined;

	private constructor({root, env}: Sandbox, kind: RemoteKind) {
		this.directory = path.join(root, 'nas');
		this.#kind = kind;
		// A server for SFTP makes itself a key.
		this.env = {...env, RCLONE_CONFIG: path.join(root, 'rclone.conf'), XDG_CACHE_HOME: path.join(root, 'cache')};
	}

	/** Starts the server, again at the same address. */
	async start(): Promise<void> {
		const server = spawn(...closingInherited('rclone', serverArguments(this.#kind, this.directory, this.#port)), {env: {...cleanEnvironment(), ...this.env}, stdio: ['ignore', 'ignore', 'pipe']});
		this.#server = server;
		let said = '';

		for await (const chunk of server.stderr.setEncoding('utf8').iterator({destroyOnReturn: false}) as AsyncIterable<string>) {
			said += chunk;
			const port = address.exec(said)?.groups?.port;

			if (port !== undefined) {
				this.#port = port;
				server.stderr.resume();
				return;
			}
		}

		throw new Error(`rclone serve has ended: ${said}`);
	}

	/** Ends the server as a power failure would. */
	async stop(): Promise<void> {
		const server = this.#server;
		this.#server = undefined;

		if (server?.exitCode === null) {
			server.kill('SIGKILL');
			await once(server, 'exit');
		}
	}

	async [Symbol.asyncDispose](): Promise<void> {
		await this.stop();
	}

	async #configure(text: string): Promise<void> {
		await fs.writeFile(this.env.RCLONE_CONFIG!, `[nas]\n${text}\n`, {mode: 0o600});
	}
}

/** The lines of an output as JSON. */
export const jsonLines = (text: string): ReadonlyArray<Readonly<Record<string, unknown>>> =>
	text.split('\n').filter(line => line !== '').map(line => JSON.parse(line) as Readonly<Record<string, unknown>>);
