/*
Choosing what to back up, by lines.
*/
import {commandLines} from '../review/command-page.ts';
import {detailLines} from '../review/detail-lines.ts';
import {pastRemark} from '../review/past.ts';
import {totalsText} from '../review/totals-text.ts';
import type {TerminalContext} from '../context.ts';
import type {State} from '../state.ts';
import {currentRow} from '../tree/tree-state.ts';
import {awaitState} from './await-state.ts';
import {FileList, type OwnActs} from './file-list.ts';
import type {Printer} from './printer.ts';
import {
	fileHelp,
	type FileWord,
	parseRequest,
	type ReviewWord,
	reviewWords,
} from './requests.ts';
import {type Desk, patience, type Talk} from './talk.ts';
import {readOut} from './voice.ts';

/** All that can be typed, in one line. */
const commandsLine = 'Numbers such as 3,5-9 mark or unmark. y start, q quit, ? help, a all, i invert, /text find, o open, t tell, s sort,'
	+ ' d disk, l list, m more, c command, save, = same as last time, p print, b backups, r rescan.';

/** Milliseconds that a file system may take to tell of an entry. */
const detailPatience = 5000;

/** Cells of a line of details, and how many lines: facts, and a few lines of what is in the file. */
const detailRoom = {width: 300, height: 26} as const;

export class Chooser implements Talk {
	readonly #desk: Desk;
	readonly #files: FileList;
	readonly #acts: OwnActs<Exclude<ReviewWord, FileWord>> = {
		start: async () => this.#confirm(),
		recall: async () => this.#recall(),
		page: async ([number]) => this.#show(number!),
		measure: () => {
			this.#files.apply('measure', ({isOnDisk}) => isOnDisk ? 'Sizes as they are on disk.' : 'Sizes as they are read.', true);
		},
		command: () => {
			this.#tellCommand();
		},
		save: () => {
			this.#goTo('saveSelection');
		},
		sets: () => {
			this.#goTo('sets');
		},
		rescan: async () => {
			this.#desk.command('rescan');
			await this.enter();
		},
		quit: () => {
			this.#desk.command('quit');
		},
	};

	readonly #pageSource: TerminalContext['pageSource'];
	readonly #printer: Printer;
	/** The reading of the source whose list was printed. */
	#listed: number | undefined;

	constructor(desk: Desk, printer: Printer, pageSource: TerminalContext['pageSource']) {
		this.#desk = desk;
		this.#pageSource = pageSource;
		this.#printer = printer;
		this.#files = new FileList(desk, {
			review: () => desk.state.review,
			remarkOf: row => pastRemark(desk.state.review, row),
			describe: async () => this.#describe(),
			help: fileHelp(reviewWords),
		});
	}

	/** Waits for the directory to be read, and lists it, unless it was listed before. */
	async enter(): Promise<void> {
		if (this.#listed === this.#state.review.readings) {
			return;
		}

		this.#files.forget();
		const {store, settings, voice} = this.#desk;
		await this.#desk.wait(({review}) => !review.isScanning, 'Reading the directory.');
		await awaitState(store, ({review}) => review.unread === 0, settings.isScripted ? Infinity : patience);

		if (!this.#state.exit) {
			this.#files.list();
			voice.say(commandsLine);
			this.#listed = this.#state.review.readings;
		}
	}

	prompt(): string {
		return this.#printer.prompt() ?? `${totalsText(this.#state.review)}. Command: `;
	}

	async take(line: string): Promise<void> {
		if (this.#printer.prompt() === undefined) {
			await this.#files.serve(parseRequest(line, this.#files.span, reviewWords), this.#acts);
		} else if (await this.#printer.turn(line)) {
			this.#sayMessage();
		}
	}

	get #state(): State {
		return this.#desk.state;
	}

	async #describe(): Promise<readonly string[]> {
		const {store} = this.#desk;
		const key = currentRow(this.#state.review)?.key;
		await awaitState(store, ({review: {details}}) => details?.key === key && details?.inspection !== undefined, detailPatience);
		const {review, facts} = this.#state;
		return readOut(detailLines(review, facts.source, detailRoom));
	}

	async #confirm(): Promise<void> {
		const {voice, store} = this.#desk;
		this.#desk.command('confirm');

		if (this.#state.review.isWaiting) {
			voice.say(`${this.#state.review.message ?? ''} Ctrl-C quits.`);
			await awaitState(store, ({review}) => !review.isWaiting);
		}

		if (this.#state.screen === 'review') {
			voice.say('Nothing is marked: numbers mark files, a marks all.');
		}
	}

	#tellCommand(): void {
		this.#desk.voice.sayAll(readOut(commandLines(this.#state)));
	}

	async #recall(): Promise<void> {
		this.#desk.command('recall');
		await awaitState(this.#desk.store, ({review}) => !review.isRecalling);
		this.#sayMessage();
	}

	async #show(number: number): Promise<void> {
		if (!this.#files.point(number)) {
			return;
		}

		this.#desk.command('page');
		const {paged} = this.#state;
		const open = this.#pageSource;

		if (paged && open) {
			await this.#printer.print(async show => open(paged, show), problem => ({type: 'paged', problem}));
		}

		this.#sayMessage();
	}

	#sayMessage(): void {
		const {message} = this.#state.review;

		if (message !== undefined) {
			this.#desk.voice.say(message);
		}
	}

	/** Goes elsewhere, or says why not. */
	#goTo(command: 'sets' | 'saveSelection'): void {
		this.#desk.command(command);

		if (this.#state.screen === 'review') {
			this.#desk.voice.say(this.#state.review.message ?? '');
		}
	}
}
