/*
Choosing what to back up, by lines: the list is printed, and its numbers are named.
*/
import type {Command} from '../actions.ts';
import {commandLines} from '../review/command-page.ts';
import {nextSample} from '../review/forecast.ts';
import type {NamedAct} from '../review/named.ts';
import type {State} from '../state.ts';
import type {Store} from '../store.ts';
import {
	choiceAnswer,
	confirmText,
	readOut,
	sortAnswer,
} from './answers.ts';
import {awaitState} from './await-state.ts';
import {Lister} from './lister.ts';
import {
	commandsLine,
	parseRequest,
	type Request,
	requestHelp,
} from './requests.ts';
import type {Voice} from './voice.ts';

/** Milliseconds: after so long it is said that the directory is being read, and so long the first list waits for sub-directories, and the question for samples. */
const patience = 1000;

export type Settings = {
	/** Rows that are printed at once. */
	readonly page: number;
	/** Lines come from a script, not from a person: nothing is to depend on how fast they come. */
	readonly isScripted: boolean;
	/** Drops the lines that were typed on a terminal by now: they cannot be the answer to a question that was not there. */
	readonly forgetTyped: () => void;
};

const setsText = 'Quit with q, then: logbackup-tui list names the sets; show, verify, cat and restore look into them. Each has --help.';

export class Chooser {
	readonly #store: Store;
	readonly #voice: Voice;
	readonly #isScripted: boolean;
	readonly #lister: Lister;
	readonly #forgetTyped: () => void;

	constructor(store: Store, voice: Voice, settings: Settings) {
		this.#store = store;
		this.#voice = voice;
		this.#isScripted = settings.isScripted;
		this.#forgetTyped = settings.forgetTyped;
		this.#lister = new Lister(store, voice, settings.page);
	}

	get #state(): State {
		return this.#store.getState();
	}

	/** Reads a line and does what it asks for. */
	async take(line: string): Promise<void> {
		await this.#serve(parseRequest(line, this.#lister.span));
	}

	/** Waits for the directory to be read, and lists it. */
	async open(): Promise<void> {
		this.#lister.forget();

		if (!await awaitState(this.#store, ({review}) => !review.isScanning, patience)) {
			this.#voice.say('Reading the directory.');
			await awaitState(this.#store, ({review}) => !review.isScanning);
		}

		await awaitState(this.#store, ({review}) => review.unread === 0, this.#isScripted ? Infinity : patience);

		if (!this.#state.exit) {
			this.#lister.list();
			this.#voice.say(commandsLine);
		}
	}

	#command(command: Command): void {
		this.#store.dispatch({type: 'command', command});
	}

	#act(act: NamedAct): void {
		this.#store.dispatch({type: 'named', act});
	}

	async #confirm(): Promise<void> {
		this.#command('confirm');

		if (this.#state.review.isWaiting) {
			this.#voice.say(`${this.#state.review.message ?? ''} Ctrl-C quits.`);
			await awaitState(this.#store, ({review}) => !review.isWaiting);
		}

		if (this.#state.screen === 'confirm') {
			await awaitState(this.#store, ({review, space}) => nextSample(review) === undefined && space !== undefined, patience);
			this.#voice.sayAll(confirmText(this.#state));
			this.#forgetTyped();
		} else {
			this.#voice.say('Nothing is marked: numbers mark files, a marks all.');
		}
	}

	#open(number: number): void {
		const [row] = this.#lister.rows([number]);
		const {name, kind, folder} = this.#state.review.rows[row!]!;

		if (kind !== 'directory') {
			this.#voice.say(`${name} is no directory.`);
			return;
		}

		if (folder !== undefined && this.#state.review.filter !== '') {
			this.#voice.say('Directories stand open while names are looked for; / alone lists all.');
			return;
		}

		this.#act({kind: 'turn', number: row!});
		const {review} = this.#state;

		if (review.message === undefined) {
			this.#lister.relist(number);
		} else {
			this.#voice.say(`${review.message}.`);
		}
	}

	/** A command that acts on the list as it is, with what it has to say. */
	#review(command: Command, said: (state: State) => string, isListed = false): void {
		this.#command(command);
		this.#voice.say(said(this.#state));

		if (isListed) {
			this.#lister.list();
		}
	}

	async #serve(request: Request): Promise<void> {
		switch (request.kind) {
			case 'wrong': {
				this.#voice.say(`${request.problem}.`);
				break;
			}

			case 'choose': {
				const rows = this.#lister.rows(request.numbers);
				const {review} = this.#state;
				this.#act({kind: 'mark', numbers: rows, isMarked: request.isMarked});
				this.#voice.say(choiceAnswer(review, this.#state.review, rows));
				break;
			}

			case 'open': {
				this.#open(request.number);
				break;
			}

			case 'filter': {
				this.#act({kind: 'filter', text: request.text});
				this.#lister.list();
				break;
			}

			case 'sort': {
				const commands = {name: 'sortName', size: 'sortSize', age: 'sortAge'} as const;
				this.#review(request.by ? commands[request.by] : 'sort', ({review}) => sortAnswer(review), true);
				break;
			}

			case 'measure': {
				this.#review('measure', ({review}) => review.isOnDisk ? 'Sizes as they are on disk.' : 'Sizes as they are read.', true);
				break;
			}

			case 'all': {
				this.#review('toggleAll', ({review}) => review.message ?? '');
				break;
			}

			case 'invert': {
				this.#review('invert', () => 'Inverted.');
				break;
			}

			case 'list': {
				this.#lister.list();
				break;
			}

			case 'more': {
				this.#lister.more();
				break;
			}

			case 'command': {
				this.#voice.sayAll(readOut(commandLines(this.#state)));
				break;
			}

			case 'help': {
				this.#voice.sayAll(requestHelp);
				break;
			}

			case 'sets': {
				this.#voice.say(setsText);
				break;
			}

			case 'rescan': {
				this.#command('rescan');
				await this.open();
				break;
			}

			case 'start': {
				await this.#confirm();
				break;
			}

			case 'quit': {
				this.#command('quit');
				break;
			}
		}
	}
}
