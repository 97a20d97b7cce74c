import {Box} from 'ink';
import Spinner from 'ink-spinner';
import {useMemo} from 'react';
import {forecast} from '../forecast.ts';
import {displayText} from '../../text/display-name.ts';
import {formatCount} from '../../text/format.ts';
import {
	cellWidth,
	spread,
	truncateMiddle,
	truncateStart,
} from '../columns.ts';
import {keyContext} from '../keys.ts';
import {type ReviewColumns, reviewColumns, reviewLayout} from '../layout.ts';
import {markSign} from '../review-marks.ts';
import {countUnchanged} from '../review-past.ts';
import {rangeOf} from '../review-reducer.ts';
import {currentRow, folderOf, type ReviewState} from '../review-state.ts';
import {
	columnHeads,
	pastRemark,
	positionText,
	rowDetail,
	shareOf,
} from '../review-text.ts';
import type {State} from '../state.ts';
import type {Space} from '../../set/space.ts';
import {totalsLine} from '../totals-text.ts';
import {Details} from './details.tsx';
import {Footer} from './footer.tsx';
import {Header} from './header.tsx';
import {Line} from './line.tsx';
import {ReviewRow} from './review-row.tsx';

type Props = {
	readonly state: State;
};

/** What is marked and what will become of it; and the free space, before and after. In a spinner's company while there is more to be known. */
function Totals({review, space, width}: {readonly review: ReviewState; readonly space: Space | undefined; readonly width: number}) {
	const {rows, marks, ratios, past, totals, isScanning} = review;
	// Sums over all rows: not for a cursor that only moves.
	const outlook = useMemo(
		() => ({
			copied: isScanning
				? undefined
				: forecast({
					rows, marks, ratios, past, totals,
				}), unchanged: countUnchanged({rows, marks, past}),
		}),
		[rows, marks, ratios, past, totals, isScanning],
	);
	const isBusy = isScanning || review.unread > 0;
	const text = totalsLine(review, {space, ...outlook}, width - (isBusy ? 4 : 2));
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
function List({review, columns}: {readonly review: ReviewState; readonly columns: ReviewColumns}) {
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
						{...pastRemark(review, row)}
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

/** The list, with details of its row beside or below it, and what is marked. */
export function ReviewScreen({state}: Props) {
	const {facts, size, review, space} = state;
	const {list, details} = useMemo(() => reviewLayout(size, review.isDetailed), [size, review.isDetailed]);
	const columns = useMemo(() => reviewColumns(list), [list]);
	const row = currentRow(review);
	const chosen = rangeOf(review).length;
	const remark = review.message ?? (chosen > 0 ? `${formatCount(chosen, 'row')} in the range` : (row ? rowDetail({row, folder: folderOf(review, row), ...pastRemark(review, row)}, columns) : ''));

	return (
		<>
			<Header facts={facts} size={size}/>
			<Box flexDirection={details?.isBeside ? 'row' : 'column'} flexShrink={0}>
				<Box flexDirection='column' flexShrink={0} {...(details?.isBeside && {width: list.columns})}>
					<Line>
						{columnHeads(review.sort, columns, review.isOnDisk).map(({text, isSorted}) => <Line key={text} tone={isSorted ? 'strong' : 'faint'}>{text}</Line>)}
					</Line>
					<List review={review} columns={columns}/>
				</Box>
				{details && <Details review={review} source={facts.source} room={details}/>}
			</Box>
			<Remark review={review} remark={remark} width={size.columns - 2}/>
			<Totals review={review} space={space} width={size.columns}/>
			<Footer context={keyContext(state)} width={size.columns}/>
		</>
	);
}
