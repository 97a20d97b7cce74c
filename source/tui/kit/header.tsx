import {Box} from 'ink';
import type {Facts, Size} from '../state.ts';
import {
	cellWidth,
	spread,
	truncateEnd,
	truncateMiddle,
} from './columns.ts';
import {headerHeight} from './layout.ts';
import {glyphs} from './theme.ts';
import {Line} from './line.tsx';

type Props = {
	readonly facts: Facts;
	readonly size: Size;
};

/** From where to where, and on which machine: the first thing to check before a key is pressed. */
export function Header({facts, size}: Props) {
	const height = headerHeight(size);
	const width = size.columns - 2;
	const route = facts.source === '' ? facts.set : `${facts.source} ${glyphs.arrow} ${facts.set}`;
	const host = truncateMiddle(facts.host, Math.floor(width / 2));

	if (height === 1) {
		const isRoomy = cellWidth(route) + 2 + cellWidth(host) <= width;
		return <Box height={1}><Line tone='strong'>{` ${isRoomy ? spread(route, host, width) : truncateMiddle(route, width)}`}</Line></Box>;
	}

	return (
		<Box flexDirection='column' height={height} flexShrink={0}>
			<Line tone='strong'>{` ${spread(`logbackup-tui ${facts.version}`, host, width)}`}</Line>
			<Line>{` ${truncateMiddle(route, width)}`}</Line>
			{height > 2 && facts.lastRun !== undefined && <Line tone='warning'>{` ${truncateEnd(facts.lastRun, width)}`}</Line>}
		</Box>
	);
}
