/*
The files of a set, by lines.
*/
import type {SetBrowser} from '../sets/browser.ts';
import {fileDetails} from '../sets/file-details.ts';
import {openedTotals} from '../sets/opened-text.ts';
import {itemRemark} from '../sets/set-tree.ts';
import type {OpenedState} from '../sets/sets-state.ts';
import {currentRow} from '../tree/tree-state.ts';
import {FileList, type OwnActs} from './file-list.ts';
import type {Printer} from './printer.ts';
import {
	fileHelp,
	type FileWord,
	parseRequest,
	type SetWord,
	setWords,
} from './requests.ts';
import type {Desk, Talk} from './talk.ts';
import {readOut} from './voice.ts';

const commandsLine = 'Numbers such as 3,5-9 mark or unmark. r restore, p print, t tell, o open, a all, /text find, s sort, l list, m more, v verify, q back, ? help.';

const boundless = {width: Infinity, height: Infinity} as const;

export class SetTalk implements Talk {
	readonly #desk: Desk;
	readonly #page: SetBrowser['page'] | undefined;
	readonly #files: FileList;
	readonly #acts: OwnActs<Exclude<SetWord, FileWord>> = {
		restore: () => {
			this.#restore();
		},
		page: async ([number]) => this.#show(number!),
		verify: () => {
			this.#desk.command('verify');
		},
		back: () => {
			this.#desk.command('back');
		},
	};

	/** The set whose files were listed. */
	#listed: OpenedState['items'] | undefined;
	readonly #printer: Printer;

	constructor(desk: Desk, printer: Printer, page: SetBrowser['page'] | undefined) {
		this.#desk = desk;
		this.#page = page;
		this.#printer = printer;
		this.#files = new FileList(desk, {
			review: () => this.#opened.files,
			remarkOf: row => itemRemark(this.#opened, row, this.#damages),
			describe: async () => readOut(fileDetails(this.#opened, boundless)),
			help: fileHelp(setWords),
		});
	}

	/** Waits for the set to be read, and lists its files, unless they were listed before. */
	async enter(): Promise<void> {
		await this.#desk.wait(({screen, browse}) => screen !== 'set' || browse.opened?.isReading !== true, 'Reading the set.');
		const {exit, screen} = this.#desk.state;

		if (exit !== undefined || screen !== 'set' || this.#listed === this.#opened.items) {
			return;
		}

		const isFirst = this.#listed === undefined;
		this.#listed = this.#opened.items;
		this.#desk.voice.sayAll(this.#opened.problems);
		this.#files.list();
		this.#desk.voice.sayAll(isFirst ? [commandsLine] : []);
	}

	prompt(): string {
		return this.#printer.prompt() ?? `${openedTotals(this.#opened, this.#damages)}. Command: `;
	}

	async take(line: string): Promise<void> {
		if (this.#printer.prompt() === undefined) {
			await this.#files.serve(parseRequest(line, this.#files.span, setWords), this.#acts);
		} else if (await this.#printer.turn(line)) {
			this.#sayMessage();
		}
	}

	get #opened(): OpenedState {
		return this.#desk.state.browse.opened!;
	}

	/** Damages to files of the set that a verification has found. */
	get #damages(): ReadonlyMap<string, string> | undefined {
		return this.#desk.state.browse.damages.get(this.#opened.name.date);
	}

	#sayMessage(): void {
		const {screen, browse: {message}} = this.#desk.state;

		if (screen === 'set' && message !== undefined) {
			this.#desk.voice.say(message);
		}
	}

	/** Prints the file that the state asks for. */
	async #print(): Promise<void> {
		const {request, isPaging} = this.#desk.state.browse;
		const page = this.#page;

		if (isPaging && request?.kind === 'page' && page) {
			await this.#printer.print(async show => page(request.name, request.item.file, show), problem => ({type: 'browse', event: {kind: 'paged', problem}}));
		}
	}

	#restore(): void {
		if (this.#opened.files.totals.files === 0) {
			this.#desk.voice.say('Nothing is marked: numbers mark files, a marks all; then r restores them.');
		} else {
			this.#desk.command('restore');
			this.#sayMessage();
		}
	}

	async #show(number: number): Promise<void> {
		if (!this.#files.point(number)) {
			return;
		}

		if (currentRow(this.#opened.files)?.folder !== undefined) {
			this.#desk.voice.say('That is a directory: o opens it.');
			return;
		}

		this.#desk.command('page');
		await this.#print();
		this.#sayMessage();
	}
}
