import {Box} from 'ink';
import type {KeyContext} from '../keys/key-table.ts';
import type {Size} from '../state.ts';
import {pageHeight} from './layout.ts';
import {drawnText, type PageLine} from './page-lines.ts';
import {Footer} from './footer.tsx';
import {Header, type Heading} from './header.tsx';
import {Line} from './line.tsx';

type Props = {
	readonly heading: Heading;
	readonly size: Size;
	readonly context: KeyContext;
	readonly lines: readonly PageLine[];
	/** The first line shown. */
	readonly top: number;
};

/** A page of text between header and keys. */
export function Page({heading, size, context, lines, top}: Props) {
	const height = pageHeight(size);
	const isCut = lines.length > top + height;
	const shown = lines.slice(top, top + height - (isCut ? 1 : 0));

	return (
		<>
			<Header heading={heading} size={size}/>
			<Box flexDirection='column' height={height} flexShrink={0} overflow='hidden'>
				{shown.map((line, index) => (
					<Line key={index} tone={line.tone ?? 'plain'}>{line.text === '' ? ' ' : drawnText(line)}</Line>
				))}
				{isCut && <Line tone='faint'> … more below: ↓</Line>}
			</Box>
			<Footer context={context} width={size.columns}/>
		</>
	);
}
