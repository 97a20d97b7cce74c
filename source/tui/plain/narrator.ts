import type {BackupEvent, FileEvent, StatusEvent} from '../../backup/events.ts';
import {progressLine} from '../../report/text.ts';
import {linkedText, outcomeWords} from '../../report/words/outcomes.ts';
import {formatBytes, formatCount} from '../../text/format.ts';

/** Milliseconds: how far the run is is never said sooner after the last line of that kind, and never later. */
const leastPause = 10_000;
const longestPause = 60_000;

/** How many times it is said in all, if neither of them comes in between. */
const steps = 10;

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

/** Tells a run in lines, one an event, the word that matters first. */
export class Narrator {
	#saidAt: number | undefined;
	#step = 0;

	/** What there is to say of an event; nothing of its end, which the summary tells. `clock` in milliseconds of a steady clock. */
	tell(event: BackupEvent, clock: number): readonly string[] {
		switch (event.message_type) {
			case 'start': {
				this.#saidAt = clock;
				return [`Started: ${formatCount(event.total_files, 'file')}, ${formatBytes(event.total_bytes)}. Enter tells how far it is, p pauses, q stops, d leaves it running, ? helps.`];
			}

			case 'notice': {
				return [`Note: ${event.message}`];
			}

			case 'status': {
				return this.#isDue(event, clock) ? [progressLine(event)] : [];
			}

			case 'file': {
				return [fileLine(event)];
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

	#isDue({percent_done: done}: StatusEvent, clock: number): boolean {
		const step = Math.floor(done * steps);
		this.#saidAt ??= clock;
		const pause = clock - this.#saidAt;

		if (pause < leastPause || (step <= this.#step && pause < longestPause)) {
			return false;
		}

		this.#saidAt = clock;
		this.#step = step;
		return true;
	}
}
