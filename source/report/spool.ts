import {randomBytes} from 'node:crypto';
import {once} from 'node:events';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {EventLog} from '../process/event-log.ts';

/** Most bytes that wait in memory for a reader. */
const maximumBacklog = 256 * 1024;

/** Bytes handed on at once. */
const chunkSize = 64 * 1024;

/** A stream whose reader may be slow: what it has not read waits in a file without a name, in the directory for temporary files. */
export class Spool {
	readonly #stream: NodeJS.WriteStream;
	#log: EventLog | undefined;
	#emptying: Promise<void> | undefined;
	#loss: unknown;

	constructor(stream: NodeJS.WriteStream) {
		this.#stream = stream;
	}

	/** Whether something waits there. */
	get isInUse(): boolean {
		return this.#log !== undefined;
	}

	write(text: string): void {
		if (!this.#log && this.#stream.writableLength < maximumBacklog) {
			this.#stream.write(text);
			return;
		}

		if (this.#log) {
			this.#log.append(text);
			return;
		}

		this.#log = new EventLog(Buffer.from(path.join(tmpdir(), `.logbackup-${process.pid}-${randomBytes(6).toString('hex')}`)));
		this.#log.append(text);
		this.#emptying = this.#empty(this.#log);
	}

	/** Resolves when nothing waits any more, with why something is lost, if it is. */
	async emptied(): Promise<unknown> {
		await this.#emptying;
		return this.#loss;
	}

	async #empty(log: EventLog): Promise<void> {
		for (let position = 0; position < log.end && !this.#stream.destroyed;) {
			if (this.#stream.writableNeedDrain && !await this.#drained()) {
				break;
			}

			const {bytes, next} = log.read(position, chunkSize);
			position = next;
			this.#stream.write(bytes);
		}

		this.#loss ??= log.loss;
		log.close();
		this.#log = undefined;
	}

	/** Whether more can be written. */
	async #drained(): Promise<boolean> {
		try {
			await once(this.#stream, 'drain');
			return true;
		} catch {
			// Its reader is gone, or its disk full: who made the stream is told as well.
			return false;
		}
	}
}
