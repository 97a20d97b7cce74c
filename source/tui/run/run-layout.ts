/*
How the rows and columns of the screens of a run are shared out.
*/
import {headerHeight, type Size} from '../kit/layout.ts';

/** Whether all files with what became of them are shown beside how the run goes, without being asked for. */
export const hasRoomForAll = ({columns, rows}: Size): boolean => columns >= 110 && rows >= 36;

/** Rows for the run's progress above the list of outcomes: its bar at least. */
export const progressHeight = ({rows}: Size): number => rows < 16 ? 1 : 3;

/** Rows for the file under the cursor, in full. */
export const detailHeight = ({rows}: Size): number => rows < 20 ? 1 : 2;

/** Rows of the list of outcomes: all but header, progress, column heads, the file in full, and keys. */
export const outcomesHeight = (size: Size): number => Math.max(1, size.rows - headerHeight(size) - progressHeight(size) - 1 - detailHeight(size) - 1);

/** Cells of a word that tells what became of a file, with one after it. */
export const wordWidth = 10;

export type RunColumns = {
	/** The word before a name; 0 before a file being copied, where there is no room for it. */
	readonly tag: number;
	readonly name: number;
	readonly bar: number;
	/** Bytes on the right; 0 where there is no room. */
	readonly figures: number;
};

/** Cells of a row for a file being copied: tag, name, bar, percent, figures, with two between them and one at either end. */
export function runColumns({columns}: Size): RunColumns {
	if (columns < 64) {
		const bar = Math.floor(columns / 4);
		return {
			tag: 0, name: columns - 1 - 1 - bar - 6 - 1, bar, figures: 0,
		};
	}

	const tag = wordWidth;
	const figures = 19;
	const free = columns - 1 - tag - 2 - 6 - 2 - figures - 1;
	const bar = Math.min(30, Math.floor(free / 3));
	return {
		tag, name: Math.min(60, free - bar), bar, figures,
	};
}

export type RunRows = {
	readonly active: number;
	readonly failures: number;
	readonly recent: number;
};

/** Shares `available` rows out: the active files first, then failures (at most half of what is left while others finish), then the rest. */
export function shareRunRows(available: number, wanted: RunRows): RunRows {
	const active = Math.min(wanted.active, Math.max(1, Math.ceil(available / 2)));
	const rest = Math.max(0, available - active);
	const failures = Math.min(wanted.failures, Math.max(Math.ceil(rest / 2), rest - wanted.recent));
	return {active, failures, recent: Math.min(wanted.recent, rest - failures)};
}

export type OutcomeColumns = {
	/** All that stands behind the word: a reason may take more than the columns do. */
	readonly row: number;
	readonly name: number;
	/** Bytes of the file and of its copy; 0 where there is room for one of them only. */
	readonly both: number;
	readonly figure: number;
	readonly ratio: number;
};

/** The least that a column of names takes: room for the notes on a copy. */
const leastName = 30;

/** Cells of a row of the list of outcomes: cursor and word, name, bytes; two between them. `longest`: no more is needed for names. */
export function outcomeColumns({columns}: Size, longest = Infinity): OutcomeColumns {
	const ratio = columns < 64 ? 0 : 8;
	const both = columns < 64 ? 0 : 19;
	const figure = columns < 64 ? 8 : 0;
	const row = columns - 1 - wordWidth - 1;
	const free = row - 2 - both - figure - (ratio > 0 ? ratio + 2 : 0);
	// A column much wider than the names would only tear the rows apart.
	return {
		row, name: Math.min(80, free, Math.max(leastName, longest)), both, figure, ratio,
	};
}
