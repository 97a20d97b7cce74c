import type {
	BackupEvent,
	FileEvent,
	LeftOutEvent,
	StatusEvent,
	SummaryEvent,
} from '../backup/events.ts';
import {
	formatBytes,
	formatCount,
	formatDuration,
	formatPart,
	formatPercent,
} from '../text/format.ts';
import {withRemedy} from '../text/with-remedy.ts';
import {createLines} from './lines.ts';
import {leftOutText} from './words/left-out-words.ts';
import {vanishedText} from './words/outcomes.ts';
import {countsText, headlineOf, remarkableCounts} from './words/summary.ts';
import type {Output} from './output.ts';
import {noteLines} from './words/note-words.ts';

/** The count line: `38 of 40 files, 1.21 GB -> 96.0 MB in 12 s; 1 failed, 1 vanished`; of a set that was completed, what it has now. */
export function summaryLine(summary: SummaryEvent): string {
	const files = formatPart(summary.files_done, summary.total_files, 'file');
	const notes = remarkableCounts(summary);
	const added = summary.files_reused > 0 ? ` (${formatBytes(summary.bytes_new)} new)` : '';
	const sizes = `${formatBytes(summary.bytes_in)} -> ${formatBytes(summary.bytes_out)}${added}`;
	// Of a set that was completed, they are sizes of the whole, and the time is not.
	const head = summary.files_tried === undefined
		? `${files}, ${sizes} in ${formatDuration(summary.seconds_elapsed * 1000)}`
		: `The set has ${files} now, ${sizes}`;
	return notes.length > 0 ? `${head}; ${notes.join(', ')}` : head;
}

/** One line that says how far the run is. */
export function progressLine(status: StatusEvent): string {
	const left = status.seconds_remaining === undefined ? '' : `, ${formatDuration(status.seconds_remaining * 1000)} left`;
	return `${formatPercent(status.percent_done)}, ${countsText({done: status.files_done - status.error_count, failed: status.error_count, total: status.total_files})}, ${formatBytes(status.bytes_per_second)}/s${left}`;
}

/** Remarks on a copy that get a line each. Growing and being renamed when all was read already belong to logs. */
function remarksOn({path, outcome, listed_as: listedAs, notes}: FileEvent): readonly string[] {
	if (outcome === 'vanished') {
		return [`${path} ${vanishedText}`];
	}

	return [
		...(listedAs === undefined ? [] : [`${listedAs} was renamed since it was listed, and is in the backup as ${path}`]),
		...noteLines(path, notes),
	];
}

/**
Reports a run as plain text: the old script's lines, and a count; failures go to standard error. Where that is a terminal, one line there
tells how far the run is, and is gone at the end.

@param isQuiet Whether only failures are said.
@returns A function that takes the events as they come.
*/
export function createTextReport(out: Output, error: Output, isQuiet: boolean): (event: BackupEvent) => void {
	const {say, inform, progress} = createLines(out, error, isQuiet);
	const leftOut: LeftOutEvent[] = [];

	return event => {
		switch (event.message_type) {
			case 'start': {
				inform('Starting daily log backup...');
				break;
			}

			case 'notice': {
				// Somebody has to look after these, and so they are heard of with --quiet, too.
				if (['merge_waits', 'unsound'].includes(event.notice)) {
					say(error, `Note: ${withRemedy(event)}`);
				} else {
					inform(`Note: ${withRemedy(event)}`);
				}

				break;
			}

			case 'left_out': {
				leftOut.push(event);
				break;
			}

			case 'status': {
				progress(progressLine(event));
				break;
			}

			case 'file': {
				for (const line of remarksOn(event)) {
					inform(`Note: ${line}`);
				}

				break;
			}

			case 'error': {
				say(error, `Failed to backup ${event.path}: ${withRemedy(event.error)}`);
				break;
			}

			case 'pruned': {
				if (event.failed.length > 0) {
					say(error, `Failed to remove old backups: ${event.message}`);
				} else {
					inform(`Old backups: ${event.message}`);
				}

				break;
			}

			case 'summary': {
				if (event.set === undefined) {
					say(error, headlineOf(event));
					break;
				}

				if (event.files_tried === 0) {
					break;
				}

				inform(headlineOf(event));
				inform(summaryLine(event));
				const left = leftOutText(event.left_out, leftOut);

				if (left !== '') {
					inform(`Left out: ${left}`);
				}

				break;
			}

			case 'exit_error': {
				say(error, exitErrorText(event));
				break;
			}
		}
	};
}

/** Why a run ended, and how many copies are kept. */
export function exitErrorText({message, remedy, files_kept: kept}: Extract<BackupEvent, {message_type: 'exit_error'}>): string {
	const text = withRemedy({message, remedy});
	return kept > 0
		? `${text}\n${formatCount(kept, 'complete copy', 'complete copies')} kept for the next run, which takes over what is still the same`
		: text;
}
