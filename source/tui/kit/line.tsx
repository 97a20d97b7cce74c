import {Text, Transform} from 'ink';
import type {ReactNode} from 'react';
import {useTheme, type Tone} from './theme.ts';

type Props = {
	readonly tone?: Tone;
	readonly children?: ReactNode;
};

const blanks = (count: number) => Array.from({length: count}, () => ' ').join('\n');

/** A piece of text, never more than a line of it, in the style of what it means. */
export function Line({tone = 'plain', children}: Props) {
	return <Text wrap='truncate' {...useTheme()[tone]}>{children}</Text>;
}

/**
Lines that are drawn already, with `paint`, and have room. Ink lays out a blank for each of them and gets the text when it writes: to measure texts, and to take them apart for it, would be a third of what a frame of a large list costs.
*/
export function DrawnLines({lines}: {readonly lines: readonly string[]}) {
	return <Transform transform={(_, index) => lines[index] ?? ''}>{blanks(lines.length)}</Transform>;
}
