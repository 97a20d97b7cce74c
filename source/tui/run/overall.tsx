import Spinner from 'ink-spinner';
import {glyphs} from '../kit/theme.ts';
import {percentCells} from '../kit/bar.ts';
import {Line} from '../kit/line.tsx';
import {ProgressBar} from '../kit/progress-bar.tsx';
import type {RunState} from './run-state.ts';
import {
	idleText,
	runCounts,
	runFraction,
	runNumbers,
} from './run-view.ts';
import {runPhase, type RunPhase} from './run-phase.ts';

type Props = {
	readonly run: RunState;
	/** Cells. */
	readonly width: number;
};

const phaseTexts: Readonly<Record<Exclude<RunPhase, 'copying'>, readonly [short: string, long: string]>> = {
	starting: ['Starting', 'Starting'],
	finishing: ['Finishing', 'Finishing: syncing to disk, then publishing'],
	paused: ['Paused', 'Paused: nothing is read or written'],
	stopping: ['Stopping', 'Stopping, keeping what is complete'],
};

function phaseText(run: RunState, width: number): string {
	const phase = runPhase(run);
	return phase === 'copying' ? '' : (run.stop === 'killing' ? 'Ending it at once' : phaseTexts[phase][width < 80 ? 0 : 1]);
}

/** The run as a whole: its bar, its numbers, its counts. */
export function Overall({run, width}: Props) {
	const fraction = runFraction(run);
	const {done, failed, rest} = runCounts(run);
	const phase = phaseText(run, width);
	const separator = ` ${glyphs.dot} `;

	return (
		<>
			<Line> <ProgressBar fraction={fraction} width={width - 8}/>{` ${percentCells(fraction)}`}</Line>
			<Line tone={idleText(run) === '' ? 'plain' : 'warning'}>{` ${runNumbers(run, width - 2)}`}</Line>
			<Line>
				{' '}{phase !== '' && <>{run.isPaused ? glyphs.range : <Spinner/>}<Line tone='strong'>{` ${phase}`}</Line></>}
				{phase !== '' && run.start && separator}
				{run.start && done}
				{failed !== '' && <>{', '}<Line tone='bad'>{failed}</Line>{rest}</>}
			</Line>
		</>
	);
}
