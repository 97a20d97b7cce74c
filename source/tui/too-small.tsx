import {truncateEnd} from './kit/columns.ts';
import {smallest} from './kit/layout.ts';
import {Line} from './kit/line.tsx';
import {screens} from './screens.ts';
import type {State} from './state.ts';

type Props = {
	readonly state: State;
};

/** A single line for a terminal that is too small; the keys go on working. */
export function TooSmall({state}: Props) {
	const text = screens[state.screen].brief?.(state) ?? `Screen needs ${smallest.columns}x${smallest.rows}; q quits`;
	return <Line>{truncateEnd(text, state.size.columns)}</Line>;
}
