import {once} from 'node:events';
import type {Socket} from 'node:net';
import type {EventLog} from './event-log.ts';

/** Bytes handed to a socket at once. */
const chunkSize = 64 * 1024;

/** Waits for that, or for the socket to be gone. */
async function settled(socket: Socket, event: 'drain' | 'finish'): Promise<void> {
	const over = new AbortController();
	await Promise.race([event, 'close'].map(async name => once(socket, name, {signal: over.signal}))).catch(() => undefined);
	over.abort();
}

/** Somebody who follows a run, and reads at a pace of their own: what they have not read yet waits in the log, and takes no memory. */
export class EventListener {
	/** Settles when they have been told all, or are gone. */
	readonly finished: Promise<void>;
	readonly #socket: Socket;
	readonly #log: EventLog;
	#position = 0;
	#status: string | undefined;
	#isOver = false;
	#wake: (() => void) | undefined;

	constructor(socket: Socket, log: EventLog) {
		this.#socket = socket;
		this.#log = log;
		socket.unref();
		socket.on('error', () => undefined);
		// Nothing is heard from them; but that they go is.
		socket.resume();
		socket.on('close', () => {
			this.#wake?.();
		});
		this.finished = this.#tell();
	}

	/** There is more in the log. */
	notice(): void {
		this.#wake?.();
	}

	/** Status of the run: of several, only the last is sent, to listeners who have read the rest. */
	noticeStatus(line: string): void {
		this.#status = line;
		this.#wake?.();
	}

	/** Nothing will be added to the log. */
	end(): void {
		this.#isOver = true;
		this.#wake?.();
	}

	/** Lets them go, whatever they have not read. */
	drop(): void {
		this.#socket.destroy();
	}

	async #tell(): Promise<void> {
		while (!this.#socket.destroyed) {
			if (this.#position < this.#log.end) {
				const {bytes, next} = this.#log.read(this.#position, chunkSize);
				this.#position = next;
				await this.#write(bytes);
			} else if (this.#isOver) {
				this.#socket.end();
				await settled(this.#socket, 'finish');
				return;
			} else if (this.#status === undefined) {
				await new Promise<void>(resolve => {
					this.#wake = resolve;
				});
			} else {
				const status = this.#status;
				this.#status = undefined;
				await this.#write(status);
			}
		}
	}

	async #write(data: string | Buffer): Promise<void> {
		if (!this.#socket.write(data)) {
			await settled(this.#socket, 'drain');
		}
	}
}
