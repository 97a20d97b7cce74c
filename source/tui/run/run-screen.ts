import {aboutRun} from '../keys/help-lines.ts';
import type {Screen} from '../keys/screen.ts';
import {percentCell} from '../kit/bar.ts';
import {smallest} from '../kit/layout.ts';
import {paragraph} from '../kit/page-lines.ts';
import {type RunCommand, type RunContext, runKeys} from './run-keys.ts';
import type {RunSlice} from './run-state.ts';
import {runCommands} from './run-steps.ts';
import {runFraction, runHeading} from './run-view.ts';

/** The run as it goes; or, over it, the list of all its files. */
export const runScreen = {
	title: 'While the backup runs',
	phase: 'running',
	keys: runKeys,
	context({run: {stop, isPaused, list}}) {
		if (stop !== 'no') {
			return stop === 'asking' ? 'asking' : 'stopping';
		}

		return list.isOpen ? (isPaused ? 'outcomesPaused' : 'outcomes') : (isPaused ? 'paused' : 'run');
	},
	urgent: ['asking', 'stopping'],
	commands: runCommands,
	interrupt: state => runCommands.ask({...state, isHelpOpen: false}),
	question: ({run}) => [run.isRetry],
	heading: runHeading,
	lines: () => undefined,
	about: width => paragraph(aboutRun, width),
	brief: ({run}) => run.stop === 'asking'
		? 'Stop the backup? y/n'
		: `${run.stop === 'no' ? 'Running' : 'Stopping'}${percentCell(runFraction(run))}, needs ${smallest.columns}x${smallest.rows}`,
} as const satisfies Screen<RunSlice, RunCommand, RunContext>;
