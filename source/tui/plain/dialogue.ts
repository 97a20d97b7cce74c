/*
The screens as a conversation: the same state, with lists that are printed and lines that are read, for whoever cannot see a cursor move.
*/
import type {Command} from '../actions.ts';
import type {TerminalContext} from '../context.ts';
import type {SetBrowser} from '../sets/browser.ts';
import type {State} from '../state.ts';
import type {SessionStore} from '../session-store.ts';
import {Chooser} from './chooser.ts';
import {DifferencesTalk} from './differences-talk.ts';
import {Printer} from './printer.ts';
import {
	planQuestion,
	removalQuestion,
	startQuestion,
	targetQuestion,
	transferQuestion,
} from './questions.ts';
import {ExistsTalk, RunTalk, SummaryTalk} from './run-talk.ts';
import {saveQuestion} from './save-question.ts';
import {SetTalk} from './set-talk.ts';
import {SetsTalk} from './sets-talk.ts';
import {Desk, type Settings, type Talk} from './talk.ts';
import {TaskTalk} from './task-talk.ts';
import type {Voice} from './voice.ts';

const tooLong = 'That line is too long. Nothing was changed.';

/** The first line of all: host, source and destination. */
function headerLines({facts: {version, host, source, set, destination, lastRun, configuration}, browse: {origin}, screen}: State): readonly string[] {
	const isOnlyBrowsing = screen === 'sets' && origin === 'none';
	return [
		`logbackup-tui ${version} on ${host}: ${isOnlyBrowsing ? `backups in ${destination}` : `${source} to ${set}`}`,
		...(configuration === undefined ? [] : [`Configured by ${configuration}`]),
		...(lastRun === undefined ? [] : [lastRun]),
	];
}

/** Those that give out what is in a copy, and in a file of the source. */
type Contents = {readonly page?: SetBrowser['page'] | undefined; readonly pageSource?: TerminalContext['pageSource']};

export class Dialogue {
	readonly #desk: Desk;
	readonly #talks: Readonly<Record<State['screen'], Talk>>;
	readonly #run: RunTalk;
	readonly #printer: Printer;
	/** The screen that was announced last. */
	#entered: State['screen'] | undefined;
	/** The last task in the queue: lines are said and answered one after another. */
	#turn: Promise<void> = Promise.resolve();
	/** Nothing more can be typed. */
	#isDeaf = false;

	constructor(store: SessionStore, voice: Voice, settings: Settings, {page, pageSource}: Contents = {}) {
		const desk = new Desk(store, voice, settings);
		const printer = new Printer(desk);
		const chooser = new Chooser(desk, printer, pageSource);
		this.#desk = desk;
		this.#run = new RunTalk(desk);
		this.#printer = printer;
		this.#talks = {
			review: chooser,
			// The command is said in the list: nobody goes to its page.
			command: chooser,
			save: saveQuestion(desk),
			confirm: startQuestion(desk),
			run: this.#run,
			summary: new SummaryTalk(desk),
			exists: new ExistsTalk(desk),
			sets: new SetsTalk(desk),
			set: new SetTalk(desk, printer, page),
			diff: new DifferencesTalk(desk),
			restoreTo: targetQuestion(desk),
			restorePlan: planQuestion(desk),
			removal: removalQuestion(desk),
			transfer: transferQuestion(desk),
			task: new TaskTalk(desk),
		};

