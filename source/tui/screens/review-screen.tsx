import {Box} from 'ink';
import Spinner from 'ink-spinner';
import {useMemo} from 'react';
import {formatBytes} from '../../text/format.ts';
import {cellWidth, spread, truncateMiddle} from '../columns.ts';
import {reviewColumns} from '../layout.ts';
import {currentRow, type ReviewState} from '../review-state.ts';
import {
	columnHeads,
	positionText,
	rowDetail,
	totalsText,
} from '../review-text.ts';
import type {State} from '../state.ts';
import type {Space} from '../../set/space.ts';
import {glyphs} from '../theme.ts';
import {Footer} from './footer.tsx';
import {Header} from './header.tsx';
import {Line} from './line.tsx';
import {ReviewRow} from './review-row.tsx';

type Props = {
	readonly state: State;
};

function Totals({review, space, width}: {readonly review: ReviewState; readonly space: Space | undefined; readonly width: number}) {
	const free = space === undefined ? '' : `${formatBytes(space.free)} free${width < 60 ? '' : `, ${formatBytes(space.reserve)} kept free`}`;
	const found = `reading${cellWidth(totalsText(review)) + cellWidth(free) + 40 > width ? '' : ' the directory'}: ${review.rows.length.toLocaleString('en-US')}`;

	if (!review.isScanning) {
		return <Line tone='strong'>{` ${spread(totalsText(review), free, width - 2)}`}</Line>;
	}

	return (
		<Line>
			{' '}<Spinner/>{` ${spread(`${found} ${glyphs.dot} ${totalsText(review)}`, free, width - 4)}`}
		</Line>
	);
}

/** The list of entries, of which only the rows in the window are drawn. */
export function ReviewScreen({state}: Props) {
	const {facts, size, review, space} = state;
	const columns = useMemo(() => reviewColumns(size), [size]);
	const row = currentRow(review);
	const position = positionText(review);
	const remark = review.message ?? (row ? rowDetail(row, columns) : '');
	const width = size.columns - 2;
	const isEmpty = review.rows.length === 0 && !review.isScanning;

	return (
		<>
			<Header facts={facts} size={size}/>
			<Line>
				{columnHeads(review.sort, columns).map(({text, isSorted}) => <Line key={text} tone={isSorted ? 'strong' : 'faint'}>{text}</Line>)}
			</Line>
			<Box flexDirection='column' height={review.height} flexShrink={0}>
				{isEmpty && <Line> Nothing in this directory.</Line>}
				{review.order.slice(review.top, review.top + review.height).map((number, index) => (
					<ReviewRow
						key={number}
						row={review.rows[number]!}
						isMarked={review.marks[number] === 1}
						isCurrent={review.top + index === review.cursor}
						columns={columns}
						now={review.now}
					/>
				))}
			</Box>
			<Line tone={review.message === undefined ? 'faint' : 'warning'}>
				{` ${spread(truncateMiddle(remark, width - (position === '' ? 0 : cellWidth(position) + 2)), position, width)}`}
			</Line>
			<Totals review={review} space={space} width={size.columns}/>
			<Footer context='review' width={size.columns}/>
		</>
	);
}
