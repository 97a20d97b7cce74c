import type {FetchEvent, FetchPhase} from '../remote/fetch-events.ts';
import {
	formatBytes,
	formatCount,
	formatDuration,
	formatPercent,
} from '../text/format.ts';
import {withRemedy} from '../text/with-remedy.ts';
import {createLines} from './lines.ts';
import type {Output} from './output.ts';

type FetchEventOf<Type extends FetchEvent['message_type']> = Extract<FetchEvent, {message_type: Type}>;

const phases: Readonly<Record<FetchPhase, string>> = {compare: 'looking at what is here', get: 'getting', check: 'checking'};

function progressText({percent_done: done, phase, date, sets_done: setsDone, total_sets: sets}: FetchEventOf<'status'>): string {
	return `${formatPercent(done)}${sets > 1 ? `, set ${setsDone + 1} of ${sets}` : ''} (${date}), ${phases[phase]}`;
}

function fetchedText({date, state, files, bytes, bytes_received: received, bytes_linked: linked, bytes_resumed: resumed, directory}: FetchEventOf<'set_fetched'>): string {
	const parts = [
		`${formatBytes(received)} received`,
		...(linked > 0 ? [`${formatBytes(linked)} shared with other sets here`] : []),
		...(resumed > 0 ? [`${formatBytes(resumed)} was here`] : []),
	];
	return `${date}: ${state === 'complete' ? '' : `${state}, `}${formatCount(files, 'file')}, ${formatBytes(bytes)}, verified, in ${directory}: ${parts.join(', ')}`;
}

function summaryText({sets_fetched: fetched, sets_present: present, sets_failed: failed, bytes_received: received, seconds_elapsed: seconds}: FetchEventOf<'fetch_summary'>): string {
	const what = fetched === 0 && failed === 0 ? 'Nothing to fetch' : `Fetched ${formatCount(fetched, 'set')}, ${formatBytes(received)} received, in ${formatDuration(seconds * 1000)}`;
	return `${what}${present > 0 ? `; ${formatCount(present, 'set')} here already` : ''}${failed > 0 ? `; ${formatCount(failed, 'set')} could not be fetched` : ''}`;
}

/**
Reports a fetch as plain text: failures on standard error, a line for each set on standard output.

@param isQuiet Whether only failures are said.
*/
export function createFetchReport(out: Output, error: Output, isQuiet: boolean): (event: FetchEvent) => void {
	const {say, inform, progress} = createLines(out, error, isQuiet);

	return event => {
		switch (event.message_type) {
			case 'fetch_start': {
				break;
			}

			case 'status': {
				progress(progressText(event));
				break;
			}

			case 'set_fetched': {
				inform(fetchedText(event));
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

			case 'fetch_summary': {
				inform(summaryText(event));
				break;
			}
		}
	};
}
