import type {
	BackupEvent,
	FileEvent,
	LeftOutEvent,
	StatusEvent,
	SummaryEvent,
} from '../backup/events.ts';
import {exitCodes} from '../exit/exit-codes.ts';
import {errorLine} from '../exit/failure.ts';
import type {Reason} from '../files/errors.ts';
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
import {
	backedUpText,
	headlineOf,
	remarkableCounts,
} from './words/summary.ts';
import {fileCountsText, timeTexts} from './words/progress.ts';
import type {Output} from './output.ts';
import {noteLines} from './words/note-words.ts';

/** The count line: `38 of 40 selected files are backed up, 1.21 GB -> 96.0 MB in 12 s; 1 failed, 1 vanished`; of a set that was completed, what it has now. */
export function summaryLine(summary: SummaryEvent): string {
	const notes = remarkableCounts(summary);
	const added = summary.files_reused > 0 ? ` (${formatBytes(summary.bytes_new)} new)` : '';
	const sizes = `${formatBytes(summary.bytes_in)} -> ${formatBytes(summary.bytes_out)}${added}`;
	// Of a set that was completed, they are sizes of the whole, and the time is not.
	const head = summary.files_tried === undefined
		? `${backedUpText(summary, 'selected')}, ${sizes} in ${formatDuration(summary.seconds_elapsed * 1000)}`
		: `The set has ${formatPart(summary.files_done, summary.total_files, 'file')} now, ${sizes}`;
	return notes.length > 0 ? `${head}; ${notes.join(', ')}` : head;
}

/** One line that says how far the run is. */
export function progressLine(status: StatusEvent): string {
	return [
		formatPercent(status.percent_done),
		fileCountsText({done: status.files_done - status.error_count, failed: status.error_count, total: status.total_files}),
		`${formatBytes(status.bytes_per_second)}/s`,
		...timeTexts(status),
	].join(', ');
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
	// A remedy for many files is told with the first of them.
	const remedies = new Set<string | undefined>();

	const describe = (reason: Reason): string => {
		const isSaid = remedies.has(reason.remedy);
		remedies.add(reason.remedy);
		return isSaid ? reason.message : withRemedy(reason);
	};

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
				say(error, `Failed to backup ${event.path}: ${describe(event.error)}`);
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
					say(error, errorLine(headlineOf(event)));
					break;
				}

				if (event.files_tried === 0) {
					break;
				}

				inform(headlineOf(event));
				inform(summaryLine(event));
				const left = leftOutText(event.left_out, leftOut, event.left_out_content);

				if (left !== '') {
					inform(`Left out: ${left}`);
				}

				break;
			}

			case 'exit_error': {
				say(error, event.code === exitCodes.alreadyExists ? exitErrorText(event) : errorLine(exitErrorText(event)));
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
