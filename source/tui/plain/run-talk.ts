/*
While a backup runs, and when it is over, by lines.
*/
import {setTimeout} from 'node:timers/promises';
import {formatCount} from '../../text/format.ts';
import {rowAt, rowCount} from '../run/outcome-list.ts';
import {outcomeDetail} from '../run/outcome-text.ts';
import {canRetry, isRefused, reportOf} from '../run/run-result.ts';
import {keyContext} from '../meanings.ts';
import {pageLines} from '../pages.ts';
import {keyTable} from '../screens.ts';
import type {State} from '../state.ts';
import {quote} from './numbers.ts';
import {runChange, steer, stopQuestion} from './steering.ts';
import type {Desk, Talk} from './talk.ts';
import {readOut} from './voice.ts';

/** Milliseconds between two answers while a backup runs, to whom types without end (`yes`). */
const answerPause = 200;

/** The words for lists of files by outcome. */
const listWords = {
	l: 'first', list: 'first', m: 'next', more: 'next', f: 'failed', failed: 'failed',
} as const;

/** Prints what became of each file, a page at a time. */
class OutcomePages {
	readonly #desk: Desk;
	#printed = 0;

	constructor(desk: Desk) {
		this.#desk = desk;
	}

	/** @returns Whether the word asked for a list. */
	print(word: string): boolean {
		const what = Object.hasOwn(listWords, word) ? listWords[word as keyof typeof listWords] : undefined;

		if (what === 'failed') {
			this.#printFailed();
		} else if (what) {
			this.#printed = what === 'first' ? 0 : this.#printed;
			this.#printNext();
		}

		return what !== undefined;
	}

	#printFailed(): void {
		const {voice, state: {run}} = this.#desk;
		const {failures} = reportOf(run);
		voice.sayAll(failures.length === 0 ? ['No file failed.'] : failures.map(({path, error}) => `FAILED ${path}: ${error.message}`));
	}

	#printNext(): void {
		const {voice, settings, state: {run}} = this.#desk;
		const count = rowCount(run);
		const start = Math.min(this.#printed, count);
		this.#printed = Math.min(count, start + settings.page);

		for (let number = start; number < this.#printed; number++) {
			const row = rowAt(run, number);
			voice.say(row.name === undefined ? `waiting: ${formatCount(row.count, 'more file')}` : `${row.outcome.word} ${outcomeDetail(row)}`);
		}

		voice.say(count === 0 ? 'Nothing yet.' : (this.#printed < count ? `1 to ${this.#printed} of ${formatCount(count, 'file')}. m lists more.` : 'There is no more; l lists from the start.'));
	}
}

/** While a backup runs. */
export class RunTalk implements Talk {
	readonly #desk: Desk;
	readonly #pages: OutcomePages;
	#lastSaid = '';

	constructor(desk: Desk) {
		this.#desk = desk;
		this.#pages = new OutcomePages(desk);
		desk.store.subscribe((next, previous) => {
			this.#follow(next, previous);
		});
	}

	async enter(): Promise<void> {
		const {voice, state: {run}} = this.#desk;

		if (run.isAttached) {
			voice.say('A backup is under way already; this follows it.');
		}
	}

	prompt(): undefined {
		return undefined;
	}

	async take(line: string): Promise<void> {
		const {run} = this.#desk.state;
		const isListed = run.stop === 'no' && this.#pages.print(line.trim().toLowerCase());

		if (!isListed) {
			const answer = steer(line, run);

			if ('command' in answer) {
				this.#desk.command(answer.command);
				return;
			}

			this.#say(answer.say);
		}

		if (this.#desk.settings.isScripted) {
			await setTimeout(answerPause);
		}
	}

	/** Answers a line that was too long. */
	refuse(text: string): void {
		this.#say([text]);
	}

	#say(lines: readonly string[]): void {
		const {voice, settings, state: {run}} = this.#desk;
		const text = lines.join('\n');

		// An operator who types without end is told once.
		if (!settings.isScripted || text !== this.#lastSaid) {
			voice.sayAll(lines);
			this.#lastSaid = text;
		}

		if (run.stop === 'asking') {
			voice.ask(stopQuestion);
		}
	}

	/** Says what has come of what was asked for. */
	#follow({run, screen, exit}: State, {run: previous}: State): void {
		if (run === previous || screen !== 'run' || exit) {
			return;
		}

		const {voice} = this.#desk;
		const said = runChange(run, previous);

		if (said !== undefined) {
			voice.say(said);
		}

		if (run.stop === 'asking' && previous.stop !== 'asking') {
			voice.ask(stopQuestion);
		}
	}
}

