import type {VerifyEvent} from '../recovery/verify-events.ts';
import {formatCount, formatPercent} from '../text/format.ts';
import {createLines} from './lines.ts';
import type {Output} from './output.ts';
import {verificationText, verifiedText} from './words/summary.ts';

type VerifyEventOf<Type extends VerifyEvent['message_type']> = Extract<VerifyEvent, {message_type: Type}>;

function progressText({percent_done: done, date, sets_done: setsDone, total_sets: sets, error_count: problems}: VerifyEventOf<'status'>): string {
	const place = sets > 1 ? `, set ${setsDone + 1} of ${sets} (${date})` : '';
	return `${formatPercent(done)}${place}${problems > 0 ? `, ${formatCount(problems, 'problem')}` : ''}`;
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
				inform(verifiedText(event));
				break;
			}

			case 'verify_summary': {
				if (event.sets > 1) {
					inform(verificationText(event));
				}

				break;
			}
		}
	};
}
