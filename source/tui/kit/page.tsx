import {Box} from 'ink';
import {pageHeight, type Size} from './layout.ts';
import {drawnText, type PageLine} from './page-lines.ts';
import {glyphs} from './glyphs.ts';
import {Line} from './line.tsx';

type Props = {
	readonly size: Size;
	readonly lines: readonly PageLine[];
	/** The first line shown. */
	readonly top: number;
};

/** A page of text, for which header and footer leave room. */
export function Page({size, lines, top}: Props) {
	const height = pageHeight(size);
	const isCut = lines.length > top + height;
	const shown = lines.slice(top, top + height - (isCut ? 1 : 0));

	return (
		<Box flexDirection='column' height={height} flexShrink={0} overflow='hidden'>
			{shown.map((line, index) => (
				<Line key={index} tone={line.tone ?? 'plain'}>{line.text === '' ? ' ' : drawnText(line)}</Line>
			))}
			{isCut && <Line tone='faint'>{` ${glyphs.more} more below (Down)`}</Line>}
		</Box>
	);
}
