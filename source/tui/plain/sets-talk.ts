/*
The list of earlier backups, by lines.
*/
import {sizeOf} from '../../report/words/set-columns.ts';
import type {SetName} from '../../set/names/set-names.ts';
import {
	capitalize,
	formatBytes,
	formatCount,
	formatDuration,
} from '../../text/format.ts';
import type {Command} from '../actions.ts';
import type {SetRow} from '../sets/browser.ts';
import {isSameSet, nameText} from '../sets/set-name.ts';
import {awayText, setDetail, setsTotals} from '../sets/sets-text.ts';
import type {State} from '../state.ts';
import type {OwnActs} from './file-list.ts';
import type {Span} from './numbers.ts';
import {
	parseRequest,
	type Request,
	setsHelpFor,
	type SetsWord,
	setsWordsFor,
} from './requests.ts';
import type {Desk, Talk} from './talk.ts';

const commandsLine = (remote: string | undefined) =>
	`A number opens a set. t tell, v verify, a verify all, r restore, c compare, d delete, ${remote === undefined ? '' : 'p push, f fetch, '}l list, m more, u update, q back, ? help.`;

/** A set in a line. */
function setLine(row: SetRow): string {
	const {name, state, head, found, bytesNew, away} = row;
	const size = sizeOf(row);
	const files = head?.filesDone ?? found?.files;
	return [
		`${nameText(name)} ${away ? `only there, ${awayText(row)}` : state ?? 'not read yet'}`,
		...(files === undefined ? [] : [formatCount(files, 'file')]),
		...(head && head.filesFailed > 0 ? [`${head.filesFailed} failed`] : []),
		...(size === undefined ? [] : [formatBytes(size)]),
		...(bytesNew === undefined ? [] : [`${formatBytes(bytesNew)} new`]),
	].join(', ');
}

/** All that is known of a set. */
function tellSet(row: SetRow, {today, remote}: {readonly today: string | undefined; readonly remote: string | undefined}): readonly string[] {
	const {head} = row;
	const detail = setDetail(row, today, remote);
	return [
		setLine(row),
		...(detail === '' ? [] : [detail]),
		...(head ? [`${formatBytes(head.bytesIn)} read in ${formatDuration(head.finished.getTime() - head.started.getTime())}, by version ${head.version}`] : []),
	];
}

