/*
The state of each file of a run, in the order in which the files get their turn: a row keeps its place, whatever happens to the file.
*/
import type {ErrorEvent, FileEvent, StatusEvent} from '../../backup/events.ts';
import {reasonText} from '../../report/words/failures.ts';
import type {Note} from '../../set/notes.ts';

export type QueuedFile = {
	/** As the events name it: `displayName` of its path, which no two paths share. */
	readonly name: string;
	/** Missing where nobody has said. */
	readonly bytes: number | undefined;
};

export type Outcome =
	| {readonly word: 'done' | 'reused'; readonly bytesIn: number; readonly bytesOut: number; readonly notes: readonly Note[]}
	| {readonly word: 'vanished'}
	| {readonly word: 'failed'; readonly reason: string};

/** The state of all files of a run. */
export type Tally = {
	/** If the selection is not known (a run that was started elsewhere), only files with an outcome, as they came. */
	readonly files: readonly QueuedFile[];
	readonly isPlanned: boolean;
	/** By name, the number of each planned file. */
	readonly numbers: ReadonlyMap<string, number>;
	/** By number. */
	readonly results: ReadonlyArray<Outcome | undefined>;
	/** All planned files before this one have had their turn. */
	readonly turn: number;
};

export const unplanned: Tally = {
	files: [], isPlanned: false, numbers: new Map(), results: [], turn: 0,
};

/** The outcomes of files that are still to be copied: the largest first, as the copier takes them (backup/copier.ts). */
export function planOutcomes(selection: readonly QueuedFile[]): Tally {
	const files = selection.toSorted((one, other) => (other.bytes ?? 0) - (one.bytes ?? 0));
	return {
		files, isPlanned: true, numbers: new Map(files.map(({name}, number) => [name, number])), results: files.map(() => undefined), turn: 0,
	};
}

const none: readonly Note[] = [];

function outcomeOf(event: FileEvent | ErrorEvent): Outcome {
	if (event.message_type === 'error') {
		return {word: 'failed', reason: reasonText(event.error)};
	}

	const {outcome, bytes_in: bytesIn, bytes_out: bytesOut, notes} = event;
	return outcome === 'vanished'
		? {word: outcome}
		: {
			word: outcome, bytesIn, bytesOut, notes: notes.length > 0 ? notes : none,
		};
}

const wasRenamed = (outcome: Outcome) => (outcome.word === 'done' || outcome.word === 'reused') && outcome.notes.includes('renamed');

/** Whether an event reports a file's turn. Copies of an interrupted run, and vanished files, are reported before all turns. */
const hadTurn = (event: FileEvent | ErrorEvent) => event.message_type === 'file' && event.outcome !== 'vanished' && !event.resumed;

/** Takes in the files that got an outcome, and those that are being copied: once for many, as the lists are copied. */
export function addOutcomes(outcomes: Tally, events: ReadonlyArray<FileEvent | ErrorEvent>, status: StatusEvent | undefined): Tally {
	const {numbers} = outcomes;
	const active = (status?.current_files ?? []).map(({path}) => path);
	let {turn} = outcomes;

	for (const name of [...active, ...events.filter(event => hadTurn(event)).map(event => (event.message_type === 'file' ? event.listed_as : undefined) ?? event.path)]) {
		turn = Math.max(turn, (numbers.get(name) ?? -1) + 1);
	}

	if (events.length === 0) {
		return turn === outcomes.turn ? outcomes : {...outcomes, turn};
	}

	const results = [...outcomes.results];
	const added: QueuedFile[] = [];

	for (const event of events) {
		const listedAs = event.message_type === 'file' ? event.listed_as : undefined;
		const number = numbers.get(listedAs ?? event.path);
		const result = outcomeOf(event);
		const earlier = number === undefined ? undefined : results[number];

		if (number === undefined) {
			added.push({name: event.path, bytes: undefined});
			results.push(result);
		} else if (earlier && (listedAs !== undefined || wasRenamed(earlier))) {
			// The row is for what was listed; what has its name now gets another.
			const [listed, other] = listedAs === undefined ? [earlier, result] : [result, earlier];
			results[number] = listed;
			added.push({name: outcomes.files[number]!.name, bytes: undefined});
			results.push(other);
		} else {
			results[number] = result;
		}
	}

	return {
		...outcomes, files: added.length > 0 ? [...outcomes.files, ...added] : outcomes.files, results, turn,
	};
}

/**
The outcomes of a run with those of a second attempt in place of the failures.

@param isFinished - Whether the attempt came to its end: what it was to try and does not name then has become of something else, as a directory that
could be listed by then has of the files in it.
*/
export function replaceOutcomes(first: Tally, second: Tally, isFinished: boolean): Tally {
	const numbers = new Map(first.files.map(({name}, number) => [name, number]));
	const files = [...first.files];
	const results = [...first.results];

	for (const [number, file] of second.files.entries()) {
		const place = numbers.get(file.name) ?? files.length;
		files[place] ??= file;
		results[place] = second.results[number] ?? results[place];
	}

	const isGone = ({name}: QueuedFile): boolean => {
		const number = second.numbers.get(name);
		return isFinished && number !== undefined && second.results[number] === undefined;
	};

	const kept = files.map((file, number) => ({file, result: results[number]})).filter(({file}) => !isGone(file));
	return {
		...first, files: kept.map(({file}) => file), results: kept.map(({result}) => result), numbers: new Map(kept.map(({file: {name}}, number) => [name, number])),
	};
}

/** Numbers of the files whose turn is still to come. */
export function waitingFiles({results, turn}: Tally): readonly number[] {
	const waiting: number[] = [];

	for (let number = turn; number < results.length; number++) {
		if (results[number] === undefined) {
			waiting.push(number);
		}
	}

	return waiting;
}