/** When a backup is over. Unless something failed that can be tried again, there is nothing to ask: the last words say all. */
export class SummaryTalk implements Talk {
	readonly #desk: Desk;
	readonly #pages: OutcomePages;

	constructor(desk: Desk) {
		this.#desk = desk;
		this.#pages = new OutcomePages(desk);
	}

	async enter(): Promise<void> {
		const {state, settings, voice} = this.#desk;

		if (!settings.isScripted && isRefused(state.run)) {
			voice.sayAll(readOut(pageLines(state)));
			this.#desk.command('choose');
			return;
		}

		if (settings.isScripted || !canRetry(state)) {
			this.#desk.command('finish');
			return;
		}

		voice.say(`The backup is over. ${formatCount(reportOf(state.run).failures.length, 'file')} failed.`);
		settings.forgetTyped();
	}

	prompt(): string {
		return 'r tries what failed again, f lists it, l lists all files, Enter ends. Command: ';
	}

	async take(line: string): Promise<void> {
		const word = line.trim().toLowerCase();

		if (word === 'r' || word === 'retry') {
			this.#desk.command('retry');
		} else if (['', 'q', 'quit'].includes(word)) {
			this.#desk.command('finish');
		} else if (!this.#pages.print(word)) {
			this.#desk.voice.say(`${quote(line.trim())} is not a command now.`);
		}
	}
}

/** The words for the question about today's existing backup. */
const existsWords = {
	r: 'retry', retry: 'retry', a: 'add', add: 'add', b: 'sets', sets: 'sets', q: 'quit', quit: 'quit', '': 'quit',
} as const;

/** The question about today's existing backup. */
export class ExistsTalk implements Talk {
	readonly #desk: Desk;
	#isTold = false;

	constructor(desk: Desk) {
		this.#desk = desk;
	}

	async enter(): Promise<void> {
		const {state: {existing}, settings, voice} = this.#desk;

		// There is nothing to choose; the last words say all.
		if (settings.isScripted || !existing) {
			this.#desk.command('quit');
		} else if (!this.#isTold) {
			this.#isTold = true;
			voice.sayAll(readOut(pageLines(this.#desk.state)));
		}
	}

	prompt(): string {
		const context = keyContext(this.#desk.state);
		return [
			...(context === 'existsFailed' ? ['r retries the failed files'] : []),
			...(context === 'exists' ? [] : ['a adds files']),
			'b earlier backups',
			'q quits. Command: ',
		].join(', ');
	}

	async take(line: string): Promise<void> {
		const {voice, state: {screen}} = this.#desk;
		const word = line.trim().toLowerCase();

		if (!Object.hasOwn(existsWords, word)) {
			voice.say(`${quote(line.trim())} is not a command now.`);
			return;
		}

		const command = existsWords[word as keyof typeof existsWords];

		if (keyTable[keyContext(this.#desk.state)].every(binding => binding.command !== command)) {
			voice.say(command === 'retry' ? 'There is nothing to try again.' : 'Nothing can be added to it.');
			return;
		}

		this.#desk.command(command);

		if (this.#desk.state.screen === screen && !this.#desk.state.exit) {
			voice.say(this.#desk.state.review.message ?? '');
		}
	}
}
