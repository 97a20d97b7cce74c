/*
The columns of a tree: name, figures, and a note, which takes the place of the figures where there is no room for both. A figure stands here, or on
the screen that has it, once with all there is to it.
*/
import {formatAge} from '../../text/format.ts';
import {
	cellWidth,
	fitEnd,
	fitStart,
	truncateMiddle,
} from '../kit/columns.ts';
import {eighthsBar} from '../kit/bar.ts';
import {glyphs} from '../kit/glyphs.ts';
import type {Size} from '../kit/layout.ts';
import type {Tone} from '../kit/theme.ts';
import type {Row, TreeItem} from './tree-row.ts';
import {
	boxes,
	rowNote,
	type RowView,
	sizeText,
	sizeTone,
} from './tree-text.ts';
import type {Sort, SortKey} from './tree-state.ts';

/** A column of figures. One cell stays free before each. */
export type Figure<Item extends TreeItem = TreeItem> = {
	/** `isOnDisk`: sizes are shown as they are on disk. */
	readonly title: (isOnDisk: boolean) => string;
	/** The key that sorts by this column, and whether its order begins with the least. */
	readonly sort?: {readonly by: SortKey; readonly isUpwards: boolean};
	/** Cells. */
	readonly width: number;
	/** The cells that the list must have for it. */
	readonly from: number;
	/** Aligned left, like text, not right. */
	readonly isText?: boolean;
	/** `now` in milliseconds since the epoch. */
	readonly text: (view: RowView<Item>, now: number) => string;
	/** Tone in an ordinary row. */
	readonly tone?: (view: RowView<Item>) => Tone | undefined;
};

/** Cells of cursor, mark and the space after them. */
const markWidth = 5;

const size: Figure = {
	title: isOnDisk => isOnDisk ? 'DISK' : 'SIZE', sort: {by: 'size', isUpwards: false}, width: 8, from: 0, text: view => sizeText(view), tone: view => sizeTone(view),
};

const shareWidth = 6;

/** A bar that shows what part a size is of the largest one shown. */
export const shareFigure: Figure = {
	title: () => 'SHARE', width: shareWidth, from: 76, isText: true,
	// In an inverse row the filled part would look like a hole.
	tone: () => 'bar',
	text: ({share = 0, isCurrent = false}) => isCurrent ? glyphs.shade.repeat(Math.round(share * shareWidth)) : eighthsBar(share, shareWidth),
};

const age: Figure = {
	title: () => 'AGE', sort: {by: 'age', isUpwards: true}, width: 4, from: 0, text: ({row}, now) => row.isAgeless ? '-' : formatAge(row.modified, now),
};

/** The columns that every tree shows. */
export const treeFigures: readonly Figure[] = [size, shareFigure, age];

export type TreeColumns<Item extends TreeItem = TreeItem> = {
	/** Cells. */
	readonly name: number;
	/** 0 where a note takes the place of the figures. */
	readonly note: number;
	readonly figures: ReadonlyArray<Figure<Item>>;
};

const figuresWidth = (figures: ReadonlyArray<Pick<Figure, 'width'>>) => figures.reduce((sum, {width}) => sum + 1 + width, 0);

/** The most that a column of names takes. */
const mostName = 60;

/** One name in so many may be cut where it is much longer than the others: a single one would tear all rows apart. Below the list it is said whole. */
const rare = 20;

/** Cells that the longest of some names takes, with its place in the tree; of a few that are half as long again as all others, it is the longest of the others. */
export function longestName(rows: readonly Row[]): number {
	const counts = Array.from({length: mostName + 1}, () => 0);

	for (const {label, depth} of rows) {
		counts[Math.min(mostName, (2 * depth) + 1 + cellWidth(label))]!++;
	}

	const longest = counts.findLastIndex(count => count > 0);
	let beyond = 0;
	const usual = counts.findLastIndex(count => {
		beyond += count;
		return beyond > rows.length / rare;
	});
	return longest > usual * 1.5 ? usual : longest;
}

/** The least that a column of names takes, whatever there is: its head with the sign of the order, and room for names that are still to be found. */
const leastName = 20;

/** The columns of a list of so many cells. `longest`: the most cells that names need. */
export function treeColumns<Item extends TreeItem>({columns}: Pick<Size, 'columns'>, all: ReadonlyArray<Figure<Item>>, longest = Infinity): TreeColumns<Item> {
	const figures = all.filter(({from}) => from <= columns);
	const free = columns - markWidth - figuresWidth(figures);

	if (columns < 64) {
		return {name: free - 1, note: 0, figures};
	}

	// A name column much wider than the names would only tear the rows apart; and the note is to have room for "grew 4.1x since 2026-11-21", where that leaves room for names.
	const name = Math.min(mostName, Math.max(leastName, longest), free - 1 - (2 + (columns < 68 ? 22 : 26)));
	return {name, note: free - name - 2 - 1, figures};
}

