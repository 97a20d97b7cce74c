import {Box} from 'ink';
import {useMemo} from 'react';
import {formatCount, formatPlace} from '../../text/format.ts';
import {largestOf} from '../../text/lists.ts';
import {
	cellWidth,
	foldText,
	spread,
	truncateEnd,
} from '../kit/columns.ts';
import {FilterLine} from '../kit/filter-line.tsx';
import {glyphs} from '../kit/theme.ts';
import {Line} from '../kit/line.tsx';
import {ProgressBar} from '../kit/progress-bar.tsx';
import {percentCells} from '../kit/bar.ts';
import {
	detailHeight,
	outcomeColumns,
	outcomesHeight,
	progressHeight,
	wordWidth,
} from './run-layout.ts';
import {Overall} from './overall.tsx';
import {
	runCounts,
	runFraction,
} from './run-view.ts';
import {
	outcomeCells,
	outcomeDetail,
	outcomeHeads,
	outcomeTone,
} from './outcome-text.ts';
import type {RunView} from './run-state.ts';
import {listWindow, rowAt, rowCount} from './outcome-list.ts';

type Props = {
	readonly state: RunView;
};

/** The run's progress: one row on a small terminal, else three. */
function Progress({state: {run, size}}: Props) {
	const height = progressHeight(size);

	if (height > 1 && !run.end) {
		return <Overall run={run} width={size.columns}/>;
	}

	const {done, failed, rest} = runCounts(run);
	const counts = failed === '' ? done : `${done}, ${failed}${rest}`;

	if (run.end) {
		return <Box flexDirection='column' height={height} flexShrink={0}><Line tone='strong'>{` ${truncateEnd(counts, size.columns - 2)}`}</Line></Box>;
	}

	const fraction = runFraction(run);
	const bar = Math.floor(size.columns / 4);
	return <Line> <ProgressBar fraction={fraction} width={bar}/>{` ${percentCells(fraction)}  ${truncateEnd(counts, size.columns - bar - 10)}`}</Line>;
}

/** All files of a run with what became of them, of which only the rows in the window are drawn. */
export function OutcomesBody({state}: Props) {
	const {size, run} = state;
	const height = outcomesHeight(size);
	const {files, isPlanned} = run.outcomes;
	// Names that are heard of one by one would move the columns each time.
	const longest = useMemo(() => isPlanned ? largestOf(files.map(({name}) => cellWidth(name)), 0) : undefined, [files, isPlanned]);
	const columns = outcomeColumns(size, longest);
	const {cursor, top} = listWindow(run, height);
	const count = rowCount(run);
	const isAsking = run.stop === 'asking';
	const width = size.columns - 2;
	const position = count === 0 ? '' : formatPlace(cursor + 1, count);
	const isFiltered = run.list.isTyping || run.list.filter !== '';
	const detail = count === 0 || isFiltered ? [] : foldText(outcomeDetail(rowAt(run, cursor)), width - position.length - 2, detailHeight(size));

	return (
		<>
			<Progress state={state}/>
			<Line tone='faint'>{outcomeHeads(columns)}</Line>
			<Box flexDirection='column' height={height} flexShrink={0} overflow='hidden'>
				{count === 0 && <Line>{isFiltered ? ' No name matches.' : ' Nothing yet.'}</Line>}
				{Array.from({length: Math.min(height, count - top)}, (_, index) => {
					const row = rowAt(run, top + index);
					const {word, text} = outcomeCells(row, columns);
					const tag = word.padEnd(wordWidth);
					return top + index === cursor
						? <Line key={index} tone='cursor'>{`${glyphs.cursor}${tag}${text}`}</Line>
						: <Line key={index}>{' '}<Line tone={outcomeTone(row)}>{tag}</Line>{text}</Line>;
				})}
			</Box>
			<Box flexDirection='column' height={detailHeight(size)} flexShrink={0} overflow='hidden'>
				{isFiltered && <FilterLine {...run.list} found={formatCount(count, 'file')} position={position} width={width}/>}
				{isAsking
					? <Line tone='warning'> Stop the backup? It keeps running until you decide.</Line>
					: detail.map((line, index) => <Line key={index} tone='faint'>{` ${spread(line, index === 0 ? position : '', width)}`}</Line>)}
			</Box>
		</>
	);
}
