import {Box} from 'ink';
import {memo} from 'react';
import type {Size} from './layout.ts';
import {drawnText, type PageLine} from './page-lines.ts';
import {glyphs, paint, useTheme} from './theme.ts';
import {DrawnLines, Line} from './line.tsx';

type Props = {
	/** The content of the pane for a width in cells and a height in rows. */
	readonly linesIn: (room: {readonly width: number; readonly height: number}) => readonly PageLine[];
	readonly room: Size & {readonly isBeside: boolean};
};

/** The line before a pane that stands beside the list, two columns wide. */
const Divider = memo(({rows}: {readonly rows: number}) => {
	const theme = useTheme();
	return <Box flexShrink={0} width={2}><DrawnLines lines={Array.from({length: rows}, () => paint(glyphs.divider, theme.faint))}/></Box>;
});

/** DetailsPane of the row, divided from the list by a line: before them where they stand beside it, else above. */
export function DetailsPane({linesIn, room: {columns, rows, isBeside}}: Props) {
	const theme = useTheme();
	const height = isBeside ? rows : rows - 1;
	const lines = linesIn({width: columns - (isBeside ? 3 : 2), height}).slice(0, height);

	return (
		<Box flexDirection={isBeside ? 'row' : 'column'} height={rows} flexShrink={0} {...(isBeside && {width: columns})}>
			{isBeside ? <Divider rows={rows}/> : <Line tone='faint'>{glyphs.rule.repeat(columns)}</Line>}
			<Box paddingLeft={isBeside ? 0 : 1}>
				<DrawnLines lines={lines.map(line => paint(drawnText(line), theme[line.tone ?? 'plain']))}/>
			</Box>
		</Box>
	);
}
