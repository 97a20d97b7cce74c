import type {RunState} from './run-state.ts';

export type RunPhase = 'starting' | 'copying' | 'finishing' | 'stopping' | 'paused';

/** The phase of a run, as the screen names it. */
export function runPhase({stop, isPaused, start, status, filesDone, filesVanished, failures}: RunState): RunPhase {
	if (stop === 'stopping' || stop === 'killing') {
		return 'stopping';
	}

	if (isPaused) {
		return 'paused';
	}

	if (!start) {
		return 'starting';
	}

	const finished = filesDone + filesVanished + failures.length;
	const isAllRead = finished >= start.total_files || (status !== undefined && status.percent_done >= 1 && status.current_files.every(({checking}) => checking));
	return isAllRead ? 'finishing' : 'copying';
}
