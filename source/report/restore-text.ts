import type {RestoreEvent} from '../recovery/restore-events.ts';
import {
	formatBytes,
	formatCount,
	formatNumber,
	formatPercent,
} from '../text/format.ts';
import {withRemedy} from '../text/with-remedy.ts';
import {createLines} from './lines.ts';
import type {Output} from './output.ts';
import {restorationText} from './words/summary.ts';

type RestoreEventOf<Type extends RestoreEvent['message_type']> = Extract<RestoreEvent, {message_type: Type}>;

const fetchingText = ({percent_done: done, total_files: total, bytes_done: bytes, total_bytes: totalBytes}: RestoreEventOf<'fetching'>): string =>
	`${formatPercent(done)}, getting ${formatCount(total, 'file')}, ${formatBytes(bytes)} of ${formatBytes(totalBytes)}`;

function progressText({percent_done: done, files_done: files, total_files: total, error_count: failed}: RestoreEventOf<'status'>): string {
	return `${formatPercent(done)}, ${formatNumber(files)} of ${formatCount(total, 'file')}${failed > 0 ? `, ${formatNumber(failed)} failed` : ''}`;
}

const sizeText = (size: number | undefined) => (size === undefined ? '-' : formatBytes(size)).padStart(8);

/** A line of what `--dry-run` prints. */
function entryLine(entry: RestoreEventOf<'entry'>): string {
	const note = entry.action === 'fail' ? ` (not: ${entry.reason})` : (entry.action === 'replace' ? ' (replaces what is there)' : '');
	return `${sizeText(entry.size)}  ${entry.path}${note}`;
}

function dryRunText({to, total_files: total, total_bytes: bytes, files_in_the_way: blocked}: RestoreEventOf<'dry_run'>): string {
	const rest = blocked > 0 ? `; ${blocked === 1 ? '1 cannot be' : `${blocked} cannot be`}` : '';
	return `Would restore ${formatCount(total - blocked, 'file')} of ${formatBytes(bytes)} together to ${to}${rest}. Nothing was written`;
}

/**
Reports a restoration as plain text: failures on standard error, a summary on standard output. Where standard error is a terminal, one line there
tells how far it is, and is gone at the end.

@param isQuiet Whether only failures are said.
*/
export function createRestoreReport(out: Output, error: Output, isQuiet: boolean): (event: RestoreEvent) => void {
	const {say, inform, progress, follow} = createLines(out, error, isQuiet);

	return event => {
		switch (event.message_type) {
			case 'restore_start':
			case 'file': {
				break;
			}

			case 'status': {
				progress(progressText(event));
				break;
			}

			case 'fetching': {
				follow(fetchingText(event), event);
				break;
			}

			case 'notice': {
				say(error, `Note: ${event.message}`);
				break;
			}

			case 'error': {
				say(error, `Failed to restore ${event.path}: ${withRemedy(event.error)}`);
				break;
			}

			case 'entry': {
				inform(entryLine(event));
				break;
			}

			case 'dry_run': {
				inform(dryRunText(event));
				break;
			}

			case 'restore_summary': {
				inform(restorationText(event));
				break;
			}
		}
	};
}
