import {Worker} from 'node:worker_threads';
import {DestinationError} from '../../files/errors.ts';
import {
	type SmallFile,
	type SmallFileResult,
	type ThreadData,
	type ThreadReply,
	type ThreadRequest,
	threadState,
} from './small-file-messages.ts';

/** Beside this module, in the source as in the bundle. */
const entryPoint = new URL(`small-file-worker${import.meta.url.endsWith('.ts') ? '.ts' : '.mjs'}`, import.meta.url);

/*
In MiB. It keeps nothing but one batch; V8's defaults would let garbage gather to many times that.
*/
const resourceLimits = {maxYoungGenerationSizeMb: 2, maxOldGenerationSizeMb: 24, stackSizeMb: 1};

const ended = 'a thread that copies small files ended';

type PendingRequest = {
	readonly take: (results: readonly SmallFileResult[]) => void;
	readonly resolve: (refused: readonly number[]) => void;
	readonly reject: (error: unknown) => void;
};

/** A thread that copies small files, seen from the main thread. It answers requests in their order. */
export class SmallFileThread {
	/** Resolves when it is ready. Rejects if there is no thread to be had. */
	static async start(data: Omit<ThreadData, 'state'>): Promise<SmallFileThread> {
		const state = new SharedArrayBuffer(threadState.length * Int32Array.BYTES_PER_ELEMENT);
		// The drafts it opens are closed by the main thread, once they are synced.
		const worker = new Worker(entryPoint, {
			workerData: {...data, state} satisfies ThreadData, resourceLimits, trackUnmanagedFds: false, execArgv: [],
		});
		await new Promise<void>((resolve, reject) => {
			worker.once('message', () => {
				resolve();
			});
			worker.once('error', reject);
			worker.once('exit', () => {
				reject(new Error(ended));
			});
		});
		return new SmallFileThread(worker, new Int32Array(state));
	}

	readonly #worker: Worker;
	readonly #state: Int32Array;
	readonly #pending: PendingRequest[] = [];
	#failure: Error | undefined;

	private constructor(worker: Worker, state: Int32Array) {
		this.#worker = worker;
		this.#state = state;
		worker.on('message', (message: ThreadReply) => {
			this.#hear(message);
		});
		worker.on('error', error => {
			this.#fail(error);
		});
		worker.on('exit', () => {
			this.#fail(new Error(ended));
		});
	}

	/** The number of the file that it is copying; 0 for none. */
	get current(): number {
		return Atomics.load(this.#state, threadState.current);
	}

	/**
	Copies files, until it is told to `halt`.

	@param take Told of results as they come.
	@throws {DestinationError} If the destination fails.
	*/
	async copy(files: readonly SmallFile[], take: PendingRequest['take']): Promise<void> {
		await this.#ask({kind: 'copy', files}, take);
	}

	/**
	Gives drafts their final names.

	@returns Which of them have none, by index, as something about the name is in the way.
	@throws {DestinationError} If the destination fails.
	*/
	async name(names: Extract<ThreadRequest, {kind: 'name'}>['names']): Promise<readonly number[]> {
		return this.#ask({kind: 'name', names}, () => undefined);
	}

	/** It begins no further file; requests to copy end after the one under way. */
	halt(): void {
		Atomics.store(this.#state, threadState.stop, 1);
	}

	async end(): Promise<void> {
		await this.#worker.terminate();
	}

	async #ask(request: ThreadRequest, take: PendingRequest['take']): Promise<readonly number[]> {
		return new Promise((resolve, reject) => {
			if (this.#failure) {
				reject(this.#failure);
				return;
			}

			this.#pending.push({take, resolve, reject});
			this.#worker.postMessage(request);
		});
	}

	#hear(message: ThreadReply): void {
		if (message.kind === 'results') {
			this.#pending[0]?.take(message.results);
		} else if (message.kind === 'end') {
			const pending = this.#pending.shift();

			if (message.failure) {
				const {message: text, ...facts} = message.failure;
				pending?.reject(new DestinationError(text, facts));
			} else {
				pending?.resolve(message.refused ?? []);
			}
		}
	}

	#fail(error: Error): void {
		this.#failure ??= error;

		for (const {reject} of this.#pending.splice(0)) {
			reject(this.#failure);
		}
	}
}
