/*
A list of files and directories by lines: it is printed, and its numbers are named. The same for what there is to back up as for what is in a set.
*/
import {displayText} from '../../text/display-name.ts';
import {formatCount, formatNumber} from '../../text/format.ts';
import type {Command} from '../actions.ts';
import {markSign, refusalText} from '../tree/tree-marks.ts';
import {folderOf, type TreeState} from '../tree/tree-state.ts';
import {Lister, type Remark} from './lister.ts';
import type {Span} from './numbers.ts';
import type {FileWord, Request} from './requests.ts';
import type {Desk} from './talk.ts';

export type FileListSource = {
	readonly review: () => TreeState;
	readonly remarkOf: Remark;
	/** Details of the row that the cursor has been put on. */
	readonly describe: () => Promise<readonly string[]>;
	readonly help: readonly string[];
};

/** The handlers of a list's own words, called with the numbers that were typed. */
export type OwnActs<Own extends string> = Readonly<Record<Own, (numbers: readonly number[]) => Promise<void> | void>>;

/** The answer after marks of some rows were changed. */
function choiceAnswer(before: TreeState, after: TreeState, numbers: readonly number[]): string {
	const refused = numbers.filter(number => markSign(before, number) === 'never');
	const refusal = refused.length === 0 ? '' : `${refusalText(before.rows[refused[0]!]!)}${refused.length > 1 ? `, nor can ${refused.length - 1} more` : ''}.`;
	const [only] = numbers;

	if (numbers.length === 1 && only !== undefined && refusal === '') {
		const row = after.rows[only]!;
		const folder = folderOf(after, row);
		return folder
			? `${row.name}: ${formatNumber(folder.marked)} of ${formatCount(folder.files, 'file')} marked${folder.isRead ? '' : ', and more may be found'}.`
			: `${row.name}: ${after.marks[only] === 1 ? 'marked' : 'unmarked'}.`;
	}

	const turned = (isMarked: boolean) => after.marks.filter((mark, number) => mark !== before.marks[number] && (mark === 1) === isMarked).length;
	const counts = [['marked', turned(true)], ['unmarked', turned(false)]] as const;
	const changes = counts.filter(([, count]) => count > 0).map(([word, count]) => `${formatCount(count, 'file')} ${word}`).join(', ');
	return [changes === '' ? (refusal === '' ? 'Nothing changed.' : '') : `${changes}.`, refusal].filter(part => part !== '').join(' ');
}

/** The sentence about the order of the list. */
function sortAnswer({sort: {by, isReversed}}: TreeState): string {
	const ways = {
		name: ['from a to z', 'from z to a'], size: ['largest first', 'smallest first'], age: ['newest first', 'oldest first'],
	} as const;
	return `By ${by}, ${ways[by][isReversed ? 1 : 0]}.`;
}

export class FileList {
	readonly #desk: Desk;
	readonly #source: FileListSource;
	readonly #lister: Lister;

	constructor(desk: Desk, source: FileListSource) {
		this.#desk = desk;
		this.#source = source;
		this.#lister = new Lister(source.review, source.remarkOf, desk.voice, desk.settings.page);
	}

	/** The numbers that can be named. */
	get span(): Span {
		return this.#lister.span;
	}

	/** Forgets all numbers: their rows are gone. */
	forget(): void {
		this.#lister.forget();
	}

	/** Prints the list from its start. */
	list(): void {
		this.#lister.list();
	}

	/** A command that acts on the list as it is, with what it has to say. */
	apply(command: Command, said: (review: TreeState) => string, isListed = false): void {
		this.#desk.command(command);
		this.#desk.voice.say(said(this.#review));

		if (isListed) {
			this.#lister.list();
		}
	}

	/**
	Puts the cursor on a row for the command that follows.

	@returns Whether the row is still shown.
	*/
	point(number: number): boolean {
		const [row] = this.#lister.rows([number]);
		this.#desk.act({kind: 'point', number: row!});
		const {order, cursor} = this.#review;
		const isShown = order[cursor] === row;

		if (!isShown) {
			this.#desk.voice.say('That row is not shown any more; l lists what is.');
		}

		return isShown;
	}

	/** Does what a line asks for: by what a list has of its own for a word, or as every list does it. */
	async serve<Own extends string>(request: Request<FileWord | Own>, own: OwnActs<Own>): Promise<void> {
		if (Object.hasOwn(own, request.kind)) {
			await own[request.kind as Own]((request as {readonly numbers: readonly number[]}).numbers);
		} else {
			await this.#serveCommon(request as Request<FileWord>);
		}
	}

	get #review(): TreeState {
		return this.#source.review();
	}

	async #serveCommon(request: Request<FileWord>): Promise<void> {
		const {voice} = this.#desk;

		switch (request.kind) {
			case 'wrong': {
				voice.say(`${request.problem}.`);
				break;
			}

			case 'choose': {
				this.#choose(this.#lister.rows(request.numbers), request.isMarked);
				break;
			}

			case 'open': {
				this.#open(request.numbers[0]!);
				break;
			}

			case 'details': {
				if (this.point(request.numbers[0]!)) {
					voice.sayAll(await this.#source.describe());
				}

				break;
			}

			case 'filter': {
				this.#desk.act({kind: 'filter', text: request.text});
				this.#lister.list();
				break;
			}

			case 'sort': {
				const commands = {name: 'sortName', size: 'sortSize', age: 'sortAge'} as const;
				this.apply(request.by ? commands[request.by] : 'sort', sortAnswer, true);
				break;
			}

			case 'all': {
				this.apply('toggleAll', ({message}) => message ?? '');
				break;
			}

			case 'invert': {
				this.apply('invert', () => 'Inverted.');
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

			case 'help': {
				voice.sayAll(this.#source.help);
				break;
			}
		}
	}

	#choose(rows: readonly number[], isMarked: boolean | undefined): void {
		const before = this.#review;
		this.#desk.act({kind: 'mark', numbers: rows, isMarked});
		this.#desk.voice.say(choiceAnswer(before, this.#review, rows));
	}

	#open(number: number): void {
		const {voice} = this.#desk;
		const [row] = this.#lister.rows([number]);
		const {name, kind, folder} = this.#review.rows[row!]!;

		if (kind !== 'directory') {
			voice.say(`${name} is not a directory.`);
			return;
		}

		if (folder !== undefined && this.#review.filter !== '') {
			voice.say(`Directories are open while names with "${displayText(this.#review.filter)}" are listed; / alone lists all.`);
			return;
		}

		this.#desk.act({kind: 'turn', number: row!});
		const {message} = this.#review;

		if (message === undefined) {
			this.#lister.relist(number);
		} else {
			voice.say(`${message}.`);
		}
	}
}
