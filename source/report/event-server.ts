import {once} from 'node:events';
import {unlink} from 'node:fs/promises';
import {createServer, type Server, type Socket} from 'node:net';
import type {BackupEvent} from '../backup/events.ts';
import type {Directory} from '../files/directory.ts';
import {errorCode} from '../files/errors.ts';
import {formatEvent} from './json-lines.ts';

/** A Unix socket in the directory of the sets, which only its owner can enter. */
export const socketName = '.socket';

/** A listener so far behind, in bytes, is let go: it can connect again and is told everything anew. */
const maximumBacklog = 64 * 1024 * 1024;

/**
Lets others follow a run that is under way: whoever connects is told all events so far (of the statuses only the last) and then what comes, as JSON
Lines. Nothing that a listener does, or fails to do, reaches the run.
*/
export class EventServer {
	/** @returns `undefined` if there can be none, such as on a file system without sockets: the run does without. */
	static async listen(destination: Directory): Promise<EventServer | undefined> {
		const location = destination.at(socketName).toString();

		try {
			// A killed run leaves its socket behind. Ours is the lock, so nobody else is using it.
			await unlink(location).catch((error: unknown) => {
				if (errorCode(error) !== 'ENOENT') {
					throw error;
				}
			});
			const server = createServer();
			const eventServer = new EventServer(server);
			server.listen(location);
			await once(server, 'listening');
			server.unref();
			return eventServer;
		} catch {
			return undefined;
		}
	}

	readonly #server: Server;
	readonly #listeners = new Set<Socket>();
	readonly #history: string[] = [];
	#status = '';
	#isClosed = false;

	private constructor(server: Server) {
		this.#server = server;
		server.on('connection', socket => {
			this.#welcome(socket);
		});
		server.on('error', () => undefined);
	}

	publish(event: BackupEvent): void {
		if (this.#isClosed) {
			return;
		}

		const line = formatEvent(event);

		if (event.message_type === 'status') {
			this.#status = line;
		} else {
			this.#history.push(line);
		}

		for (const listener of this.#listeners) {
			if (listener.writableLength > maximumBacklog) {
				listener.destroy();
			} else {
				listener.write(line);
			}
		}
	}

	/** Tells listeners the last event, lets them read to the end, and goes. The socket's name is gone at once, and nothing is published after. */
	close(last: BackupEvent): void {
		this.publish(last);
		this.#server.close();
		this.#isClosed = true;

		for (const listener of this.#listeners) {
			listener.end();
		}
	}

	#welcome(socket: Socket): void {
		socket.unref();
		socket.on('error', () => undefined);
		socket.on('close', () => {
			this.#listeners.delete(socket);
		});
		socket.resume();
		socket.write(this.#history.join('') + this.#status);
		this.#listeners.add(socket);

		if (this.#isClosed) {
			socket.end();
		}
	}
}
