import type {VerifyEvent} from '../recovery/verify-events.ts';
import {formatBytes, formatCount, formatDuration} from '../text/format.ts';
import {createLines} from './lines.ts';
import type {Output} from './output.ts';

type Of<Type extends VerifyEvent['message_type']> = Extract<VerifyEvent, {message_type: Type}>;

function setLine({date, state, files, bytes, findings, files_unchecked: unchecked}: Of<'set_verified'>): string {
	const amount = `${formatCount(files, 'file')}, ${formatBytes(bytes)}`;
	const kind = state === 'complete' ? '' : `${state}, `;
	const rest = unchecked > 0 ? `; ${formatCount(unchecked, 'other file')} cannot be checked without a manifest` : '';
	const verdict = findings > 0 ? formatCount(findings, 'problem') : (state === 'foreign' ? 'all can be unpacked; there is no manifest to compare them with' : 'all as they should be');
	return `${date}: ${kind}${amount}: ${verdict}${rest}`;
}

function summaryText({sets, files, bytes, findings, seconds_elapsed: seconds}: Of<'verify_summary'>): string {
	const verdict = findings === 0 ? 'no problem' : formatCount(findings, 'problem');
	return `Verified ${formatCount(sets, 'set')}, ${formatCount(files, 'file')}, ${formatBytes(bytes)} in ${formatDuration(seconds * 1000)}: ${verdict}`;
}

function progressText({percent_done: done, date, sets_done: setsDone, total_sets: sets, error_count: problems}: Of<'status'>): string {
	const place = sets > 1 ? `, set ${setsDone + 1} of ${sets} (${date})` : '';
	return `${Math.floor(done * 100)} %${place}${problems > 0 ? `, ${formatCount(problems, 'problem')}` : ''}`;
}

/**
Reports a verification as plain text: findings on standard error, a line for each set on standard output. Where standard error is a terminal, one
line there tells how far it is, and is gone at the end.

@param isQuiet Whether only findings are said.
*/
export function createVerifyReport(out: Output, error: Output, isQuiet: boolean): (event: VerifyEvent) => void {
	const {say, inform, progress} = createLines(out, error, isQuiet);

	return event => {
		switch (event.message_type) {
			case 'verify_start': {
				break;
			}

			case 'status': {
				progress(progressText(event));
				break;
			}

			case 'notice': {
				inform(`Note: ${event.message}`);
				break;
			}

			case 'finding': {
				say(error, `${event.date}: ${event.file === undefined ? '' : `${event.file}: `}${event.message}`);
				break;
			}

			case 'set_verified': {
				inform(setLine(event));
				break;
			}

			case 'verify_summary': {
				if (event.sets > 1) {
					inform(summaryText(event));
				}

				break;
			}
		}
	};
}
