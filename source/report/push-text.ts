import type {PushEvent} from '../remote/push-events.ts';
import {formatPercent} from '../text/format.ts';
import {withRemedy} from '../text/with-remedy.ts';
import {createLines} from './lines.ts';
import type {Output} from './output.ts';
import {
	checkedText,
	movingText,
	paceTexts,
	phaseText,
	pushedText,
	pushText,
	transferredTexts,
	type TransferStatus,
} from './words/transfer.ts';

/** How far it is, in a line of parts, of which a narrow terminal shows the first. */
export function transferText(status: TransferStatus): string {
	const moving = movingText(status.current);
	return [formatPercent(status.percent_done), ...paceTexts(status), phaseText(status), ...transferredTexts(status), ...(moving === '' ? [] : [moving])].join(', ');
}

/**
Reports a push as plain text: failures and notes on standard error, a line for each set on standard output.

@param isQuiet Whether only failures are said.
*/
export function createPushReport(out: Output, error: Output, isQuiet: boolean): (event: PushEvent) => void {
	const {say, inform, follow} = createLines(out, error, isQuiet);

	return event => {
		switch (event.message_type) {
			case 'push_start': {
				break;
			}

			case 'status': {
				follow(transferText(event), event);
				break;
			}

			case 'set_pushed': {
				inform(pushedText(event));
				break;
			}

			case 'set_checked': {
				inform(checkedText(event));
				break;
			}

			case 'finding': {
				say(error, `${event.date}: ${event.file}: ${event.message}`);
				break;
			}

			case 'notice': {
				inform(`Note: ${event.message}`);
				break;
			}

			case 'error': {
				say(error, `${event.date}: ${withRemedy(event.error)}`);
				break;
			}

			case 'push_summary': {
				inform(pushText(event));
				break;
			}
		}
	};
}
