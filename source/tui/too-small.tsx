import {truncateEnd} from './kit/columns.ts';
import {smallest} from './kit/layout.ts';
import {Line} from './kit/line.tsx';
import {screens} from './screens.ts';
import type {State} from './state.ts';

type Props = {
	readonly state: State;
};

/** All that fits where nothing fits: one line, and the keys go on working. */
export function TooSmall({state}: Props) {
	const text = screens[state.screen].brief?.(state) ?? `Screen needs ${smallest.columns}x${smallest.rows}; q quits`;
	return <Line>{truncateEnd(text, state.size.columns)}</Line>;
}
