import type {
	BackupEvent,
	FileEvent,
	StatusEvent,
} from '../../backup/events.ts';
import {ProgressReminder} from '../../report/progress-reminder.ts';
import {noteLines} from '../../report/words/note-words.ts';
import {fileCountsText, timeTexts} from '../../report/words/progress.ts';
import {linkedText, outcomeWords} from '../../report/words/outcomes.ts';
import {formatBytes, formatCount, formatPercent} from '../../text/format.ts';

/** From so many files on, no line is said of each that went well: nobody could listen to them all. */
const crowd = 200;

/** The progress of a run, in one line. */
export function progressText(status: StatusEvent): string {
	const {percent_done: done, files_done: files, total_files: total, error_count: failed} = status;
	return [fileCountsText({done: files - failed, failed, total}), formatPercent(done), ...timeTexts(status)].join(', ');
}

function fileLine({path, outcome, notes, bytes_in: bytesIn, bytes_out: bytesOut, resumed, reused_from: reusedFrom}: FileEvent): string {
	if (outcome === 'vanished') {
		return `${outcomeWords.vanished} ${path}: it was gone when it was its turn`;
	}

	if (outcome === 'reused') {
		return `${outcomeWords.reused} ${path}: ${linkedText(reusedFrom)}`;
	}

	const remark = [...notes, ...(resumed ? ['by an earlier run'] : [])].join(', ');
	return `${outcomeWords.done} ${path}: ${formatBytes(bytesIn)} to ${formatBytes(bytesOut)}${remark === '' ? '' : ` (${remark})`}`;
}

/** Tells a run in lines, the word that matters first: one for each file, or where they are too many to listen to, for each with which something is wrong. */
export class Narrator {
	readonly #reminder = new ProgressReminder();
	#isCrowded = false;

	/** The lines about an event; none for the end, which the summary tells. `clock` in milliseconds of a steady clock. */
	tell(event: BackupEvent, clock: number): readonly string[] {
		switch (event.message_type) {
			case 'start': {
				this.#reminder.note(clock);
				this.#isCrowded = event.total_files >= crowd;
				return [
					`Started: ${formatCount(event.total_files, 'file')}, ${formatBytes(event.total_bytes)}.${this.#isCrowded ? ' Only what goes wrong is told file by file.' : ''}`
					+ ' Enter tells how far it is, p pauses, q stops, d leaves it running, l lists all files, ? helps.',
				];
			}

			case 'notice': {
				return [`Note: ${event.message}`];
			}

			case 'status': {
				return this.#reminder.isDue(event.percent_done, clock, this.#isCrowded) ? [progressText(event)] : [];
			}

			case 'file': {
				const isTold = !this.#isCrowded || event.outcome === 'vanished' || noteLines(event.path, event.notes).length > 0;
				return isTold ? [fileLine(event)] : [];
			}

			case 'error': {
				return [`FAILED ${event.path}: ${event.error.message}`];
			}

			case 'pruned': {
				return [`${event.failed.length > 0 ? 'FAILED to remove old backups' : 'Old backups'}: ${event.message}`];
			}

			case 'left_out':
			case 'summary':
			case 'exit_error': {
				return [];
			}
		}
	}
}
