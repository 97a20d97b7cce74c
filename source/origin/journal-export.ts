import {SourceError} from '../files/errors.ts';
import {describeEnd, type RunningProgram} from '../files/program.ts';
import {dayLength, dayStart} from '../journal/days.ts';
import {ExportReader} from '../journal/export-reader.ts';
import type {JournalDay} from '../journal/journal-days.ts';
import {findUnopenable, startExport} from '../journal/journalctl.ts';
import {displayText} from '../text/display-name.ts';
import {formatCount} from '../text/format.ts';
import {type DayFacts, encodeDayFacts} from './journal-facts.ts';
import {VanishedError} from './source-file.ts';
import type {Reached} from './open-source.ts';
import type {Stream, StreamFacts} from './stream-source.ts';

/** How often journalctl is started when files were renamed, as when journald begins new ones, before it had opened them. */
const mostStarts = 3;

/** Milliseconds between looks at a journalctl that gives nothing, and how many looks later it is given up. Looks and not time are counted: a run may have been halted meanwhile. */
const lookInterval = 10_000;
const mostLooks = 30;

export type ExportOptions = {
	readonly day: JournalDay;
	/** Finds the day as it is now; `undefined` if there is nothing of it any more. */
	readonly lookAgain: () => Promise<JournalDay | undefined>;
	/** Whether it was over when it was looked at. */
	readonly isClosed: boolean;
	/** Only of journals in a directory of somebody's choice. */
	readonly directory: string | undefined;
	/** Milliseconds between looks at what gives nothing. */
	readonly interval?: number;
};

/**
The export of a day: all entries of the day in the files that have any, in the order of the journal. That order is not always that of the times: where the clock was set back, a later day
stands in the middle of an earlier one. So journalctl is not told where to end; it is read until all entries have come that the files are known to have, and those of other days are dropped.
*/
export class JournalExport implements Stream {
	readonly content: AsyncIterable<Buffer>;
	readonly #options: ExportOptions;
	readonly #reader = new ExportReader(time => this.#isOfDay(time));
	#day: JournalDay;
	#program: RunningProgram | undefined;
	/** Looks at whether journalctl gives anything. */
	#watch: NodeJS.Timeout | undefined;
	#isClosed = false;
	/** All entries have come, and what follows is not of the day. */
	#isOver = false;

	constructor(options: ExportOptions) {
		this.#options = options;
		this.#day = options.day;
		this.content = this.#read();
	}

	async finish(): Promise<StreamFacts> {
		const {isClosed, directory} = this.#options;
		const {entries: counted, first: from, last: to, isExact, isDamaged} = this.#day;
		const {entries, first, last, machines, boots} = this.#reader;

		if (!first || !last) {
			await this.#isMoved();
			throw new SourceError(`journalctl gives no entry of it, and its files have ${formatCount(counted, 'entry', 'entries')}`);
		}

		const isWhole = !isDamaged && (!isExact || entries >= counted);
		const facts: DayFacts = {
			entries,
			first,
			last,
			machines,
			boots,
			isClosed,
			...(isExact && {counted: {entries: counted, first: from, last: to}}),
			...(directory !== undefined && {directory}),
		};
		return {facts: encodeDayFacts(facts), notes: isWhole ? [] : ['incomplete'], isMixed: !isWhole && await this.#isMoved()};
	}

	reached(): Reached | undefined {
		const {entries, lastTime} = this.#reader;
		return entries === 0 ? undefined : {records: entries, total: Math.max(entries, this.#day.entries), time: lastTime};
	}

	async close(): Promise<void> {
		// Who stops reading need not say so to a generator, and its watch would hold up the end of the process.
		this.#isClosed = true;
		clearInterval(this.#watch);
		await this.#program?.close();
	}

	async * #read(): AsyncGenerator<Buffer> {
		for (let starts = 1; ; starts++) {
			const {files, first, isExact} = this.#day;
			const program = await startExport(files, dayStart(first), !isExact);
			this.#program = program;

			if (this.#isClosed) {
				await program.close();
				return;
			}

			yield * this.#entriesOf(program);

			if (this.#isOver) {
				await program.close();

				if (program.complaints !== '') {
					throw new SourceError(`journalctl says: ${program.complaints}`);
				}

				return;
			}

			if (await this.#isDone(program, this.#reader.entries === 0 && starts < mostStarts)) {
				return;
			}
		}
	}

	async * #entriesOf(program: RunningProgram): AsyncGenerator<Buffer> {
		for await (const chunk of this.#outputOf(program)) {
			yield * this.#reader.take(chunk);

			if (this.#isOver) {
				return;
			}
		}
	}

	/**
	Whether journalctl has ended as it should. With `--quiet` it speaks of failures alone: of files that it cannot read, too, with which it ends as if all were well.

	@param mayBeStarted It has given no entry, and may be started again, if the files are others by now.
	@throws {SourceError} If it has failed.
	*/
	async #isDone(program: RunningProgram, mayBeStarted: boolean): Promise<boolean> {
		const end = await program.ended;

		if (mayBeStarted && await this.#isMoved()) {
			return false;
		}

		if (end.code !== 0 || program.complaints !== '') {
			const culprit = this.#reader.entries === 0 ? await findUnopenable(this.#day.files) : undefined;
			const about = culprit === undefined ? '' : ` about ${displayText(culprit)}`;
			throw new SourceError(program.complaints === '' ? `journalctl ${describeEnd(end)}` : `journalctl says${about}: ${program.complaints}`);
		}

		if (!this.#reader.isBetweenEntries) {
			throw new SourceError('journalctl ended in the middle of an entry');
		}

		return true;
	}

	/**
	Looks at the files again. Whether others have entries of the day by now, as when journald begins new ones.

	@throws {VanishedError} If there are none any more.
	*/
	async #isMoved(): Promise<boolean> {
		const day = await this.#options.lookAgain();

		if (!day) {
			throw new VanishedError(undefined);
		}

		const before = this.#day.files.join('\n');
		this.#day = day;
		return day.files.join('\n') !== before;
	}

	/** Output of a program, which is closed if it gives nothing for too long. */
	async * #outputOf(program: RunningProgram): AsyncGenerator<Buffer> {
		let looks = 0;
		let isWaiting = false;
		this.#watch = setInterval(() => {
			looks = isWaiting ? looks + 1 : 0;

			if (looks > mostLooks) {
				void program.close();
			}
		}, this.#options.interval ?? lookInterval);
		const pieces = program.output[Symbol.asyncIterator]();

		try {
			for (;;) {
				isWaiting = true;
				const piece = await pieces.next();
				isWaiting = false;
				looks = 0;

				if (piece.done === true) {
					return;
				}

				yield piece.value;
			}
		} catch (error) {
			throw looks > mostLooks ? new SourceError('journalctl gives nothing more, and does not end') : error;
		} finally {
			clearInterval(this.#watch);
		}
	}

	#isOfDay(time: number): boolean {
		const {first, entries, isExact} = this.#day;
		const start = dayStart(first);

		if (!this.#isOver && time >= start && time < start + dayLength) {
			return true;
		}

		this.#isOver ||= isExact && this.#reader.entries >= entries && time >= start;
		return false;
	}
}
