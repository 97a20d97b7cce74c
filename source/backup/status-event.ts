import {nameFields} from '../set/manifest/manifest.ts';
import type {Progress, Tracked} from './copying/copy-progress.ts';
import type {ActiveFile, StatusEvent} from './events.ts';

const round = (value: number, digits = 2) => Number(value.toFixed(digits));

function describe(file: Tracked): ActiveFile {
	const reached = file.reached?.();
	return {
		...nameFields('path', file.path),
		bytes_done: file.bytesDone,
		total_bytes: file.totalBytes,
		...(file.isEstimate && {estimated: true}),
		...(reached && {records_done: reached.records, total_records: reached.total, time_reached: new Date(reached.time / 1000).toISOString()}),
	};
}

/** Nothing that takes less, in milliseconds, is worth a word. */
const noticedIdle = 5000;

/** Most files being read back that are named. */
const mostChecking = 16;

/** Status event of a run; `now` by the clock of its progress. */
export function statusOf(progress: Progress, now: number): StatusEvent {
	const {
		started, totalFiles, filesDone, totalBytes, bytesDone, bytesWritten, errorCount, activeFiles, checkingFiles,
	} = progress;
	const rate = progress.rate(now);
	progress.note(now);
	const {secondsLeft} = progress;
	const idle = progress.idle(now);
	return {
		message_type: 'status',
		seconds_elapsed: round((now - started) / 1000),
		...(secondsLeft !== undefined && {seconds_remaining: round(secondsLeft)}),
		...(idle >= noticedIdle && {seconds_idle: Math.floor(idle / 1000)}),
		percent_done: totalBytes > 0 ? round(bytesDone / totalBytes, 4) : (filesDone === totalFiles ? 1 : 0),
		total_files: totalFiles,
		files_done: filesDone,
		total_bytes: totalBytes,
		bytes_done: bytesDone,
		bytes_written: bytesWritten,
		bytes_per_second: Math.round(rate),
		error_count: errorCount,
		files_checking: checkingFiles.length,
		current_files: [
			...[...activeFiles, ...progress.others()].map(file => describe(file)),
			...checkingFiles.slice(0, mostChecking).map(file => ({...describe(file), checking: true} as const)),
		],
	};
}
