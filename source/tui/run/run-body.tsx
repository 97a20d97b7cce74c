import {Box} from 'ink';
import {headerHeight} from '../kit/layout.ts';
import {Line} from '../kit/line.tsx';
import {runColumns, shareRunRows, wordWidth} from './run-layout.ts';
import type {RunView} from './run-state.ts';
import {queueText} from './run-view.ts';
import {ActiveFileRow} from './active-file-row.tsx';
import {activeFiles} from './outcome-row.ts';
import {Failures} from './failures.tsx';
import {FinishedFileRow} from './finished-file-row.tsx';
import {Overall} from './overall.tsx';

type Props = {
	readonly state: RunView;
};

/** The run as it goes: the whole, the files being copied, what failed and why, what was finished last. */
export function RunBody({state}: Props) {
	const {size, run} = state;
	const isAsking = run.stop === 'asking';
	const gap = size.rows >= 20 ? 1 : 0;
	const height = size.rows - headerHeight(size) - 3 - (isAsking ? 2 : 1);
	// Once there, it keeps its row, so that the rest doesn't jump.
	const queueHeight = run.start ? 1 : 0;
	const rows = shareRunRows(height - (2 * gap) - queueHeight, {active: run.peakActive, failures: run.failures.length, recent: run.recent.length});
	const columns = runColumns(size);
	const active = activeFiles(run).slice(0, rows.active);
	const queue = queueText(run, size.columns - wordWidth - 2);
	const recent = run.recent.slice(run.recent.length - rows.recent).toReversed();

	return (
		<>
			<Overall run={run} width={size.columns}/>
			<Box flexDirection='column' height={height} flexShrink={0} overflow='hidden' paddingTop={gap}>
				<Box flexDirection='column' height={rows.active} flexShrink={0}>
					{active.map(file => <ActiveFileRow key={file.path} file={file} columns={columns}/>)}
				</Box>
				<Box flexDirection='column' height={queueHeight + gap} flexShrink={0}>
					{queue !== '' && <Line tone='faint'>{` ${'then'.padEnd(wordWidth)}${queue}`}</Line>}
				</Box>
				<Failures failures={run.failures} rows={rows.failures} width={size.columns}/>
				{recent.map(file => <FinishedFileRow key={file.path} file={file} columns={columns} width={size.columns}/>)}
			</Box>
			{isAsking && <Line tone='warning'> Stop the backup? It keeps running until you decide.</Line>}
		</>
	);
}
