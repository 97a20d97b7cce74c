/*
How far a run is.
*/
import type {StatusEvent} from '../../backup/events.ts';
import {formatCount, formatNumber, formatSeconds} from '../../text/format.ts';

type FileCounts = {
	readonly done: number;
	readonly failed: number;
	readonly total: number;
};

/** How far the files of a run are: those that failed are not among those done. */
export const fileCountsText = ({done, failed, total}: FileCounts): string => failed === 0
	? `${formatNumber(done)} of ${formatCount(total, 'file')}`
	: `${formatNumber(done)} done, ${formatNumber(failed)} failed, of ${formatCount(total, 'file')}`;

/** Of a source or a disk that makes everything wait. */
export const noDataText = (seconds: number): string => `no data for ${formatSeconds(seconds)}`;

/** Texts about time in a status: how long it still takes, or that nothing comes; empty until that can be told. */
export function timeTexts({seconds_remaining: left, seconds_idle: idle}: StatusEvent): readonly string[] {
	if (idle !== undefined) {
		return [noDataText(idle)];
	}

	return left === undefined ? [] : [`about ${formatSeconds(left)} left`];
}
