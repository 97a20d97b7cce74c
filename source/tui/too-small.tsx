import {truncateEnd} from './kit/columns.ts';
import {smallest} from './kit/layout.ts';
import {endCode} from './run/run-result.ts';
import {formatPercent, runFraction} from './run/run-view.ts';
import type {State} from './state.ts';
import {Line} from './kit/line.tsx';

type Props = {
	readonly state: State;
};

function text({screen, run}: State): string {
	if (screen === 'run' && run.stop === 'asking') {
		return 'Stop the backup? y/n';
	}

	if (screen === 'summary') {
		return `Over, exit code ${endCode(run)}; q leaves`;
	}

	const need = `needs ${smallest.columns}x${smallest.rows}`;
	return screen === 'run'
		? `${run.stop === 'no' ? 'Running' : 'Stopping'}${formatPercent(runFraction(run))}, ${need}`
		: `Screen ${need}; q quits`;
}

/** All that fits where nothing fits: one line, and the keys go on working. */
export function TooSmall({state}: Props) {
	return <Line>{truncateEnd(text(state), state.size.columns)}</Line>;
}
