/* A server on loopback that counts what it is asked, and fails as it is told to. */
import {once} from 'node:events';
import fs from 'node:fs/promises';
import http, {type IncomingMessage, type RequestListener, type ServerResponse} from 'node:http';
import type {AddressInfo, Socket} from 'node:net';
import {pipeline} from 'node:stream/promises';

/** A request, before it is served. */
export type Asked = {
	/** 1 for the first since the count began. */
	readonly number: number;
	readonly method: string;
	/** Path and query, decoded. */
	readonly target: string;
	/** Who asks. */
	readonly pid: () => Promise<number>;
};

/** What becomes of a request: an answer with that status alone; the connection cut before it is served; or cut once half of its content has been handed on. */
export type Verdict = 'serve' | 'cut' | 'halve' | {readonly status: number};

const loopback = (port: number) => `0100007F:${port.toString(16).toUpperCase().padStart(4, '0')}`;

/**
The process at the other end of a connection over loopback. Both ports are looked for: the kernel gives one port to connections to several servers, ended ones among them.
@throws {Error} where it is no rclone.
*/
async function findPid({remotePort, localPort}: Socket): Promise<number> {
	const table = await fs.readFile('/proc/net/tcp', 'utf8');
	const inode = table.split('\n').map(line => line.trim().split(/\s+/v))
		.find(fields => fields[1] === loopback(remotePort!) && fields[2] === loopback(localPort!))?.[9];

	for (const pid of (await fs.readdir('/proc')).filter(name => /^\d+$/v.test(name))) {
		try {
			if ((await fs.readFile(`/proc/${pid}/comm`, 'utf8')).trim() !== 'rclone') {
				continue;
			}

			for (const descriptor of await fs.readdir(`/proc/${pid}/fd`)) {
				if (await fs.readlink(`/proc/${pid}/fd/${descriptor}`).catch(() => '') === `socket:[${inode}]`) {
					return Number(pid);
				}
			}
		} catch {
			// Ended just now.
		}
	}

	throw new Error(`no rclone has the connection from port ${remotePort} (its socket: ${inode})`);
}

/** Stands before a server, which is asked through it. */
export class Gate implements AsyncDisposable {
	static async open(serve: RequestListener): Promise<Gate> {
		const gate = new Gate(serve);
		gate.#server.listen(0, '127.0.0.1');
		await once(gate.#server, 'listening');
		return gate;
	}

	/** Judges each request; by default all are served. */
	judge: (asked: Asked) => Verdict | Promise<Verdict> = () => 'serve';
	/** Requests, and bytes of their content, since the count began. */
	requests = 0;
	bytes = 0;
	readonly #serve: RequestListener;
	readonly #server: http.Server;

	private constructor(serve: RequestListener) {
		this.#serve = serve;
		this.#server = http.createServer((request, response) => {
			void this.#take(request, response);
		});
		// It would end a connection just when something is asked by it.
		this.#server.keepAliveTimeout = 0;
	}

	get port(): number {
		return (this.#server.address() as AddressInfo).port;
	}

	/** Begins to count anew, and serves all. */
	reset(): void {
		this.requests = 0;
		this.bytes = 0;
		this.judge = () => 'serve';
	}

	async [Symbol.asyncDispose](): Promise<void> {
		this.#server.close();
		this.#server.closeAllConnections();
		await once(this.#server, 'close');
	}

	async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
		this.requests++;
		const {method = '', url = '', socket} = request;
		const asked: Asked = {
			number: this.requests, method, target: decodeURIComponent(url), pid: async () => findPid(socket),
		};
		const verdict = await this.judge(asked);

		if (verdict === 'cut') {
			socket.destroy();
		} else if (typeof verdict === 'object') {
			request.resume();
			response.writeHead(verdict.status).end();
		} else {
			this.#count(request, verdict === 'halve');
			this.#serve(request, response);
		}
	}

	#count(request: IncomingMessage, isHalved: boolean): void {
		const half = Number(request.headers['content-length'] ?? 0) / 2;
		let length = 0;
		request.on('data', (chunk: Buffer) => {
			length += chunk.length;
			this.bytes += chunk.length;

			if (isHalved && length > half) {
				request.socket.destroy();
			}
		});
		request.pause();
	}
}

/** Serves by asking another server on loopback. */
export const forwardTo = (port: number): RequestListener => (request, response) => {
	const {method, url: path, headers} = request;
	const forwarded = http.request({
		host: '127.0.0.1', port, method, path, headers, agent: false,
	});
	forwarded.once('response', answer => {
		response.writeHead(answer.statusCode!, answer.headers);
		pipeline(answer, response).catch(() => undefined);
	});
	forwarded.on('error', () => {
		response.destroy();
	});
	pipeline(request, forwarded).catch(() => undefined);
};