type Part = {
	readonly text: string;
	readonly tone: Tone | undefined;
};

export type RowText = {
	/** Mark, name and figures: as parts that look different, in a row that is as others, and as one text. */
	readonly parts: readonly Part[];
	readonly main: string;
	readonly note: string;
};

/** Puts parts together that look the same. */
function joinParts(parts: readonly Part[]): readonly Part[] {
	const joined: Part[] = [];

	for (const {text, tone} of parts) {
		const last = joined.at(-1);

		if (last && (last.tone === tone || text.trim() === '')) {
			joined[joined.length - 1] = {text: last.text + text, tone: last.tone};
		} else {
			joined.push({text, tone});
		}
	}

	return joined;
}

const toRowText = (all: readonly Part[], note: string): RowText => {
	const parts = joinParts(all);
	return {parts, main: parts.map(({text}) => text).join(''), note};
};

/** The name, under the one of the directory it is in, and after a sign that tells whether it can be opened. */
function nameText({row: {label, depth}, folder, isOpen}: Pick<RowView<never>, 'folder' | 'isOpen'> & {readonly row: Pick<Row, 'label' | 'depth'>}, width: number): string {
	const sign = !folder || (folder.isRead && folder.order.length === 0) ? ' ' : (isOpen ? glyphs.open : glyphs.closed);
	const indent = Math.min(2 * depth, Math.max(0, width - 14));
	return ' '.repeat(indent) + sign + fitStart(label, width - indent, truncateMiddle);
}

const fit = ({isText, width}: Pick<Figure, 'isText' | 'width'>, text: string): string => ` ${isText ? fitStart(text, width) : fitEnd(text, width)}`;

/** A row of the list, which takes exactly the width of the list together with the cell of the cursor. `now` in milliseconds since the epoch. */
export function rowText<Item extends TreeItem>(view: RowView<Item>, {columns, now}: {readonly columns: TreeColumns<Item>; readonly now: number}): RowText {
	const {name, note: noteWidth, figures} = columns;
	const start: readonly Part[] = [
		{text: boxes[view.mark], tone: view.mark === 'all' || view.mark === 'some' ? 'mark' : undefined},
		{text: nameText(view, name), tone: view.folder && 'folder'},
	];
	const space = (text: string): Part => ({text, tone: undefined});
	const shown = figures.map((figure): Part => ({text: fit(figure, figure.text(view, now)), tone: figure.tone?.(view)}));

	if (noteWidth > 0) {
		return toRowText([...start, ...shown, space('  ')], `${fitStart(rowNote(view), noteWidth)} `);
	}

	// A remark is no reason to hide the figures, unless it tells of damage: no colour says that alone.
	const reason = rowNote(view.isBad ? view : {row: view.row, folder: view.folder});
	const isFigureShown = reason === '' || view.folder !== undefined;
	return isFigureShown
		? toRowText([...start, ...shown, space(' ')], '')
		: toRowText([...start, space(' ')], `${fitStart(reason, figuresWidth(figures) - 1)} `);
}

/** The row in full, where the list had to cut its name or its note, or shows only the last part of it; else nothing. */
export function rowDetail({row, folder, isRemarkable = false, ...past}: Pick<RowView, 'row' | 'folder' | 'remark' | 'isRemarkable'>, columns: TreeColumns<never>): string {
	const note = rowNote({row, folder, ...past});
	const isCut = row.depth > 0 || (columns.note === 0 && isRemarkable) || cellWidth(row.name) > columns.name || (columns.note === 0 && folder !== undefined)
		|| cellWidth(note) > (columns.note || figuresWidth(columns.figures) - 1);
	const isShort = row.depth === 0 && isRemarkable && cellWidth(row.name) <= columns.name;
	return isCut ? [...(isShort ? [] : [row.name]), ...(note === '' ? [] : [note])].join(': ') : '';
}

export type Head = {
	readonly text: string;
	readonly isSorted: boolean;
};

/** Heads of the columns; together with the cells before them as wide as a row. */
export function columnHeads({by, isReversed}: Sort, {name, note, figures}: TreeColumns<never>, isOnDisk = false): readonly Head[] {
	const head = (title: string, sort: Figure['sort']): Head => by === sort?.by
		? {text: title + (sort.isUpwards === isReversed ? glyphs.down : glyphs.up), isSorted: true}
		: {text: title, isSorted: false};
	const nameHead = head('NAME', {by: 'name', isUpwards: true});

	return [
		{text: ' '.repeat(markWidth), isSorted: false},
		{...nameHead, text: fitStart(nameHead.text, name)},
		...figures.map(figure => {
			const {text, isSorted} = head(figure.title(isOnDisk), figure.sort);
			return {text: fit(figure, text), isSorted};
		}),
		{text: note > 0 ? '  NOTE' : '', isSorted: false},
	];
}
