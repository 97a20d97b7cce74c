import {Box} from 'ink';
import Spinner from 'ink-spinner';
import {useMemo} from 'react';
import {formatCount} from '../../text/format.ts';
import {
	columnHeads,
	type Figure,
	longestName,
	rowDetail,
	treeColumns,
	treeFigures,
} from '../tree/tree-columns.ts';
import {treeLayout} from '../tree/tree-layout.ts';
import {rangeOf} from '../tree/tree-reducer.ts';
import {currentRow, folderOf} from '../tree/tree-state.ts';
import type {Space} from '../../set/space.ts';
import {DetailsPane} from '../kit/details-pane.tsx';
import {EntryList, RemarkLine} from '../tree/entry-list.tsx';
import {Line} from '../kit/line.tsx';
import {totalsLine} from './totals-text.ts';
import {notIncluded, notIncludedRemarks} from './not-included.ts';
import {type Notice, warningNotices} from './notices.ts';
import {countUnchanged, pastRemark} from './past.ts';
import type {ReviewItem, ReviewState, ReviewView} from './review-state.ts';
import {foresee, shortage, weighRows} from './forecast.ts';
import {detailLines} from './detail-lines.ts';

type Props = {
	readonly state: ReviewView;
};

/** The columns beside name and note. */
const figures: ReadonlyArray<Figure<ReviewItem>> = treeFigures;

/** The marked files, their outcome and the free space before and after; with a spinner while more is being found out. */
function Totals({review, space, width}: {readonly review: ReviewState; readonly space: Space | undefined; readonly width: number}) {
	const {rows, marks, ratios, past, totals, mostBytes, isScanning} = review;
	// Over all rows: not for a cursor that only moves, and what each adds not for each mark.
	const weights = useMemo(() => isScanning
		? undefined
		: weighRows({
			rows, past, ratios, mostBytes,
		}), [rows, past, ratios, mostBytes, isScanning]);
	const told = useMemo(
		() => {
			const marked = {
				rows, marks, ratios, past, totals, mostBytes,
			};
			const expected = weights && foresee(marked, weights);
			return {
				copied: expected?.likely, most: expected?.most, lack: shortage(marked, space, expected), unchanged: countUnchanged({rows, marks, past}),
			};
		},
		[rows, marks, ratios, past, totals, mostBytes, weights, space],
	);
	const isBusy = isScanning || review.unread > 0;
	const text = totalsLine(review, {space, ...told}, width - (isBusy ? 4 : 2));
	const tone = told.lack > 0 ? 'bad' : 'strong';
	return isBusy ? <Line> <Spinner/><Line tone={tone}>{` ${text}`}</Line></Line> : <Line tone={tone}>{` ${text}`}</Line>;
}

const silence: Notice = {ways: [], tone: 'faint'};

/** A faint notice, if there is anything to say. */
const quiet = (ways: readonly string[]): Notice | undefined => ways[0] === undefined || ways[0] === '' ? undefined : {ways, tone: 'faint'};

/** That some of the marked files can't be read does not hide what is not marked, where there is room for both. */
const withOmitted = (worst: Notice | undefined, omitted: readonly string[]): Notice | undefined => worst?.tone === 'warning'
	? {...worst, ways: [...worst.ways.flatMap(way => omitted.map(more => `${way}. ${more}`)), ...worst.ways]}
	: worst;

/** The list, with details of its row beside or below it, and what is marked. */
export function ReviewBody({state}: Props) {
	const {facts, size, review, space} = state;
	const {list, details} = useMemo(() => treeLayout(size, review.isDetailed), [size, review.isDetailed]);
	const longest = useMemo(() => longestName(review.rows), [review.rows]);
	const columns = useMemo(() => treeColumns<ReviewItem>(list, figures, longest), [list, longest]);
	const row = currentRow(review);
	const chosen = rangeOf(review).length;
	const {rows, marks, isScanning, unread} = review;
	const omitted = useMemo(() => notIncludedRemarks(notIncluded({
		rows, marks, isScanning, unread,
	})), [rows, marks, isScanning, unread]);
	const detail = row ? rowDetail({row, folder: folderOf(review, row), ...pastRemark(review, row)}, columns) : '';
	const worst = withOmitted(warningNotices(state)[0], omitted);
	const chosenText = chosen > 0 ? `${formatCount(chosen, 'row')} in the range` : '';
	// That nothing can be written is said whatever row one is on; what else is wrong, before the first row has its say.
	const notices: ReadonlyArray<Notice | undefined> = [
		quiet([review.message ?? chosenText]), worst?.tone === 'bad' || !review.hasMoved ? worst : undefined, quiet([detail]), worst, quiet(omitted),
	];
	const {ways, tone} = notices.find(notice => notice !== undefined) ?? silence;
	const [remark = '', ...shorter] = ways;

	return (
		<>
			<Box flexDirection={details?.isBeside ? 'row' : 'column'} flexShrink={0}>
				<Box flexDirection='column' flexShrink={0} {...(details?.isBeside && {width: list.columns})}>
					<Line>
						{columnHeads(review.sort, columns, review.isOnDisk).map(({text, isSorted}) => <Line key={text} tone={isSorted ? 'strong' : 'faint'}>{text}</Line>)}
					</Line>
					<EntryList isUnmarkedFaint tree={review} columns={columns} remarkOf={entry => pastRemark(review, entry)}/>
				</Box>
				{details && <DetailsPane room={details} linesIn={room => detailLines(review, facts.source, room)}/>}
			</Box>
			<RemarkLine tree={review} remark={remark} shorter={shorter} tone={tone} width={size.columns - 2}/>
			<Totals review={review} space={space} width={size.columns}/>
		</>
	);
}
