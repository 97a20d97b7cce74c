import {Box} from 'ink';
import {useMemo} from 'react';
import {truncateEnd} from '../kit/columns.ts';
import {keyContext} from '../keys/meanings.ts';
import {reviewColumns, reviewLayout} from '../kit/layout.ts';
import {rangeOf} from '../tree/tree-reducer.ts';
import {currentRow, folderOf} from '../tree/tree-state.ts';
import {columnHeads, rowDetail} from '../tree/tree-text.ts';
import type {State} from '../state.ts';
import {formatCount} from '../../text/format.ts';
import {Details} from '../kit/details.tsx';
import {EntryList, Remark} from '../tree/entry-list.tsx';
import {Footer} from '../kit/footer.tsx';
import {Header} from '../kit/header.tsx';
import {Line} from '../kit/line.tsx';
import {openedTotals} from './opened-text.ts';
import type {OpenedState} from './sets-state.ts';
import {itemRemark} from './set-tree.ts';
import {fileDetails} from './file-details.ts';
import {setsHeading} from './sets-heading.ts';

type Props = {
	readonly state: State;
	readonly opened: OpenedState;
};

/** The files of a set, with details of the row beside or below them. */
export function SetScreen({state, opened}: Props) {
	const {size, browse} = state;
	const {files} = opened;
	const {list, details} = useMemo(() => reviewLayout(size, files.isDetailed), [size, files.isDetailed]);
	const columns = useMemo(() => reviewColumns(list), [list]);
	const row = currentRow(files);
	const chosen = rangeOf(files).length;
	const message = browse.message ?? files.message;
	const detail = row ? rowDetail({row, folder: folderOf(files, row), ...itemRemark(opened, row)}, columns) : '';
	const remark = message ?? (chosen > 0 ? `${formatCount(chosen, 'row')} in the range` : detail);

	return (
		<>
			<Header heading={setsHeading(state)} size={size}/>
			<Box flexDirection={details?.isBeside ? 'row' : 'column'} flexShrink={0}>
				<Box flexDirection='column' flexShrink={0} {...(details?.isBeside && {width: list.columns})}>
					<Line>
						{columnHeads(files.sort, columns).map(({text, isSorted}) => <Line key={text} tone={isSorted ? 'strong' : 'faint'}>{text}</Line>)}
					</Line>
					<EntryList review={opened.isReading ? {...files, isScanning: true} : files} columns={columns} remarkOf={entry => itemRemark(opened, entry)}/>
				</Box>
				{details && <Details room={details} linesIn={room => fileDetails(opened, room)}/>}
			</Box>
			<Remark review={{...files, message}} remark={remark} width={size.columns - 2}/>
			<Line tone={opened.problems.length > 0 ? 'bad' : 'strong'}>{` ${truncateEnd(openedTotals(opened), size.columns - 2)}`}</Line>
			<Footer context={keyContext(state)} width={size.columns}/>
		</>
	);
}
