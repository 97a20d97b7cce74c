import {Box} from 'ink';
import {
	cellWidth,
	fitStart,
	spread,
	truncateEnd,
	truncateMiddle,
} from './columns.ts';
import type {Heading} from './facts.ts';
import {glyphs} from './glyphs.ts';
import {headerHeight, type Size} from './layout.ts';
import {Line} from './line.tsx';

type Props = {
	readonly heading: Heading;
	readonly size: Size;
};

/** From where to where, and on which machine: the first thing to check before a key is pressed. */
export function Header({heading, size}: Props) {
	const {
		version, configuration, from, to, remark, isBad = false,
	} = heading;
	const height = headerHeight(size);
	const width = size.columns - 2;
	const route = from === undefined ? to : `${from} ${glyphs.arrow} ${to}`;
	const host = truncateMiddle(heading.host, Math.floor(width / 2));

	if (height === 1) {
		const isRoomy = cellWidth(route) + 2 + cellWidth(host) <= width;
		return <Box height={1}><Line tone='title'>{` ${isRoomy ? spread(route, host, width) : fitStart(route, width, truncateMiddle)} `}</Line></Box>;
	}

	const title = `logbackup-tui ${version}${configuration === undefined ? '' : `, configured by ${configuration}`}`;
	return (
		<Box flexDirection='column' height={height} flexShrink={0}>
			<Line tone='title'>{` ${spread(truncateMiddle(title, width - cellWidth(host) - 2), host, width)} `}</Line>
			<Line>{` ${truncateMiddle(route, width)}`}</Line>
			{height > 2 && remark !== undefined && <Line tone={isBad ? 'bad' : 'warning'}>{` ${truncateEnd(remark, width)}`}</Line>}
		</Box>
	);
}
