/*
The screens as a conversation: the same state, with a list that is printed and lines that are read, for whoever cannot see a cursor move.
*/
import {setTimeout} from 'node:timers/promises';
import type {Command} from '../actions.ts';
import type {State} from '../state.ts';
import type {Store} from '../store.ts';
import {choicePrompt, confirmPrompt, headerLines} from './answers.ts';
import {Chooser, type Settings} from './chooser.ts';
import {runChange, steer, stopQuestion} from './steering.ts';
import type {Voice} from './voice.ts';

/** Milliseconds between two answers while a backup runs, to whom types without end (`yes`). */
const answerPause = 200;

const tooLong = 'That line is too long. Nothing was changed.';

export class Dialogue {
	readonly #store: Store;
	readonly #voice: Voice;
	readonly #isScripted: boolean;
	readonly #chooser: Chooser;
	/** Nothing more can be typed. */
	#isDeaf = false;
	#lastSaid = '';

	constructor(store: Store, voice: Voice, settings: Settings) {
		this.#store = store;
		this.#voice = voice;
		this.#isScripted = settings.isScripted;
		this.#chooser = new Chooser(store, voice, settings);

		store.subscribe((next, previous) => {
			const said = next.run === previous.run || next.exit ? undefined : runChange(next.run, previous.run);

			if (said !== undefined) {
				voice.say(said);
			}

			if (next.run.stop === 'asking' && previous.run.stop !== 'asking' && !next.exit) {
				voice.ask(stopQuestion);
			}
		});
	}

	get #state(): State {
		return this.#store.getState();
	}

	#command(command: Command): void {
		this.#store.dispatch({type: 'command', command});
	}

	/** Says where one is and lists what is there; settles when lines can be taken. */
	async open(): Promise<void> {
		this.#voice.sayAll(headerLines(this.#state));

		if (this.#state.screen === 'run') {
			this.#voice.say('A backup is under way already; this follows it.');
		} else {
			await this.#chooser.open();
			this.#prompt();
		}
	}

	/** Takes in a line; `undefined` for one that was too long. Settles when the next one can be. */
	async take(line: string | undefined): Promise<void> {
		this.#voice.hear(line ?? '');

		if (this.#state.screen === 'run') {
			await this.#steer(line);
		} else if (line === undefined) {
			this.#voice.say(tooLong);
			this.#prompt();
		} else {
			if (this.#state.screen === 'confirm') {
				this.#answer(line);
			} else {
				await this.#chooser.take(line);
			}

			this.#prompt();
		}
	}

	/** The input has ended: a run is followed to its end, a question to it is answered with no. Otherwise nobody is left to choose. */
	endInput(isDeliberate: boolean): void {
		this.#isDeaf = true;

		if (this.#state.screen !== 'run') {
			this.#store.dispatch({type: 'exit', exit: isDeliberate ? {kind: 'quit'} : {kind: 'failed', message: 'The input ended before the start was confirmed. Nothing was written.'}});
			return;
		}

		this.#command('goOn');

		if (this.#state.run.isPaused) {
			this.#command('resume');
		}
	}

	/** Ctrl-C. */
	interrupt(): void {
		this.#voice.interrupt();

		if (this.#state.screen !== 'run') {
			this.#store.dispatch({type: 'exit', exit: {kind: 'signal', signal: 'SIGINT'}});
			return;
		}

		const {stop} = this.#state.run;
		this.#command(({
			no: 'ask', asking: 'stop', stopping: 'kill', killing: 'kill',
		} as const)[stop]);

		// Nobody could answer.
		if (stop === 'no' && this.#isDeaf) {
			this.#command('stop');
		}
	}

	#prompt(): void {
		const {exit, screen} = this.#state;

		if (!exit && screen !== 'run') {
			this.#voice.ask(screen === 'confirm' ? confirmPrompt : choicePrompt(this.#state));
		}
	}

	#answer(line: string): void {
		const word = line.trim().toLowerCase();

		if (word === 'y' || word === 'yes') {
			this.#command('start');
		} else if (['n', 'no', 'q', 'quit'].includes(word)) {
			this.#command('back');
			this.#voice.say('Not started.');
		} else {
			this.#voice.say('y starts the backup, n goes back to choosing.');
		}
	}

	async #steer(line: string | undefined): Promise<void> {
		const answer = line === undefined ? {say: [tooLong]} : steer(line, this.#state.run);

		if ('command' in answer) {
			this.#command(answer.command);
			return;
		}

		const text = answer.say.join('\n');

		// Whoever types without end is told once.
		if (!this.#isScripted || text !== this.#lastSaid) {
			this.#voice.sayAll(answer.say);
			this.#lastSaid = text;
		}

		if (this.#state.run.stop === 'asking') {
			this.#voice.ask(stopQuestion);
		}

		if (this.#isScripted) {
			await setTimeout(answerPause);
		}
	}
}
