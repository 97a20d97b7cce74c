import type {Reason} from '../files/errors.ts';
import type {TransferStatus} from './transfer-progress.ts';

/** What a fetch is at: looking at what is here already, getting the rest, looking at what has come. */
export type FetchPhase = 'compare' | 'get' | 'check';

/** Events of a fetch, field for field as JSON has it. */
export type FetchEvent =
	| TransferStatus<FetchPhase>
	| {
		readonly message_type: 'fetch_start';
		/** `REMOTE:PATH`. */
		readonly remote: string;
		readonly host: string;
		readonly total_sets: number;
		/** Bytes of copies. */
		readonly total_bytes: number;
		readonly sets_present: number;
	}
	| {
		readonly message_type: 'set_fetched';
		readonly date: string;
		readonly state: 'complete' | 'partial';
		readonly files: number;
		/** Bytes of copies: of all, and of those, what came from the remote, what other sets here had, and what an interrupted fetch had got. */
		readonly bytes: number;
		readonly bytes_received: number;
		readonly bytes_linked: number;
		readonly bytes_resumed: number;
		/** Where it is now. */
		readonly directory: string;
	}
	| {readonly message_type: 'finding'; readonly date: string; readonly file: string; readonly file_b64?: string; readonly message: string}
	| {readonly message_type: 'notice'; readonly notice: 'namesake' | 'apart'; readonly message: string}
	| {readonly message_type: 'error'; readonly date: string; readonly error: Reason}
	| {
		readonly message_type: 'fetch_summary';
		readonly exit_code: number;
		readonly remote: string;
		readonly sets_fetched: number;
		readonly sets_present: number;
		readonly sets_failed: number;
		readonly bytes: number;
		readonly bytes_received: number;
		readonly findings: number;
		readonly seconds_elapsed: number;
	};
