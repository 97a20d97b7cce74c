import type {BackupEvent} from '../backup/events.ts';

const messageTypes: ReadonlySet<string> = new Set<BackupEvent['message_type']>(['start', 'notice', 'left_out', 'status', 'file', 'error', 'pruned', 'summary', 'exit_error']);

/** An event as a line of JSON, with its line feed. JSON escapes control characters, so that a line is always one event. */
export const formatEvent = (event: BackupEvent): string => `${JSON.stringify(event)}\n`;

/**
Reads a line that `formatEvent` made.

@returns `undefined` for a type of message that a newer version may have added.
@throws {SyntaxError} If it is no JSON object.
*/
export function parseEvent(line: string): BackupEvent | undefined {
	const event: unknown = JSON.parse(line);

	if (typeof event !== 'object' || event === null || !('message_type' in event)) {
		throw new SyntaxError('not an event');
	}

	return messageTypes.has(String(event.message_type)) ? event as BackupEvent : undefined;
}
