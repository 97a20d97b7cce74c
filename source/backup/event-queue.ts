import type {BackupEvent} from './events.ts';

/**
Takes events from many producers and hands them to one consumer in order. A consumer that cannot keep up finds one status where there
were many: each tells all that the ones before it did.
*/
export class EventQueue {
	#events: BackupEvent[] = [];
	#isClosed = false;
	#wake: (() => void) | undefined;

	push(event: BackupEvent): void {
		if (event.message_type === 'status' && this.#events.at(-1)?.message_type === 'status') {
			this.#events.pop();
		}

		this.#events.push(event);
		this.#wake?.();
	}

	/** Ends the iteration once what was pushed has been taken. */
	close(): void {
		this.#isClosed = true;
		this.#wake?.();
	}

	async * [Symbol.asyncIterator](): AsyncGenerator<BackupEvent> {
		for (;;) {
			const events = this.#events;
			this.#events = [];
			yield * events;

			if (this.#events.length > 0) {
				continue;
			}

			if (this.#isClosed) {
				return;
			}

			await new Promise<void>(resolve => {
				this.#wake = resolve;
			});
		}
	}
}
