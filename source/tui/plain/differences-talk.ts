/*
How two sets differ, by lines.
*/
import {pageLines} from '../pages.ts';
import type {Desk, Talk} from './talk.ts';
import {Viewer} from './viewer.ts';
import {readOut} from './voice.ts';

async function * each(lines: readonly string[]): AsyncGenerator<string> {
	yield * lines;
}

/** Says how two sets differ, a page at a time, and goes back to the list of sets. */
export class DifferencesTalk implements Talk {
	readonly #desk: Desk;
	#viewer: Viewer | undefined;

	constructor(desk: Desk) {
		this.#desk = desk;
	}

	async enter(): Promise<void> {
		await this.#desk.wait(({screen, browse}) => screen !== 'diff' || browse.comparison !== undefined, 'Comparing.');
		const {state, voice, settings} = this.#desk;

		if (state.screen === 'diff' && !state.exit) {
			this.#viewer = new Viewer(each(readOut(pageLines(state))), voice, settings.page);
			await this.#viewer.print();
			this.#leave();
		}
	}

	prompt(): string | undefined {
		return this.#viewer?.prompt();
	}

	async take(line: string): Promise<void> {
		await this.#viewer?.take(line);
		this.#leave();
	}

	#leave(): void {
		if (this.#viewer?.isOver) {
			this.#viewer = undefined;
			this.#desk.command('back');
		}
	}
}
