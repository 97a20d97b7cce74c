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
import {
	fileHelp,
	type FileWord,
	parseRequest,
	type SetWord,
	setWords,
} from './requests.ts';
import type {Desk, Talk} from './talk.ts';
import {contentLines, Viewer} from './viewer.ts';
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
	/** A file that is printed a page at a time, and what resolves when that has ended. */
	#viewer: Viewer | undefined;
	#printing: Promise<void> | undefined;

	constructor(desk: Desk, page: SetBrowser['page'] | undefined) {
		this.#desk = desk;
		this.#page = page;
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
		return this.#viewer ? this.#viewer.prompt() : `${openedTotals(this.#opened, this.#damages)}. Command: `;
	}

	async take(line: string): Promise<void> {
		if (this.#viewer) {
			await this.#turn(this.#viewer, line);
		} else {
			await this.#files.serve(parseRequest(line, this.#files.span, setWords), this.#acts);
		}
	}

	/** Prints no more of a file. Resolves when it has been let go of; nothing where none is printed. */
	stopPrinting(): Promise<void> | undefined {
		this.#viewer?.close();
		return this.#printing;
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

	/** The next page of the file that is being printed. */
	async #turn(viewer: Viewer, line: string): Promise<void> {
		await viewer.take(line);

		if (viewer.isOver) {
			await this.#printing;
			this.#sayMessage();
		}
	}

	/** Prints the first page of the file that the state asks for; the rest on demand. */
	async #print(): Promise<void> {
		const {request, isPaging} = this.#desk.state.browse;

		if (!isPaging || request?.kind !== 'page' || !this.#page) {
			return;
		}

		const {voice, settings, store} = this.#desk;
		const {promise: waiting, resolve: wait} = Promise.withResolvers<void>();
		const page = this.#page;

		const show = async () => {
			let problem: string | undefined;

			try {
				problem = await page(request.name, request.item.file, async chunks => {
					const viewer = new Viewer(contentLines(chunks), voice, settings.page);
					this.#viewer = viewer;
					await viewer.print();
					wait();
					await viewer.ended;
					return undefined;
				});
			} catch (error) {
				problem = error instanceof Error ? error.message : String(error);
			}

			this.#viewer = undefined;
			this.#printing = undefined;
			store.dispatch({type: 'browse', event: {kind: 'paged', problem}});
		};

		this.#printing = show();
		await Promise.race([waiting, this.#printing]);

		// A file that was printed whole, or could not be, is over at once.
		if (this.#viewer?.isOver) {
			await this.#printing;
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
