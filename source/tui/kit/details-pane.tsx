import {Box} from 'ink';
import type {Size} from './layout.ts';
import {blank, drawnText, type PageLine} from './page-lines.ts';
import {glyphs} from './theme.ts';
import {Line} from './line.tsx';

type Props = {
	/** The content of the pane for a width in cells and a height in rows. */
	readonly linesIn: (room: {readonly width: number; readonly height: number}) => readonly PageLine[];
	readonly room: Size & {readonly isBeside: boolean};
};

/** DetailsPane of the row, divided from the list by a line: before them where they stand beside it, else above. */
export function DetailsPane({linesIn, room: {columns, rows, isBeside}}: Props) {
	const height = isBeside ? rows : rows - 1;
	const lines = linesIn({width: columns - (isBeside ? 3 : 2), height});
	const edge = isBeside ? `${glyphs.divider} ` : ' ';

	return (
		<Box flexDirection='column' height={rows} flexShrink={0} overflow='hidden' {...(isBeside && {width: columns})}>
			{!isBeside && <Line tone='faint'>{glyphs.rule.repeat(columns)}</Line>}
			{Array.from({length: height}, (_, index) => {
				const line = lines[index] ?? blank;
				return <Line key={index}><Line tone='faint'>{edge}</Line><Line tone={line.tone ?? 'plain'}>{drawnText(line)}</Line></Line>;
			})}
		</Box>
	);
}
