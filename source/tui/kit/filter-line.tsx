import {displayText} from '../../text/display-name.ts';
import {
	cellWidth,
	spread,
	truncateEnd,
	truncateStart,
} from './columns.ts';
import {Line} from './line.tsx';
import type {Filter} from './name-filter.ts';

type Props = Filter & {
	/** How much it finds. */
	readonly found: string;
	/** Where in the list one is. */
	readonly position: string;
	/** Cells. */
	readonly width: number;
};

/** The filter of a list, with its cursor while it is typed, in one line. */
export function FilterLine({
	filter, caret: typedTo, isTyping, found, position, width,
}: Props) {
	const room = width - (position === '' ? 0 : cellWidth(position) + 2);
	const filterWidth = Math.max(1, room - cellWidth(found) - 6);
	const characters = [...filter];
	const caret = isTyping ? typedTo : characters.length;
	const before = truncateStart(displayText(characters.slice(0, caret).join('')), filterWidth);
	const under = displayText(characters[caret] ?? '');
	const after = truncateEnd(displayText(characters.slice(caret + 1).join('')), Math.max(0, filterWidth - cellWidth(before)));
	// After the last character there is nothing to stand on.
	const end = isTyping && under === '' ? '_' : '';
	const start = `/${before}`;
	return (
		<Line tone='strong'>
			{` ${start}`}{under !== '' && <Line tone='cursor'>{under}</Line>}
			{spread(`${after}${end}  ${found}`, position, width - cellWidth(start) - cellWidth(under))}
		</Line>
	);
}
