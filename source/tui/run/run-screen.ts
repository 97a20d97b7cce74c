import {formatPercent} from '../../text/format.ts';
import {aboutRun} from '../keys/help-lines.ts';
import type {Screen} from '../keys/screen.ts';
import {smallest} from '../kit/layout.ts';
import {paragraph} from '../kit/page-lines.ts';
import {type RunCommand, type RunContext, runKeys} from './run-keys.ts';
import type {RunSlice} from './run-state.ts';
import {
	isListShown,
	listContext,
	listFooters,
	runCommands,
	typeInOutcomes,
} from './run-steps.ts';
import {runFraction, runHeading} from './run-view.ts';

/** Where a key goes that is pressed over the list of all files. */
const contexts = {
	plain: isPaused => isPaused ? 'outcomesPaused' : 'outcomes', filtered: () => 'outcomesFiltered', filter: () => 'outcomesFilter',
} as const satisfies Readonly<Record<ReturnType<typeof listContext>, (isPaused: boolean) => RunContext>>;

/** The run as it goes; or, over it, the list of all its files. */
export const runScreen = {
	title: 'While the backup runs',
	phase: 'running',
	keys: runKeys,
	context(state) {
		const {stop, isPaused, list} = state.run;

		if (stop !== 'no') {
			return stop;
		}

		return isListShown(state) ? contexts[listContext(list)](isPaused) : (isPaused ? 'paused' : 'run');
	},
	footers: listFooters,
	urgent: ['asking', 'stopping', 'killing'],
	typed: ['outcomesFilter'],
	type: typeInOutcomes,
	commands: runCommands,
	interrupt: state => runCommands.ask({...state, isHelpOpen: false}),
	question: ({run}) => [run.task],
	heading: runHeading,
	lines: () => undefined,
	about: width => paragraph(aboutRun, width),
	brief: ({run}) => run.stop === 'asking'
		? 'Stop the backup? y/n'
		: `${run.stop === 'no' ? 'Running' : 'Stopping'} ${formatPercent(runFraction(run))}, needs ${smallest.columns}x${smallest.rows}`,
} as const satisfies Screen<RunSlice, RunCommand, RunContext>;
