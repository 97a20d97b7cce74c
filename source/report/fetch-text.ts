import type {FetchEvent} from '../remote/fetch-events.ts';
import {withRemedy} from '../text/with-remedy.ts';
import {createLines} from './lines.ts';
import type {Output} from './output.ts';
import {transferText} from './push-text.ts';
import {fetchedText, fetchText} from './words/transfer.ts';

/**
Reports a fetch as plain text: failures on standard error, a line for each set on standard output.

@param isQuiet Whether only failures are said.
*/
export function createFetchReport(out: Output, error: Output, isQuiet: boolean): (event: FetchEvent) => void {
	const {say, inform, follow} = createLines(out, error, isQuiet);

	return event => {
		switch (event.message_type) {
			case 'fetch_start': {
				break;
			}

			case 'status': {
				follow(transferText(event), event);
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
				inform(fetchText(event));
				break;
			}
		}
	};
}
