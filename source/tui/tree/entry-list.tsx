import {Box} from 'ink';
import {displayText} from '../../text/display-name.ts';
import {
	cellWidth,
	spread,
	truncateMiddle,
	truncateStart,
} from '../kit/columns.ts';
import type {ReviewColumns} from '../kit/layout.ts';
import {Line} from '../kit/line.tsx';
import {markSign} from './tree-marks.ts';
import {rangeOf} from './tree-reducer.ts';
import type {Row} from './tree-row.ts';
import {folderOf, type ReviewState} from './tree-state.ts';
import {positionText, type RowView, shareOf} from './tree-text.ts';
import {ReviewRow} from './entry-row.tsx';

type ListProps = {
	readonly review: ReviewState;
	readonly columns: ReviewColumns;
	/** What is to be known of a row beside what the row says. */
	readonly remarkOf: (row: Row) => Pick<RowView, 'remark' | 'isRemarkable'>;
};

/** The answer to the last key, the filter, or what the list had no room for; and where in the list one is. */
export function Remark({review, remark, width}: {readonly review: ReviewState; readonly remark: string; readonly width: number}) {
	const position = positionText(review);
	const room = width - (position === '' ? 0 : cellWidth(position) + 2);

	if (review.isTyping || (review.filter !== '' && review.message === undefined)) {
		const found = review.order.length === 1 ? '1 row' : `${review.order.length.toLocaleString('en-US')} rows`;
		const filter = truncateStart(displayText(review.filter), Math.max(1, room - cellWidth(found) - 6));
		return <Line tone='strong'>{` ${spread(`/${filter}${review.isTyping ? '_' : ''}  ${found}`, position, width)}`}</Line>;
	}

	return <Line tone={review.message === undefined ? 'faint' : 'warning'}>{` ${spread(truncateMiddle(remark, room), position, width)}`}</Line>;
}

/** The list of entries, of which only the rows in the window are drawn. */
export function EntryList({review, columns, remarkOf}: ListProps) {
	const range = new Set(rangeOf(review));
	const isEmpty = review.rows.length === 0 && !review.isScanning;

	return (
		<Box flexDirection='column' height={review.height} flexShrink={0}>
			{isEmpty && <Line> Nothing in this directory.</Line>}
			{review.filter !== '' && review.order.length === 0 && <Line> Nothing has that in its name.</Line>}
			{review.order.slice(review.top, review.top + review.height).map((number, index) => {
				const row = review.rows[number]!;
				const folder = folderOf(review, row);
				return (
					<ReviewRow
						key={number}
						row={row}
						folder={folder}
						mark={markSign(review, number)}
						isOpen={folder !== undefined && (folder.isOpen || review.filter !== '')}
						isOnDisk={review.isOnDisk}
						share={columns.share > 0 ? shareOf(review, row) : 0}
						{...remarkOf(row)}
						isCurrent={review.top + index === review.cursor}
						isInRange={range.has(number)}
						columns={columns}
						now={review.now}
					/>
				);
			})}
		</Box>
	);
}
