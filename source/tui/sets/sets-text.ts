/*
The list of sets as text.
*/
import {displayText} from '../../text/display-name.ts';
import {type SetColumn, setColumns, sizeOf} from '../../report/words/set-columns.ts';
import {stateTexts} from '../../report/words/states.ts';
import {
	formatBytes,
	formatCount,
	formatNumber,
	localTime,
} from '../../text/format.ts';
import {fitEnd, fitStart} from '../kit/columns.ts';
import {glyphs} from '../kit/glyphs.ts';
import type {Tone} from '../kit/theme.ts';
import {largestOf} from '../../text/lists.ts';
import type {SetRow} from './browser.ts';
import type {BrowseState} from './sets-state.ts';

type Column = SetColumn & {
	/** Columns that the terminal must have for it. */
	readonly from: number;
};

const columns: readonly Column[] = [
	{...setColumns.date, from: 0},
	{...setColumns.state, from: 0},
	{...setColumns.took, from: 100},
	{...setColumns.files, from: 64},
	{...setColumns.failed, from: 64},
	{...setColumns.read, from: 100},
	{...setColumns.size, from: 0},
	{...setColumns.new, from: 64},
];

const cellText = ({name, state, head, found, bytesNew, away}: SetRow, {text, title}: Column): string => away && title === setColumns.state.title
	? 'only there'
	: text({
		date: name.date, state, head, found, bytesNew,
	}) ?? (state === undefined ? glyphs.more : '-');

/** A set that is only at a remote: its state there, and its age. */
export const awayText = ({state, away}: SetRow): string => `${state ?? 'there'}, ${away?.age ?? ''} old`;

/** The widest that a bar gets. */
const widestBar = 80;

export type SetCells = {
	/** With the cell before it that is the cursor's. */
	readonly date: string;
	readonly state: string;
	readonly rest: string;
	/** The parts of the bar: what the set added, and what it shares with older ones. */
	readonly added: string;
	readonly shared: string;
	readonly empty: string;
	/** In place of a bar: what is to be said of it. */
	readonly said: string;
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
	// What is not here has no bar: it takes no space.
	const size = row.away ? 0 : sizeOf(row) ?? 0;
	// Any size above zero shows.
	const length = size === 0 || largest === 0 ? 0 : Math.max(1, Math.round((size / largest) * bar));
	const added = row.bytesNew === undefined || size === 0 ? length : Math.min(length, Math.ceil((row.bytesNew / size) * length));
	return {
		date: joinColumns([date!], gap, column => cellText(row, column)),
		state: joinColumns([state!], gap, column => cellText(row, column)),
		rest: joinColumns(rest, gap, column => cellText(row, column)),
		added: glyphs.thinFilled.repeat(added),
		shared: glyphs.thinEmpty.repeat(length - added),
		empty: ' '.repeat(bar - length),
		said: row.away && bar >= 10 ? fitStart(awayText(row), bar) : '',
	};
}

/** The tone of the word for its state. */
export function stateTone({state, away}: SetRow): Tone {
	const tones = {
		complete: 'good', partial: 'warning', running: 'strong', interrupted: 'warning', damaged: 'bad', foreign: 'plain', empty: 'bad',
	} as const;
	return state === undefined || away ? 'faint' : tones[state];
}

/** Whether a set is of a day to come. `today`: the local date, if it is known. */
export const isFuture = ({name}: SetRow, today: string | undefined): boolean => today !== undefined && name.date > today;

/** A remark on a set beside its columns. `today` as of `isFuture`; `remote`: where sets are pushed, if they are. */
export function setDetail(row: SetRow, today: string | undefined, remote?: string): string {
	const {state, head, problem, name, isPushed, away} = row;

	if (away) {
		return `only at ${remote ?? 'the remote'}: ${awayText(row)}; Enter fetches it`;
	}

	if (problem !== undefined) {
		return `${name.date}: ${problem}`;
	}

	if (state === 'interrupted' || state === 'running') {
		return `${name.date}: ${stateTexts[state].meaning}`;
	}

	return [
		...(isFuture(row, today) ? ['of a day to come: never the latest'] : []),
		...(isPushed === undefined ? [] : [isPushed ? 'off the host, too' : 'not off the host yet']),
		...(head ? [`made ${localTime(head.finished)} of ${displayText(head.source)} on ${displayText(head.host)}`] : []),
	].join('; ');
}

/** The number of sets, and their size; and how many are only at the remote. */
export function setsTotals({sets, isListing, problem, remote = '', away}: Pick<BrowseState, 'sets' | 'isListing' | 'problem' | 'remote' | 'away'>): string {
	if (problem !== undefined) {
		return problem;
	}

	const taken = sets.reduce((sum, {bytesNew}) => sum + (bytesNew ?? 0), 0);
	const here = sets.filter(row => row.away === undefined).length;
	return [
		`${formatCount(here, 'set')}${taken > 0 ? `, ${formatBytes(taken)} on disk` : ''}`,
		...(isListing ? ['reading'] : []),
		...(here < sets.length ? [`${formatNumber(sets.length - here)} only at ${remote}`] : []),
		...(!isListing && away.isListing ? [`asking ${remote}`] : []),
		...(away.isUnknown ? [`${remote} can't be listed`] : []),
	].join('; ');
}
