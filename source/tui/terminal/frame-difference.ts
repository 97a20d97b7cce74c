/*
The shortest output that turns one frame on a terminal into another: only the cells that differ. Over a slow line a number that changes in the
middle of a row then costs its digits, not the rest of the row.
*/
import {type Cell, type CellLine, cellLine} from './frame-cells.ts';

export type FrameSize = {
	readonly columns: number;
	readonly rows: number;
};

export type Frame = FrameSize & {
	readonly lines: readonly CellLine[];
};

const escape = '\u{1B}[';
const blank: Cell = {text: ' ', style: ''};
const emptyLine: CellLine = {source: '', cells: [], firstUnsure: Infinity};

/** Unchanged cells between two changes that are sent again, as going past them takes as much. */
const shortGap = 4;

const isSame = (one: Cell, other: Cell) => one.text === other.text && one.style === other.style;

const goTo = (row: number, column: number) => `${escape}${row + 1};${column + 1}H`;

/** Takes a frame apart; of lines it shares with the one before, wherever they stood there, nothing is done again. */
export function readFrame(text: string, {columns, rows}: FrameSize, previous?: Frame): Frame {
	const known = new Map(previous?.columns === columns ? previous.lines.map(line => [line.source, line]) : []);
	return {columns, rows, lines: text.split('\n').slice(0, rows).map(source => known.get(source) ?? cellLine(source, columns))};
}

/** Cells with the sequences between them, from no style to no style. */
function written(cells: readonly Cell[]): string {
	let text = '';
	let style = '';

	for (const cell of cells) {
		if (cell.style !== style) {
			text += style === '' ? `${escape}${cell.style}m` : `${escape}0${cell.style === '' ? '' : `;${cell.style}`}m`;
			({style} = cell);
		}

		text += cell.text;
	}

	return style === '' ? text : `${text}${escape}m`;
}

/** A stretch of columns, the end not in it. */
type Stretch = readonly [start: number, end: number];

function changedStretches(before: readonly Cell[], after: readonly Cell[]): Stretch[] {
	const stretches: Stretch[] = [];
	const length = Math.max(before.length, after.length);

	for (let column = 0; column < length; column++) {
		if (isSame(before[column] ?? blank, after[column] ?? blank)) {
			continue;
		}

		const last = stretches.at(-1);

		if (last && column - last[1] <= shortGap) {
			stretches[stretches.length - 1] = [last[0], column + 1];
		} else {
			stretches.push([column, column + 1]);
		}
	}

	return stretches;
}

/** A row from a column to its end. */
const rest = (row: number, start: number, cells: readonly Cell[]) => `${goTo(row, start)}${escape}K${written(cells.slice(start))}`;

function lineDifference(row: number, before: CellLine, after: CellLine): string {
	if (before.source === after.source) {
		return '';
	}

	if (!after.cells || !before.cells) {
		return `${goTo(row, 0)}${escape}K${after.cells ? written(after.cells) : `${after.source}${escape}m`}`;
	}

	const stretches = changedStretches(before.cells, after.cells);
	const [first] = stretches;

	if (!first) {
		return '';
	}

	const unsure = Math.min(before.firstUnsure, after.firstUnsure);

	if (unsure < stretches.at(-1)![1]) {
		return rest(row, Math.min(first[0], unsure), after.cells);
	}

	return stretches.map(([start, end]) => end > after.cells!.length
		? rest(row, start, after.cells!)
		: `${goTo(row, start)}${written(after.cells!.slice(start, end))}`).join('');
}

/** The output that turns one frame into the other; a whole frame if there is none before, or it had another size. Leaves the cursor anywhere, without a style. */
export function frameDifference(before: Frame | undefined, after: Frame): string {
	if (before?.columns !== after.columns || before.rows !== after.rows) {
		const lines = after.lines.map(({cells, source}) => cells ? written(cells) : `${source}${escape}m`);
		return `${escape}m${goTo(0, 0)}${escape}J${lines.join('\r\n')}`;
	}

	const length = Math.max(before.lines.length, after.lines.length);
	return Array.from({length}, (_, row) => lineDifference(row, before.lines[row] ?? emptyLine, after.lines[row] ?? emptyLine)).join('');
}
