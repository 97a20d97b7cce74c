/*
The shortest output that turns one frame on a terminal into another: only the cells that differ. Over a slow line a number that changes in the
middle of a row then costs its digits, not the rest of the row.
*/
import {type CellLine, type Cells, cellLine} from './frame-cells.ts';

export type FrameSize = {
	readonly columns: number;
	readonly rows: number;
};

export type Frame = FrameSize & {
	readonly lines: readonly CellLine[];
};

const escape = '\u{1B}[';
const emptyLine: CellLine = {source: '', cells: {texts: [], styles: []}, firstUnsure: Infinity};

/** Unchanged cells between two changes that are sent again, as going past them takes as much. */
const shortGap = 4;

const goTo = (row: number, column: number) => `${escape}${row + 1};${column + 1}H`;

/** Takes a frame apart; of lines it shares with the one before, wherever they stood there, nothing is done again. */
export function readFrame(text: string, {columns, rows}: FrameSize, previous?: Frame): Frame {
	const known = new Map(previous?.columns === columns ? previous.lines.map(line => [line.source, line]) : []);
	return {columns, rows, lines: text.split('\n').slice(0, rows).map(source => known.get(source) ?? cellLine(source, columns))};
}

/** Cells from one column to another with the sequences between them, from no style to no style. */
function written({texts, styles}: Cells, start = 0, end = texts.length): string {
	let text = '';
	let style = '';

	for (let column = start; column < end; column++) {
		const own = styles[column]!;

		if (own !== style) {
			text += style === '' ? `${escape}${own}m` : `${escape}0${own === '' ? '' : `;${own}`}m`;
			style = own;
		}

		text += texts[column]!;
	}

	return style === '' ? text : `${text}${escape}m`;
}

/** A stretch of columns, the end not in it. */
type Stretch = readonly [start: number, end: number];

function changedStretches(before: Cells, after: Cells): Stretch[] {
	const stretches: Stretch[] = [];
	const length = Math.max(before.texts.length, after.texts.length);

	for (let column = 0; column < length; column++) {
		// Behind its last cell a line is blank.
		if ((before.texts[column] ?? ' ') === (after.texts[column] ?? ' ') && (before.styles[column] ?? '') === (after.styles[column] ?? '')) {
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
const rest = (row: number, start: number, cells: Cells) => `${goTo(row, start)}${escape}K${written(cells, start)}`;

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

	const {cells} = after;
	return stretches.map(([start, end]) => end > cells.texts.length ? rest(row, start, cells) : `${goTo(row, start)}${written(cells, start, end)}`).join('');
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
