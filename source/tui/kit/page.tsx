import {Box} from 'ink';
import type {KeyContext} from '../keys/key-table.ts';
import type {Facts, Size} from '../state.ts';
import {pageHeight} from './layout.ts';
import type {PageLine} from './page-lines.ts';
import {Footer} from './footer.tsx';
import {Header} from './header.tsx';
import {Line} from './line.tsx';

type Props = {
	readonly facts: Facts;
	readonly size: Size;
	readonly context: KeyContext;
	readonly lines: readonly PageLine[];
	/** The first line shown. */
	readonly top: number;
};

/** A page of text between header and keys. */
export function Page({facts, size, context, lines, top}: Props) {
	const height = pageHeight(size);
	const isCut = lines.length > top + height;
	const shown = lines.slice(top, top + height - (isCut ? 1 : 0));

	return (
		<>
			<Header facts={facts} size={size}/>
			<Box flexDirection='column' height={height} flexShrink={0} overflow='hidden'>
				{shown.map(({text, tone = 'plain'}, index) => (
					<Line key={index} tone={tone}>{text === '' ? ' ' : text}</Line>
				))}
				{isCut && <Line tone='faint'> … more below: ↓</Line>}
			</Box>
			<Footer context={context} width={size.columns}/>
		</>
	);
}
