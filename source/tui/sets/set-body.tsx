import {Box} from 'ink';
import {useMemo} from 'react';
import {truncateEnd} from '../kit/columns.ts';
import {
	columnHeads,
	longestName,
	rowDetail,
	treeColumns,
	treeFigures,
} from '../tree/tree-columns.ts';
import {treeLayout} from '../tree/tree-layout.ts';
import {rangeOf} from '../tree/tree-reducer.ts';
import {currentRow, folderOf} from '../tree/tree-state.ts';
import {formatCount} from '../../text/format.ts';
import {DetailsPane} from '../kit/details-pane.tsx';
import {EntryList, RemarkLine} from '../tree/entry-list.tsx';
import {Line} from '../kit/line.tsx';
import {openedTotals} from './opened-text.ts';
import type {OpenedState, SetsView} from './sets-state.ts';
import {itemRemark} from './set-tree.ts';
import {fileDetails} from './file-details.ts';

type Props = {
	readonly state: SetsView;
	readonly opened: OpenedState;
};

/** The files of a set, with details of the row beside or below them. */
export function SetBody({state, opened}: Props) {
	const {size, browse} = state;
	const {files} = opened;
	const damages = browse.damages.get(opened.name.date);
	const {list, details} = useMemo(() => treeLayout(size, files.isDetailed), [size, files.isDetailed]);
	const longest = useMemo(() => longestName(files.rows), [files.rows]);
	const columns = useMemo(() => treeColumns(list, treeFigures, longest), [list, longest]);
	const row = currentRow(files);
	const chosen = rangeOf(files).length;
	const message = browse.message ?? files.message;
	const detail = row ? rowDetail({row, folder: folderOf(files, row), ...itemRemark(opened, row, damages)}, columns) : '';
	const remark = message ?? (chosen > 0 ? `${formatCount(chosen, 'row')} in the range` : detail);

	return (
		<>
			<Box flexDirection={details?.isBeside ? 'row' : 'column'} flexShrink={0}>
				<Box flexDirection='column' flexShrink={0} {...(details?.isBeside && {width: list.columns})}>
					<Line>
						{columnHeads(files.sort, columns).map(({text, isSorted}) => <Line key={text} tone={isSorted ? 'strong' : 'faint'}>{text}</Line>)}
					</Line>
					<EntryList tree={opened.isReading ? {...files, isScanning: true} : files} columns={columns} remarkOf={entry => itemRemark(opened, entry, damages)}/>
				</Box>
				{details && <DetailsPane room={details} linesIn={room => fileDetails(opened, room)}/>}
			</Box>
			<RemarkLine tree={{...files, message}} remark={remark} width={size.columns - 2}/>
			<Line tone={opened.problems.length > 0 || (damages?.size ?? 0) > 0 ? 'bad' : 'strong'}>{` ${truncateEnd(openedTotals(opened, damages), size.columns - 2)}`}</Line>
		</>
	);
}
