import {displayName} from '../../text/display-name.ts';
import {formatNumber} from '../../text/format.ts';
import type {Voice} from './voice.ts';

/** Longer lines are cut to so many bytes: nobody reads them. */
const longest = 1000;

const newline = 10;

/** The parts of a chunk between its newlines; `isWhole`: a newline ends it. */
function * partsOf(chunk: Buffer): Generator<{readonly part: Buffer; readonly isWhole: boolean}> {
	let from = 0;

	for (let end = chunk.indexOf(newline); end !== -1; end = chunk.indexOf(newline, from)) {
		yield {part: chunk.subarray(from, end), isWhole: true};
		from = end + 1;
	}

	yield {part: chunk.subarray(from), isWhole: false};
}

/** The lines of a content, harmless to print, long ones cut. */
export async function * viewerLines(chunks: AsyncIterable<Buffer>): AsyncGenerator<string> {
	let kept = Buffer.alloc(0);
	let isCut = false;

	const take = (): string => {
		const text = `${displayName(kept)}${isCut ? '…' : ''}`;
		kept = Buffer.alloc(0);
		isCut = false;
		return text;
	};

	for await (const chunk of chunks) {
		for (const {part, isWhole} of partsOf(chunk)) {
			isCut ||= kept.length + part.length > longest;
			kept = Buffer.concat([kept, part.subarray(0, longest - kept.length)]);

			if (isWhole) {
				yield take();
			}
		}
	}

	if (kept.length > 0) {
		yield take();
	}
}

/** Prints lines a page at a time, as they are asked for. */
export class Viewer {
	readonly #lines: AsyncIterator<string>;
	readonly #voice: Voice;
	readonly #page: number;
	readonly #ended = Promise.withResolvers<void>();
	#next: IteratorResult<string> | undefined;
	#printed = 0;
	#isOver = false;

	/** @param page Lines that are printed at once. */
	constructor(lines: AsyncIterator<string>, voice: Voice, page: number) {
		this.#lines = lines;
		this.#voice = voice;
		this.#page = page;
	}

	/** Resolves when all is printed, or nobody wants more. Rejects with what the lines throw; to be waited for by whoever opened them. */
	get ended(): Promise<void> {
		return this.#ended.promise;
	}

	/** There is no more to print, or nobody wants it. */
	get isOver(): boolean {
		return this.#isOver;
	}

	/** The message of how much has been printed, for `more`. */
	prompt(): string {
		return `${formatNumber(this.#printed)} lines. Enter prints more, q ends: `;
	}

	/** Prints the next page. */
	async print(): Promise<void> {
		try {
			await this.#printPage();
		} catch (error) {
			this.#isOver = true;
			this.#ended.reject(error);
		}
	}

	/** Ends it before its end. */
	close(): void {
		this.#isOver = true;
		this.#ended.resolve();
	}

	/** Does what a line asks for that was typed after a page. */
	async take(line: string): Promise<void> {
		const word = line.trim().toLowerCase();

		if (['', 'm', 'more'].includes(word)) {
			await this.print();
		} else {
			this.close();
		}
	}

	async #printPage(): Promise<void> {
		this.#next ??= await this.#lines.next();

		for (let count = 0; count < this.#page && !this.#next.done && !this.#isOver; count++) {
			this.#voice.say(this.#next.value);
			this.#printed++;
			this.#next = await this.#lines.next();
		}

		if (this.#next.done) {
			this.#voice.say(this.#printed === 0 ? 'It is empty.' : 'End.');
			this.close();
		}
	}
}
