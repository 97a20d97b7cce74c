import {Box} from 'ink';
import {formatPlace} from '../../text/format.ts';
import {cellWidth, spread, truncateEnd} from '../kit/columns.ts';
import {listHeight} from '../kit/layout.ts';
import {glyphs} from '../kit/theme.ts';
import {Line} from '../kit/line.tsx';
import type {SetsView} from './sets-state.ts';
import {nameText} from './set-name.ts';
import {
	largestSize,
	setCells,
	setDetail,
	setHeads,
	setsTotals,
	stateTone,
} from './sets-text.ts';

type Props = {
	readonly state: SetsView;
};

function remarkOf({browse: {message, partner, sets, cursor, today, remote}}: SetsView): {readonly text: string; readonly isNews: boolean} {
	if (message !== undefined) {
		return {text: message, isNews: true};
	}

	const row = sets[cursor];
	return partner ? {text: `Compare ${nameText(partner)} with which set?`, isNews: true} : {text: row ? setDetail(row, today, remote) : '', isNews: false};
}

/** How many sets there are, and where there is room when the next one is due. */
function totalsLine(browse: SetsView['browse'], width: number): string {
	const totals = truncateEnd(setsTotals(browse), width);
	const due = browse.schedule.find(text => cellWidth(totals) + 2 + cellWidth(text) <= width) ?? '';
	return spread(totals, due, width);
}

/** The list of sets, of which only the rows in the window are drawn. */
export function SetsBody({state}: Props) {
	const {size, browse} = state;
	const {sets, cursor, top} = browse;
	const height = listHeight(size);
	const largest = largestSize(sets);
	const width = size.columns - 2;
	const {text, isNews} = remarkOf(state);
	const position = sets.length > height && !isNews ? formatPlace(cursor + 1, sets.length) : '';

	return (
		<>
			<Line tone='faint'>{setHeads(size.columns)}</Line>
			<Box flexDirection='column' height={height} flexShrink={0} overflow='hidden'>
				{sets.length === 0 && !browse.isListing && browse.problem === undefined && <Line> There are no sets here.</Line>}
				{sets.slice(top, top + height).map((row, index) => {
					const {date, state: word, rest, added, shared, empty, said} = setCells(row, size.columns, largest);
					return top + index === cursor
						? <Line key={index} tone='cursor'>{`${glyphs.cursor}${date}${word}${rest}${said === '' ? `${added}${shared}${empty}` : said}`}</Line>
						: <Line key={index}>{` ${date}`}<Line tone={stateTone(row)}>{word}</Line>{rest}<Line tone='good'>{added}</Line><Line tone='faint'>{said === '' ? shared : said}</Line></Line>;
				})}
			</Box>
			<Line tone={isNews ? 'warning' : 'faint'}>{` ${spread(truncateEnd(text, width - position.length - 1), position, width)}`}</Line>
			<Line tone={browse.problem === undefined ? 'strong' : 'bad'}>{` ${totalsLine(browse, width)}`}</Line>
		</>
	);
}
