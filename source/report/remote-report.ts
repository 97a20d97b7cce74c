import type {Output} from './output.ts';

/** What `--quiet` leaves. */
const failures: ReadonlySet<string> = new Set(['finding', 'error']);

/** Reports the events of a push or a fetch: as JSON, a line each, where that is asked for; else as text. */
export const chooseRemoteReport = <Event extends {readonly message_type: string}>(out: Output, text: (event: Event) => void, {json, quiet}: {
	readonly json: boolean;
	readonly quiet: boolean;
}): ((event: Event) => void) => json
	? event => {
		if (!quiet || failures.has(event.message_type)) {
			out.write(`${JSON.stringify(event)}\n`);
		}
	}
	: text;