export class SetsTalk implements Talk {
	readonly #desk: Desk;
	readonly #acts: OwnActs<SetsWord> = {
		open: numbers => {
			this.#apply('openSet', numbers);
		},
		details: ([number]) => {
			this.#tell(number!);
		},
		verify: numbers => {
			this.#apply('verify', numbers);
		},
		verifyAll: () => {
			this.#desk.command('verifyAll');
		},
		restore: numbers => {
			this.#apply('restore', numbers);
		},
		compare: numbers => {
			this.#apply('compare', numbers);
		},
		remove: numbers => {
			this.#apply('remove', numbers);
		},
		push: () => {
			this.#say('push');
		},
		fetch: numbers => {
			this.#apply('fetch', numbers);
		},
		list: () => {
			this.#list();
		},
		more: () => {
			this.#more();
		},
		relist: async () => this.#relist(),
		help: () => {
			this.#desk.voice.sayAll(setsHelpFor(this.#desk.state.browse.remote));
		},
		back: () => {
			this.#desk.command('back');
		},
	};

	/** The sets as they were printed: numbers mean these. */
	#names: readonly SetName[] = [];
	#printed = 0;
	/** The last message about the next run; missing before. */
	#told: string | undefined;
	/** The lines that were printed last; missing before. */
	#listed: string | undefined;

	constructor(desk: Desk) {
		this.#desk = desk;
		desk.store.subscribe((next, previous) => {
			this.#follow(next, previous);
		});
	}

	/** Waits for the sets to be read, and lists them, unless they are as they were printed. */
	async enter(): Promise<void> {
		const {voice} = this.#desk;
		await this.#read();
		const {exit, browse: {message, sets}} = this.#desk.state;

		if (exit) {
			return;
		}

		if (message !== undefined) {
			voice.say(message);
		}

		const [due] = this.#desk.state.browse.schedule;

		if (due !== undefined && due !== this.#told) {
			this.#told = due;
			voice.say(`${capitalize(due)}.`);
		}

		const listed = sets.map(row => setLine(row)).join('\n');

		if (listed !== this.#listed || sets.length === 0) {
			const isFirst = this.#listed === undefined;
			this.#list();
			voice.sayAll(isFirst ? [commandsLine(this.#desk.state.browse.remote)] : []);
		}
	}

	prompt(): string {
		return `${setsTotals(this.#desk.state.browse)}. Command: `;
	}

	async take(line: string): Promise<void> {
		await this.#serve(parseRequest(line, this.#span, setsWordsFor(this.#desk.state.browse.remote)));
	}

	get #span(): Span {
		return {from: 1, to: this.#printed};
	}

	#list(): void {
		const {sets} = this.#desk.state.browse;
		this.#names = sets.map(({name}) => name);
		this.#listed = sets.map(row => setLine(row)).join('\n');
		this.#printed = 0;

		if (sets.length === 0) {
			this.#desk.voice.say('There are no sets.');
		} else {
			this.#more();
		}
	}

	#more(): void {
		const {voice, settings, state} = this.#desk;
		const {sets} = state.browse;
		const start = this.#printed;
		const end = Math.min(this.#names.length, start + settings.page);
		const digits = String(end).length;

		if (start === end) {
			voice.say('There is no more; l lists from the start.');
			return;
		}

		voice.sayAll(this.#names.slice(start, end).map((name, index) => {
			const row = sets.find(set => isSameSet(set.name, name)) ?? {name};
			return `${String(start + index + 1).padStart(digits)} ${setLine(row)}`;
		}));
		this.#printed = end;

		if (end < this.#names.length) {
			voice.say(`1 to ${end} of ${formatCount(this.#names.length, 'set')}. m lists more.`);
		}
	}

	/**
	Puts the cursor on a set, for the command that follows.

	@returns Its row; nothing if it is gone.
	*/
	#point(number: number): SetRow | undefined {
		const name = this.#names[number - 1]!;
		this.#desk.act({kind: 'set', name});
		const {sets, cursor} = this.#desk.state.browse;
		const row = sets[cursor];

		if (row && isSameSet(row.name, name)) {
			return row;
		}

		this.#desk.voice.say(`The set of ${nameText(name)} is gone; u looks for sets again.`);
		return undefined;
	}

	/** A command that is about sets, one after another, and what it has to say where it does not go elsewhere. */
	#apply(command: Command, numbers: readonly number[]): void {
		for (const number of numbers) {
			if (!this.#point(number)) {
				return;
			}

			this.#desk.command(command);
		}

		this.#answer();
	}

	/** A command that is about no set of its own. */
	#say(command: Command): void {
		this.#desk.command(command);
		this.#answer();
	}

	/** Says what a command has to say, where it does not go elsewhere. */
	#answer(): void {
		const {screen, browse: {message}} = this.#desk.state;

		if (screen === 'sets' && message !== undefined) {
			this.#desk.voice.say(message);
		}
	}

	/** Waits for the sets to be read. For those at the remote only a script waits: a person is told of them when they come. */
	async #read(): Promise<void> {
		const {isScripted} = this.#desk.settings;
		await this.#desk.wait(({browse}) => !browse.isListing && !(isScripted && browse.away.isListing), 'Reading the sets.');
	}

	/** Says what has come of asking the remote, where that is news. */
	#follow({screen, browse: {away, message, sets}}: State, {browse: {away: before}}: State): void {
		if (screen !== 'sets' || this.#desk.settings.isScripted || !before.isListing || away.isListing) {
			return;
		}

		const count = sets.filter(row => row.away).length;

		if (away.isUnknown && message !== undefined) {
			this.#desk.voice.say(message);
		} else if (count > 0) {
			this.#desk.voice.say(`${formatCount(count, 'set')} only there; l lists ${count === 1 ? 'it' : 'them'}.`);
		}
	}

	async #relist(): Promise<void> {
		this.#desk.command('relist');
		await this.#read();
		this.#list();
	}

	#tell(number: number): void {
		const row = this.#point(number);

		if (row) {
			this.#desk.voice.sayAll(tellSet(row, this.#desk.state.browse));
		}
	}

	async #serve(request: Request<SetsWord>): Promise<void> {
		const {voice} = this.#desk;

		if (request.kind === 'wrong') {
			voice.say(`${request.problem}.`);
		} else if (request.kind === 'filter' || request.kind === 'sort') {
			voice.say('The sets are listed by date, all of them; ? lists the commands.');
		} else if (request.kind !== 'choose') {
			await this.#acts[request.kind](request.numbers);
		} else if (request.numbers.length > 1 || request.isMarked !== undefined) {
			voice.say('One set is opened at a time: 2. ? lists the commands.');
		} else {
			this.#apply('openSet', request.numbers);
		}
	}
}
