import {Text} from 'ink';
import type {ReactNode} from 'react';
import {useTheme, type Tone} from './theme.ts';

type Props = {
	readonly tone?: Tone;
	readonly children?: ReactNode;
};

/** A piece of text, never more than a line of it, in the style of what it means. */
export function Line({tone = 'plain', children}: Props) {
	return <Text wrap='truncate' {...useTheme()[tone]}>{children}</Text>;
}
