import {once} from 'node:events';
import {unlink} from 'node:fs/promises';
import {createServer, type Server, type Socket} from 'node:net';
import type {BackupEvent} from '../backup/events.ts';
import type {Directory} from '../files/directory.ts';
import {errorCode} from '../files/errors.ts';
import {EventListener} from './event-listener.ts';
import {EventLog} from './event-log.ts';
import {formatEvent} from './json-lines.ts';

/** A Unix socket in the directory of the sets, which only its owner can enter. */
export const socketName = '.socket';

/** File for events that do not fit into memory; its name exists for a moment only. */
const logName = '.events';

/** Time for listeners to read on after the end of the run, in milliseconds. */
const patience = 3000;

/** Of the owner alone, from its first moment on, whatever the process's umask is: whoever may write to a socket can connect. */
const umaskOfSocket = 0o177;

/** Where there are no sockets, some file systems (exFAT in FUSE) make an empty file of that name, and then fail. */
async function listening(server: Server, location: string): Promise<void> {
	try {
		await once(server, 'listening');
	} catch (error) {
		await unlink(location).catch(() => undefined);
		throw error;
	}
}

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
			await unlink(destination.at(logName)).catch(() => undefined);
			const eventServer = new EventServer(server, new EventLog(destination.at(logName)));
			const umask = process.umask(umaskOfSocket);

			try {
				server.listen(location);
			} finally {
				process.umask(umask);
			}

			await listening(server, location);
			server.unref();
			return eventServer;
		} catch {
			return undefined;
		}
	}

	readonly #server: Server;
	readonly #log: EventLog;
	readonly #listeners = new Set<EventListener>();
	#status = '';
	#isClosed = false;

	private constructor(server: Server, log: EventLog) {
		this.#server = server;
		this.#log = log;
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

			for (const listener of this.#listeners) {
				listener.noticeStatus(line);
			}

			return;
		}

		this.#log.append(line);

		for (const listener of this.#listeners) {
			listener.notice();
		}
	}

	/**
	Tells listeners the last event, and lets them read to the end, but not for ever. The socket's name is gone at once, and nothing is published
	after.
	*/
	close(last: BackupEvent): void {
		this.publish(last);
		this.#server.close();
		this.#isClosed = true;

		for (const listener of this.#listeners) {
			listener.end();
		}

		void this.#letGo();
	}

	/** Those who do not read would else hold the process of a run that is over, and whoever waits for it. */
	async #letGo(): Promise<void> {
		const timer = setTimeout(() => {
			for (const listener of this.#listeners) {
				listener.drop();
			}
		}, patience);
		await Promise.all([...this.#listeners].map(async ({finished}) => finished));
		this.#log.close();
		clearTimeout(timer);
	}

	#welcome(socket: Socket): void {
		if (this.#isClosed) {
			socket.destroy();
			return;
		}

		const listener = new EventListener(socket, this.#log);

		if (this.#status !== '') {
			listener.noticeStatus(this.#status);
		}

		this.#listeners.add(listener);
		socket.on('close', () => {
			this.#listeners.delete(listener);
		});
	}
}
