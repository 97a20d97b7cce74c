/*
Work on sets that takes its time, by lines: what it finds is said as it is found.
*/
import {performance} from 'node:perf_hooks';
import {ProgressReminder} from '../../report/progress-reminder.ts';
import {formatPercent} from '../../text/format.ts';
import type {State} from '../state.ts';
import {taskSummary, type TaskState, type Trouble} from '../sets/task.ts';
import {awaitState} from './await-state.ts';
import {quote} from './numbers.ts';
import type {Desk, Talk} from './talk.ts';

const troubleLine = ({path, message}: Trouble): string => `PROBLEM ${path === undefined ? '' : `${path}: `}${message}`;

const progressText = ({fraction, progress}: TaskState): string => [formatPercent(fraction), ...(progress === '' ? [] : [progress])].join(', ');

const stopQuestion = 'Stop it? y or n: ';

/** Words that stop it, once they have been asked about. */
const stopWords: ReadonlySet<string> = new Set(['q', 'quit', 'stop']);

export class TaskTalk implements Talk {
	readonly #desk: Desk;
	#reminder = new ProgressReminder();

	constructor(desk: Desk) {
		this.#desk = desk;
		desk.store.subscribe((next, previous) => {
			this.#follow(next, previous);
		});
	}

	/** Says what has begun. Of a script the next line is taken when it is over. */
	async enter(): Promise<void> {
		const {voice, settings, store, state} = this.#desk;
		const {task} = state.browse;

		if (task && !task.end) {
			voice.say(`${taskSummary(task)}.${task.kind === 'remove' ? '' : ' Enter tells how far it is, q stops it.'}`);
		}

		if (settings.isScripted) {
			await awaitState(store, ({browse}) => browse.task?.end !== undefined);
		}

		this.#finish();
	}

	prompt(): string | undefined {
		return this.#desk.state.browse.task?.stop === 'asking' ? stopQuestion : undefined;
	}

	async take(line: string): Promise<void> {
		const {voice, state} = this.#desk;
		const {task} = state.browse;

		if (!task || task.end) {
			return;
		}

		const word = line.trim().toLowerCase();

		if (task.stop === 'asking') {
			this.#desk.command(word === 'y' || word === 'yes' ? 'stop' : 'goOn');
		} else if (task.kind !== 'remove' && stopWords.has(word)) {
			this.#desk.command('ask');
		} else if (word === '') {
			voice.say(task.kind === 'remove' ? 'It is being deleted.' : progressText(task));
		} else {
			voice.say(task.kind === 'remove' ? 'It is being deleted, which cannot be stopped.' : `${quote(line.trim())} is not a command now; Enter tells how far it is, q stops it.`);
		}
	}

	/** Says how it ended, and goes back to where it was begun. Does nothing while it is under way. */
	#finish(): void {
		const {screen, exit, browse: {task}} = this.#desk.state;

		if (screen === 'task' && task?.end && !exit) {
			this.#desk.voice.say(task.end.text);
			this.#desk.command('back');
		}
	}

	/** Says the troubles and notes that have come since. */
	#follow({screen, exit, browse: {task}}: State, {browse: {task: before}}: State): void {
		if (screen !== 'task' || exit !== undefined || !task || task === before) {
			return;
		}

		const {voice} = this.#desk;
		const isSame = before?.request === task.request;

		if (!isSame) {
			this.#reminder = new ProgressReminder();
			this.#reminder.note(performance.now());
		}

		voice.sayAll(task.troubles.slice(isSame ? before.troubles.length : 0).map(trouble => troubleLine(trouble)));
		voice.sayAll(task.notes.slice(isSame ? before.notes.length : 0));

		if (task.stop === 'stopping' && before?.stop !== 'stopping') {
			voice.say('Stopping.');
		} else if (task.stop === 'no' && before?.stop === 'asking') {
			voice.say('It goes on.');
		} else if (!task.end && task.stop === 'no' && task.kind !== 'remove' && this.#reminder.isDue(task.fraction, performance.now())) {
			voice.say(progressText(task));
		}
	}
}
