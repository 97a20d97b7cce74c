import type {Action} from '../actions.ts';
import type {ShowContent} from '../sets/browser.ts';
import type {Desk} from './talk.ts';
import {viewerLines, Viewer} from './viewer.ts';

/** Prints what is in a file, a page at a time, in place of a pager. */
export class Printer {
	readonly #desk: Desk;
	#viewer: Viewer | undefined;
	/** Resolves when the file under way has been let go of. */
	#printing: Promise<void> | undefined;

	constructor(desk: Desk) {
		this.#desk = desk;
	}

	/** The prompt between pages; nothing where no file is being printed. */
	prompt(): string | undefined {
		return this.#viewer?.prompt();
	}

	/** Prints no more. Resolves when the file has been let go of; nothing where none is printed. */
	stop(): Promise<void> | undefined {
		this.#viewer?.close();
		return this.#printing;
	}

	/** Does what a line asks for that was typed after a page. Resolves with whether that was the end of it. */
	async turn(line: string): Promise<boolean> {
		await this.#viewer?.take(line);
		return this.#hasEnded();
	}

	/**
	Prints the first page; the rest on demand.

	@param open Opens the content, hands it over, and resolves with what is to be told of it.
	@param over What the state is told when it has ended.
	*/
	async print(open: (show: ShowContent) => Promise<string | undefined>, over: (problem: string | undefined) => Action): Promise<void> {
		const {voice, settings, store} = this.#desk;
		const {promise: firstPage, resolve: hasPrinted} = Promise.withResolvers<void>();

		const show = async () => {
			let problem: string | undefined;

			try {
				problem = await open(async chunks => {
					const viewer = new Viewer(viewerLines(chunks), voice, settings.page);
					this.#viewer = viewer;
					await viewer.print();
					hasPrinted();
					await viewer.ended;
					return undefined;
				});
			} catch (error) {
				problem = error instanceof Error ? error.message : String(error);
			}

			this.#viewer = undefined;
			this.#printing = undefined;
			store.dispatch(over(problem));
		};

		this.#printing = show();
		await Promise.race([firstPage, this.#printing]);
		await this.#hasEnded();
	}

	/** Whether all was printed, or nobody wants more; the file is closed then. */
	async #hasEnded(): Promise<boolean> {
		if (this.#viewer && !this.#viewer.isOver) {
			return false;
		}

		await this.#printing;
		return true;
	}
}
