/*
The list of sets as text.
*/
import {displayText} from '../../text/display-name.ts';
import {
	formatBytes,
	formatCount,
	formatDuration,
	formatNumber,
	localTime,
} from '../../text/format.ts';
import {fitEnd, fitStart} from '../kit/columns.ts';
import {glyphs} from '../kit/glyphs.ts';
import type {Tone} from '../kit/theme.ts';
import {largestOf} from '../../text/lists.ts';
import type {SetRow} from './browser.ts';
import type {BrowseState} from './sets-state.ts';

type Column = {
	readonly title: string;
	/** Cells, and the columns that the terminal must have for it. */
	readonly width: number;
	readonly from: number;
	readonly isRight?: boolean;
	readonly text: (row: SetRow) => string;
};

const unknown = '-';
const bytesText = (bytes: number | undefined) => bytes === undefined ? unknown : formatBytes(bytes);
const waiting = ({state}: SetRow) => state === undefined ? glyphs.more : unknown;

/** Bytes of all copies in a set. */
export const sizeOf = ({head, found}: SetRow): number | undefined => head?.bytesOut ?? found?.bytes;

const filesText = (row: SetRow) => {
	const files = row.head?.filesDone ?? row.found?.files;
	return files === undefined ? waiting(row) : formatNumber(files);
};

const columns: readonly Column[] = [
	{
		title: 'DATE', width: 10, from: 0, text: ({name}) => name.date,
	},
	{
		title: 'STATE', width: 11, from: 0, text: ({state}) => state ?? glyphs.more,
	},
	{
		title: 'TOOK', width: 10, from: 100, isRight: true, text: row => row.head ? formatDuration(row.head.finished.getTime() - row.head.started.getTime()) : waiting(row),
	},
	{
		title: 'FILES', width: 7, from: 64, isRight: true, text: filesText,
	},
	{
		title: 'FAILED', width: 6, from: 64, isRight: true, text: row => row.head ? formatNumber(row.head.filesFailed) : waiting(row),
	},
	{
		title: 'READ', width: 7, from: 100, isRight: true, text: row => bytesText(row.head?.bytesIn),
	},
	{
		title: 'SIZE', width: 7, from: 0, isRight: true, text: row => bytesText(sizeOf(row)),
	},
	{
		title: 'NEW', width: 7, from: 64, isRight: true, text: row => bytesText(row.bytesNew),
	},
];

/** The widest that a bar gets. */
const widestBar = 80;

export type SetCells = {
	/** With the cell before it that is the cursor's. */
	readonly date: string;
	readonly state: string;
	readonly rest: string;
	/** Of the bar: what the set added, and what it shares with older ones. */
	readonly added: string;
	readonly shared: string;
	readonly empty: string;
};

const shownColumns = (width: number) => columns.filter(({from}) => from <= width);

const gapOf = (width: number) => width < 64 ? 1 : 2;

/** Cells for the bar, behind all columns; one stays free at the end. */
function barWidth(width: number): number {
	const gap = gapOf(width);
	const taken = shownColumns(width).reduce((sum, column) => sum + column.width + gap, 1);
	return Math.max(0, Math.min(widestBar, width - taken - 1));
}

function joinColumns(shown: readonly Column[], gap: number, textOf: (column: Column) => string): string {
	return shown.map(column => (column.isRight ? fitEnd : fitStart)(textOf(column), column.width) + ' '.repeat(gap)).join('');
}

/** The heads over the columns, in `width` cells. */
export function setHeads(width: number): string {
	return ` ${joinColumns(shownColumns(width), gapOf(width), ({title}) => title)}${fitStart(barWidth(width) < 10 ? '' : 'SIZE PER DAY', barWidth(width))}`;
}

/** The largest set, which has the longest bar. */
export const largestSize = (sets: readonly SetRow[]): number => largestOf(sets.map(row => sizeOf(row) ?? 0), 0);

/** A row of the list in `width` cells, less that of the cursor. `largest` in bytes. */
export function setCells(row: SetRow, width: number, largest: number): SetCells {
	const gap = gapOf(width);
	const [date, state, ...rest] = shownColumns(width);
	const bar = barWidth(width);
	const size = sizeOf(row) ?? 0;
	// Whatever is not nothing shows.
	const length = size === 0 || largest === 0 ? 0 : Math.max(1, Math.round((size / largest) * bar));
	const added = row.bytesNew === undefined || size === 0 ? length : Math.min(length, Math.ceil((row.bytesNew / size) * length));
	return {
		date: joinColumns([date!], gap, ({text}) => text(row)),
		state: joinColumns([state!], gap, ({text}) => text(row)),
		rest: joinColumns(rest, gap, ({text}) => text(row)),
		added: glyphs.filled.repeat(added),
		shared: glyphs.empty.repeat(length - added),
		empty: ' '.repeat(bar - length),
	};
}

/** How the word for its state looks. */
export function stateTone({state}: SetRow): Tone {
	const tones = {
		complete: 'good', partial: 'warning', running: 'strong', interrupted: 'warning', damaged: 'bad', foreign: 'plain', empty: 'bad',
	} as const;
	return state === undefined ? 'faint' : tones[state];
}

/** Whether a set is of a day to come. `today`: the local date, if it is known. */
export const isFuture = ({name}: SetRow, today: string | undefined): boolean => today !== undefined && name.date > today;

/** What there is to know of a set beside its columns. `today` as of `isFuture`. */
export function setDetail(row: SetRow, today: string | undefined): string {
	const {state, head, problem, name} = row;

	if (problem !== undefined) {
		return `${name.date}: ${problem}`;
	}

	if (state === 'interrupted') {
		return `${name.date}: a run was stopped; the next one takes over what is whole`;
	}

	if (state === 'running') {
		return `${name.date}: a run is filling it just now`;
	}

	return [
		...(isFuture(row, today) ? ['of a day to come: never the latest'] : []),
		...(head ? [`${localTime(head.finished)}, ${displayText(head.source)} on ${displayText(head.host)}`] : []),
	].join('; ');
}

/** How many sets there are, and what they take. */
export function setsTotals({sets, isListing, problem}: Pick<BrowseState, 'sets' | 'isListing' | 'problem'>): string {
	if (problem !== undefined) {
		return problem;
	}

	const taken = sets.reduce((sum, {bytesNew}) => sum + (bytesNew ?? 0), 0);
	return `${formatCount(sets.length, 'set')}${taken > 0 ? `, ${formatBytes(taken)} on disk` : ''}${isListing ? '; reading' : ''}`;
}
