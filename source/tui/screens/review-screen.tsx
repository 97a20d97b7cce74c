import {Box} from 'ink';
import Spinner from 'ink-spinner';
import {useMemo} from 'react';
import {forecast} from '../forecast.ts';
import {displayText} from '../../text/display-name.ts';
import {
	cellWidth,
	spread,
	truncateMiddle,
	truncateStart,
} from '../columns.ts';
import {keyContext} from '../keys.ts';
import {reviewColumns} from '../layout.ts';
import {markSign} from '../review-marks.ts';
import {rangeOf} from '../review-reducer.ts';
import {currentRow, folderOf, type ReviewState} from '../review-state.ts';
import {
	columnHeads,
	positionText,
	rowDetail,
	shareOf,
} from '../review-text.ts';
import type {State} from '../state.ts';
import type {Space} from '../../set/space.ts';
import {totalsLine} from '../totals-text.ts';
import {Footer} from './footer.tsx';
import {Header} from './header.tsx';
import {Line} from './line.tsx';
import {ReviewRow} from './review-row.tsx';

type Props = {
	readonly state: State;
};

/** What is marked and what will become of it; and the free space, before and after. In a spinner's company while there is more to be known. */
function Totals({review, space, width}: {readonly review: ReviewState; readonly space: Space | undefined; readonly width: number}) {
	const copied = useMemo(() => forecast(review), [review]);
	const isBusy = review.isScanning || review.unread > 0;
	const text = totalsLine(review, {space, copied: review.isScanning ? undefined : copied}, width - (isBusy ? 4 : 2));
	return isBusy ? <Line> <Spinner/><Line tone='strong'>{` ${text}`}</Line></Line> : <Line tone='strong'>{` ${text}`}</Line>;
}

/** The answer to the last key, the filter, or what the list had no room for; and where in the list one is. */
function Remark({review, remark, width}: {readonly review: ReviewState; readonly remark: string; readonly width: number}) {
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
export function ReviewScreen({state}: Props) {
	const {facts, size, review, space} = state;
	const columns = useMemo(() => reviewColumns(size), [size]);
	const row = currentRow(review);
	const remark = review.message ?? (row ? rowDetail({row, folder: folderOf(review, row)}, columns) : '');
	const range = new Set(rangeOf(review));
	const width = size.columns - 2;
	const isEmpty = review.rows.length === 0 && !review.isScanning;

	return (
		<>
			<Header facts={facts} size={size}/>
			<Line>
				{columnHeads(review.sort, columns, review.isOnDisk).map(({text, isSorted}) => <Line key={text} tone={isSorted ? 'strong' : 'faint'}>{text}</Line>)}
			</Line>
			<Box flexDirection='column' height={review.height} flexShrink={0}>
				{isEmpty && <Line> Nothing in this directory.</Line>}
				{review.filter !== '' && review.order.length === 0 && <Line> Nothing has that in its name.</Line>}
				{review.order.slice(review.top, review.top + review.height).map((number, index) => {
					const shown = review.rows[number]!;
					const folder = folderOf(review, shown);
					return (
						<ReviewRow
							key={number}
							row={shown}
							folder={folder}
							mark={markSign(review, number)}
							isOpen={folder !== undefined && (folder.isOpen || review.filter !== '')}
							isOnDisk={review.isOnDisk}
							share={columns.share > 0 ? shareOf(review, shown) : 0}
							isCurrent={review.top + index === review.cursor}
							isInRange={range.has(number)}
							columns={columns}
							now={review.now}
						/>
					);
				})}
			</Box>
			<Remark review={review} remark={remark} width={width}/>
			<Totals review={review} space={space} width={size.columns}/>
			<Footer context={keyContext(state)} width={size.columns}/>
		</>
	);
}