		store.subscribe((next, previous) => {
			if (next.exit) {
				void printer.stop();
			} else if (next.screen !== previous.screen || next.browse.task?.end !== previous.browse.task?.end || next.browse.task?.stop !== previous.browse.task?.stop) {
				void this.#follow();
			}
		});
	}

	/** Says where one is and lists what is there; settles when lines can be taken. */
	async open(): Promise<void> {
		this.#desk.voice.sayAll(headerLines(this.#state));
		await this.#follow();
	}

	/** Takes in a line; `undefined` for one that was too long. Settles when the next one can be. */
	async take(line: string | undefined): Promise<void> {
		await this.#inTurn(async () => {
			this.#desk.voice.hear(line ?? '');

			if (line !== undefined) {
				await this.#talks[this.#state.screen].take(line);
			} else if (this.#state.screen === 'run') {
				this.#run.refuse(tooLong);
			} else {
				this.#desk.voice.say(tooLong);
			}

			await this.#settle(true);
		});
	}

	/** The input has ended: a run is followed to its end, a question to it is answered with no. Otherwise nobody is left to choose. */
	endInput(isDeliberate: boolean): void {
		this.#isDeaf = true;
		const {screen, run, browse: {task, origin}} = this.#state;

		if (screen === 'run') {
			this.#command('goOn');

			if (run.isPaused) {
				this.#command('resume');
			}
		} else if (screen === 'summary') {
			this.#command('finish');
		} else if (screen !== 'task' || !task || task.end) {
			const isBrowsingAlone = origin === 'none' && this.#state.facts.source === '';
			this.#leave(isDeliberate || isBrowsingAlone || screen === 'exists');
		}
	}

	/** Handles Ctrl-C. */
	interrupt(): void {
		const {screen, run, browse: {task}} = this.#state;
		this.#desk.voice.interrupt();

		const printing = this.#printer.stop();

		if (printing) {
			void this.#inTurn(async () => {
				await printing;
				await this.#settle(true);
			});
		} else if (screen === 'summary') {
			this.#command('finish');
		} else if (screen === 'task' && task && !task.end && task.kind !== 'remove' && task.stop !== 'stopping') {
			this.#command(task.stop === 'asking' || this.#isDeaf ? 'stop' : 'ask');
		} else if (screen === 'run') {
			this.#command(({
				no: 'ask', asking: 'stop', stopping: 'kill', killing: 'leave',
			} as const)[run.stop]);

			// Nobody could answer.
			if (run.stop === 'no' && this.#isDeaf) {
				this.#command('stop');
			}
		} else {
			this.#desk.store.dispatch({type: 'exit', exit: {kind: 'signal', signal: 'SIGINT'}});
		}
	}

	get #state(): State {
		return this.#desk.state;
	}

	#command(command: Command): void {
		this.#desk.command(command);
	}

	/** Leaves where nothing more can be typed. */
	#leave(isQuit: boolean): void {
		this.#desk.store.dispatch({type: 'exit', exit: isQuit ? {kind: 'quit'} : {kind: 'failed', message: 'the input ended before the start was confirmed: nothing was written'}});
	}

	async #inTurn(act: () => Promise<void>): Promise<void> {
		const before = this.#turn;
		const {promise, resolve} = Promise.withResolvers<void>();
		this.#turn = promise;
		await before;

		try {
			await act();
		} finally {
			resolve();
		}
	}

	/** Reports changes that happened without a line. */
	async #follow(): Promise<void> {
		await this.#inTurn(async () => this.#settle(false));
	}

	/** Announces new screens, and asks for the next line. `isAnswered`: a line was taken, so that it is asked again. */
	async #settle(isAnswered: boolean): Promise<void> {
		let isNews = isAnswered;

		while (!this.#state.exit && (this.#entered !== this.#state.screen || this.#isTaskOver())) {
			isNews = true;
			this.#entered = this.#state.screen;
			await this.#talks[this.#entered].enter();
		}

		const {screen, exit, browse: {task}} = this.#state;
		const prompt = exit ? undefined : this.#talks[screen].prompt();

		if (this.#isDeaf && !exit && screen !== 'run' && (screen !== 'task' || task?.end)) {
			this.endInput(true);
		} else if (prompt !== undefined && (isNews || !this.#desk.voice.isAsking)) {
			this.#desk.voice.ask(prompt);
		}
	}

	/** Whether the page of a task that has ended is still shown. */
	#isTaskOver(): boolean {
		return this.#state.screen === 'task' && this.#state.browse.task?.end !== undefined;
	}
}
