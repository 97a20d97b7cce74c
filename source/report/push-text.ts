import type {FarCheck} from '../remote/marker.ts';
import type {PushEvent, PushPhase} from '../remote/push-events.ts';
import {
	formatBytes,
	formatCount,
	formatDuration,
	formatPercent,
} from '../text/format.ts';
import {withRemedy} from '../text/with-remedy.ts';
import {createLines} from './lines.ts';
import type {Output} from './output.ts';

type PushEventOf<Type extends PushEvent['message_type']> = Extract<PushEvent, {message_type: Type}>;

const phases: Readonly<Record<PushPhase, string>> = {
	copy: 'copying there', send: 'sending', check: 'checking there', publish: 'publishing',
};

/** How a set was checked at the remote, as much as it says and no more. */
export const checkTexts: Readonly<Record<FarCheck, string>> = {
	download: 'read back, SHA-256',
	sha256: 'SHA-256 of the remote',
	sha1: 'SHA-1 of the remote',
	md5: 'MD5 of the remote',
	size: 'sizes alone',
};

function progressText({percent_done: done, phase, date, sets_done: setsDone, total_sets: sets, current}: PushEventOf<'status'>): string {
	const place = sets > 1 ? `, set ${setsDone + 1} of ${sets}` : '';
	const [first, ...others] = current;
	const file = first === undefined ? '' : `: ${first.file}${others.length > 0 ? ` and ${formatCount(others.length, 'file')} more` : ''}`;
	return `${formatPercent(done)}${place} (${date}), ${phases[phase]}${file}`;
}

function pushedText({date, state, files, bytes, bytes_sent: sent, bytes_copied: copied, bytes_resumed: resumed, checked, completed: isCompleted}: PushEventOf<'set_pushed'>): string {
	const parts = [
		`${formatBytes(sent)} sent`,
		...(copied > 0 ? [`${formatBytes(copied)} copied there`] : []),
		...(resumed > 0 ? [`${formatBytes(resumed)} was there`] : []),
	];
	return `${date}: ${state === 'complete' ? '' : `${state}, `}${formatCount(files, 'file')}, ${formatBytes(bytes)}${isCompleted ? ', added to what was there' : ''}: ${parts.join(', ')}; checked: ${checkTexts[checked]}`;
}

function summaryText({sets_pushed: pushed, sets_present: present, sets_failed: failed, bytes_sent: sent, remote, seconds_elapsed: seconds}: PushEventOf<'push_summary'>): string {
	const what = pushed === 0 && failed === 0 ? 'Nothing to push' : `Pushed ${formatCount(pushed, 'set')}, ${formatBytes(sent)} sent, in ${formatDuration(seconds * 1000)}`;
	return `${what}; ${remote} had ${formatCount(present, 'set')} of them before${failed > 0 ? `; ${formatCount(failed, 'set')} could not be pushed` : ''}`;
}

/**
Reports a push as plain text: failures and notes on standard error, a line for each set on standard output.

@param isQuiet Whether only failures are said.
*/
export function createPushReport(out: Output, error: Output, isQuiet: boolean): (event: PushEvent) => void {
	const {say, inform, progress} = createLines(out, error, isQuiet);

	return event => {
		switch (event.message_type) {
			case 'push_start': {
				break;
			}

			case 'status': {
				progress(progressText(event));
				break;
			}

			case 'set_pushed': {
				inform(pushedText(event));
				break;
			}

			case 'set_checked': {
				inform(`${event.date}: ${formatCount(event.files, 'file')}, ${formatBytes(event.bytes)}: ${event.findings === 0 ? 'there as they were sent' : `${formatCount(event.findings, 'file')} not there as sent`}; checked: ${checkTexts[event.checked]}`);
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
				inform(summaryText(event));
				break;
			}
		}
	};
}
