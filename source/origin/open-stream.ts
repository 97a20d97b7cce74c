import {toSourceError} from '../files/errors.ts';
import {privateMode} from '../files/modes.ts';
import type {
	OpenSource,
	Reached,
	Reading,
	ReadSource,
} from './open-source.ts';
import type {Stream, StreamEntry} from './stream-source.ts';

/**
Waits for a stream, but not for one that hangs.

@throws {SourceError} If the stream fails.
@throws The signal's reason, as soon as it is aborted.
*/
async function orStop<Result>(work: Promise<Result>, signal: AbortSignal): Promise<Result> {
	const {promise: stopped, reject} = Promise.withResolvers<never>();
	const stop = () => {
		reject(signal.reason as Error);
	};

	signal.addEventListener('abort', stop, {once: true});

	try {
		signal.throwIfAborted();
		return await Promise.race([work, stopped]);
	} catch (error) {
		// Nobody hears of what becomes of it after that.
		work.catch(() => undefined);
		signal.throwIfAborted();
		throw toSourceError(error);
	} finally {
		signal.removeEventListener('abort', stop);
	}
}

/** Reads a stream into buffers of any length. */
class ReadingStream implements Reading {
	readonly expected: number;
	readonly modified: number;
	readonly #entry: StreamEntry;
	readonly #stream: Stream;
	readonly #pieces: AsyncIterator<Buffer>;
	readonly #signal: AbortSignal;
	readonly #advance: (bytes: number) => void;
	/** Received, and not yet asked for. */
	#rest: Buffer = Buffer.alloc(0);
	#isAtEnd = false;
	#bytesRead = 0;

	constructor(entry: StreamEntry, stream: Stream, signal: AbortSignal, advance: (bytes: number) => void) {
		this.expected = entry.size;
		this.modified = entry.modified;
		this.#entry = entry;
		this.#stream = stream;
		this.#pieces = stream.content[Symbol.asyncIterator]();
		this.#signal = signal;
		this.#advance = advance;
	}

	reached(): Reached | undefined {
		return this.#stream.reached?.();
	}

	async isCompressed(): Promise<boolean> {
		return false;
	}

	async read(into: Buffer): Promise<number> {
		let filled = 0;

		while (filled < into.length && !this.#isAtEnd) {
			if (this.#rest.length === 0) {
				await this.#draw();
				continue;
			}

			const taken = this.#rest.copy(into, filled);
			this.#rest = this.#rest.subarray(taken);
			filled += taken;
		}

		return filled;
	}

	async finish(path: Buffer): Promise<ReadSource> {
		const {notes = [], facts, isMixed = false} = await orStop(this.#stream.finish(), this.#signal);
		const mtimeNs = BigInt(Math.floor(this.modified)) * 1_000_000n;
		// It has no owner and no mode of its own: its copy is for whoever read it.
		const [uid, gid] = [process.geteuid!(), process.getegid!()];
		return {
			metadata: {
				uid, gid, mode: privateMode, mtimeNs,
			},
			isMixed,
			record: {
				path,
				from: this.#entry.from,
				...(facts && {facts}),
				notes,
				bytesIn: this.#bytesRead,
				source: {
					size: this.#bytesRead, mtime_ns: String(mtimeNs), mode: privateMode.toString(8).padStart(4, '0'), uid, gid,
				},
			},
		};
	}

	async #draw(): Promise<void> {
		const next = await orStop(this.#pieces.next(), this.#signal);

		if (next.done === true) {
			this.#isAtEnd = true;
			return;
		}

		this.#rest = next.value;
		this.#bytesRead += next.value.length;
		this.#advance(next.value.length);
	}
}

/** A stream that is open. To be read again, it is opened again. */
export class OpenStream implements OpenSource {
	/**
	@param open Opens it.
	@throws {SourceError} If it cannot be opened.
	@throws The signal's reason, as soon as it is aborted; what opens after that is closed.
	*/
	static async open(entry: StreamEntry, open: () => Promise<Stream>, signal: AbortSignal): Promise<OpenStream> {
		const source = new OpenStream(entry, open, signal);
		await source.#open();
		return source;
	}

	readonly #entry: StreamEntry;
	readonly #openStream: () => Promise<Stream>;
	readonly #signal: AbortSignal;
	#stream: Stream | undefined;
	#isBegun = false;

	private constructor(entry: StreamEntry, open: () => Promise<Stream>, signal: AbortSignal) {
		this.#entry = entry;
		this.#openStream = open;
		this.#signal = signal;
	}

	async begin(advance: (bytes: number) => void): Promise<Reading> {
		if (this.#isBegun) {
			await this.#stream?.close();
			await this.#open();
		}

		this.#isBegun = true;
		return new ReadingStream(this.#entry, this.#stream!, this.#signal, advance);
	}

	async [Symbol.asyncDispose](): Promise<void> {
		await this.#stream?.close();
	}

	async #open(): Promise<void> {
		const opening = this.#openStream();

		try {
			this.#stream = await orStop(opening, this.#signal);
		} catch (error) {
			void opening.then(async stream => stream.close()).catch(() => undefined);
			throw error;
		}
	}
}
