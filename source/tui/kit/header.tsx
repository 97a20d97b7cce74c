import {Box} from 'ink';
import type {Size} from '../state.ts';
import {
	cellWidth,
	spread,
	truncateEnd,
	truncateMiddle,
} from './columns.ts';
import {headerHeight} from './layout.ts';
import {glyphs} from './theme.ts';
import {Line} from './line.tsx';

/** All that the header says. */
export type Heading = {
	readonly version: string;
	readonly host: string;
	/** What is backed up; missing on screens that are about sets alone. */
	readonly from?: string | undefined;
	/** Where the sets are, or the one that it is about. */
	readonly to: string;
	/** A line of its own, where there is room. */
	readonly remark?: string | undefined;
};

type Props = {
	readonly heading: Heading;
	readonly size: Size;
};

/** From where to where, and on which machine: the first thing to check before a key is pressed. */
export function Header({heading, size}: Props) {
	const {version, from, to, remark} = heading;
	const height = headerHeight(size);
	const width = size.columns - 2;
	const route = from === undefined ? to : `${from} ${glyphs.arrow} ${to}`;
	const host = truncateMiddle(heading.host, Math.floor(width / 2));

	if (height === 1) {
		const isRoomy = cellWidth(route) + 2 + cellWidth(host) <= width;
		return <Box height={1}><Line tone='strong'>{` ${isRoomy ? spread(route, host, width) : truncateMiddle(route, width)}`}</Line></Box>;
	}

	return (
		<Box flexDirection='column' height={height} flexShrink={0}>
			<Line tone='strong'>{` ${spread(`logbackup-tui ${version}`, host, width)}`}</Line>
			<Line>{` ${truncateMiddle(route, width)}`}</Line>
			{height > 2 && remark !== undefined && <Line tone='warning'>{` ${truncateEnd(remark, width)}`}</Line>}
		</Box>
	);
}
