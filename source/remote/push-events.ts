import type {Reason} from '../files/errors.ts';
import type {FarCheck} from './marker.ts';
import type {TransferStatus} from './transfer-progress.ts';

/** What a push is at: copying at the remote what is there already, sending, looking at what has come, giving it its name. */
export type PushPhase = 'copy' | 'send' | 'check' | 'publish';

/** Events of a push, field for field as JSON has it. */
export type PushEvent =
	| TransferStatus<PushPhase>
	| {
		readonly message_type: 'push_start';
		/** `REMOTE:PATH`. */
		readonly remote: string;
		readonly total_sets: number;
		/** Bytes of copies. */
		readonly total_bytes: number;
		readonly sets_present: number;
	}
	| {
		readonly message_type: 'set_pushed';
		readonly date: string;
		readonly state: 'complete' | 'partial';
		readonly files: number;
		/** Bytes of copies: of all, and of those, what was sent, what the remote copied itself, and what an interrupted push had sent. */
		readonly bytes: number;
		readonly bytes_sent: number;
		readonly bytes_copied: number;
		readonly bytes_resumed: number;
		readonly checked: FarCheck;
		/** It was there before `--retry` or `--add` added to it. */
		readonly completed: boolean;
	}
	| {
		readonly message_type: 'set_checked';
		readonly date: string;
		readonly files: number;
		readonly bytes: number;
		readonly checked: FarCheck;
		readonly findings: number;
	}
	| {readonly message_type: 'finding'; readonly date: string; readonly file: string; readonly file_b64?: string; readonly message: string}
	| {readonly message_type: 'notice'; readonly notice: 'gone' | 'skipped'; readonly date: string; readonly message: string}
	| {readonly message_type: 'error'; readonly date: string; readonly error: Reason}
	| {
		readonly message_type: 'push_summary';
		readonly exit_code: number;
		readonly remote: string;
		readonly sets_pushed: number;
		readonly sets_present: number;
		readonly sets_failed: number;
		readonly bytes: number;
		readonly bytes_sent: number;
		readonly findings: number;
		readonly seconds_elapsed: number;
	};
