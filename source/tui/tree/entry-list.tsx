import {Box} from 'ink';
import {useMemo} from 'react';
import {formatCount} from '../../text/format.ts';
import {cellWidth, spread, truncateMiddle} from '../kit/columns.ts';
import {FilterLine} from '../kit/filter-line.tsx';
import {Line} from '../kit/line.tsx';
import type {Tone} from '../kit/theme.ts';
import {shareFigure, type TreeColumns} from './tree-columns.ts';
import {markSign} from './tree-marks.ts';
import {rangeOf} from './tree-reducer.ts';
import type {Row, TreeItem} from './tree-row.ts';
import {folderOf, type TreeState} from './tree-state.ts';
import {
	largestShown,
	positionText,
	type RowView,
	shareOf,
} from './tree-text.ts';
import {TreeRow} from './entry-row.tsx';

type ListProps<Item extends TreeItem> = {
	readonly tree: TreeState<Item>;
	readonly columns: TreeColumns<Item>;
	/** Rows that are not marked are drawn faint: where marks are the exception, they say enough. */
	readonly isUnmarkedFaint?: boolean;
	/** The remark of a row. */
	readonly remarkOf: (row: Row<Item>) => Pick<RowView, 'remark' | 'isRemarkable' | 'isBad'>;
};

/** The answer to the last key, the filter, or what the list had no room for; and where in the list one is. */
export function RemarkLine({
	tree, remark, shorter = [], tone = 'faint', width,
}: {
	readonly tree: TreeState;
	readonly remark: string;
	/** Other ways to say it, for where there is no room for that. */
	readonly shorter?: readonly string[];
	/** Of what is no answer to a key. */
	readonly tone?: Tone;
	readonly width: number;
}) {
	const position = positionText(tree);
	const room = width - (position === '' ? 0 : cellWidth(position) + 2);

	if (tree.isTyping || (tree.filter !== '' && tree.message === undefined)) {
		return <FilterLine filter={tree.filter} caret={tree.caret} isTyping={tree.isTyping} found={formatCount(tree.order.length, 'row')} position={position} width={width}/>;
	}

	const text = [remark, ...shorter].find(way => cellWidth(way) <= room) ?? remark;
	// An answer to a key is gone with the next one, and the place comes back.
	const isAlone = tree.message !== undefined && cellWidth(text) > room;
	return (
		<Line tone={tree.message === undefined ? tone : 'strong'}>
			{` ${isAlone ? spread(truncateMiddle(text, width), '', width) : spread(truncateMiddle(text, room), position, width)}`}
		</Line>
	);
}

const noFolders: TreeState['folders'] = new Map();

/** Numbers of rows, parted by whether they are directories. */
function partRows(rows: readonly Row[], order: readonly number[]): {readonly files: readonly number[]; readonly directories: readonly number[]} {
	const isDirectory = (number: number) => rows[number]!.folder !== undefined;
	return {files: order.filter(number => !isDirectory(number)), directories: order.filter(number => isDirectory(number))};
}

/** The list of entries, of which only the rows in the window are drawn. */
export function EntryList<Item extends TreeItem>({
	tree, columns, remarkOf, isUnmarkedFaint = false,
}: ListProps<Item>) {
	const {rows, order, folders, isOnDisk} = tree;
	const range = new Set(rangeOf(tree));
	const hasShare = columns.figures.includes(shareFigure);
	// Once for an order: not for a cursor that only moves, and of the files not for a mark either, which changes what is known of the directories.
	const {files, directories} = useMemo(() => partRows(rows, hasShare ? order : []), [hasShare, rows, order]);
	const largestFile = useMemo(() => largestShown({
		rows, order: files, folders: noFolders, isOnDisk,
	}), [rows, files, isOnDisk]);
	const largestDirectory = useMemo(() => largestShown({
		rows, order: directories, folders, isOnDisk,
	}), [rows, directories, folders, isOnDisk]);
	const largest = Math.max(largestFile, largestDirectory);
	const isEmpty = tree.rows.length === 0 && !tree.isScanning;

	return (
		<Box flexDirection='column' height={tree.height} flexShrink={0}>
			{isEmpty && <Line> Nothing in this directory.</Line>}
			{tree.filter !== '' && tree.order.length === 0 && <Line> No name matches.</Line>}
			{tree.order.slice(tree.top, tree.top + tree.height).map((number, index) => {
				const row = tree.rows[number]!;
				const folder = folderOf(tree, row);
				return (
					<TreeRow
						// A row that scrolls keeps its place in React's tree, and one that comes takes the place of one that went: Ink makes and lays out none anew.
						key={(tree.top + index) % tree.height}
						row={row}
						folder={folder}
						mark={markSign(tree, number)}
						isOpen={folder !== undefined && (folder.isOpen || tree.filter !== '')}
						isOnDisk={tree.isOnDisk}
						share={hasShare ? shareOf(tree, row, largest) : 0}
						{...remarkOf(row)}
						isCurrent={tree.top + index === tree.cursor}
						isUnmarkedFaint={isUnmarkedFaint}
						isInRange={range.has(number)}
						columns={columns}
						now={tree.now}
					/>
				);
			})}
		</Box>
	);
}
