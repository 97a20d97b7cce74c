import type {BackupEvent} from '../backup/events.ts';
import {toEvent} from './event-shape.ts';

/** An event as a line of JSON, with its line feed. JSON escapes control characters, so that a line is always one event. */
export const formatEvent = (event: BackupEvent): string => `${JSON.stringify(event)}\n`;

/**
Reads a line that `formatEvent` made.

@returns `undefined` for a message that a newer version may have added, or made another way.
@throws {SyntaxError} If it is no JSON object.
*/
export function parseEvent(line: string): BackupEvent | undefined {
	const event: unknown = JSON.parse(line);

	if (typeof event !== 'object' || event === null || !('message_type' in event)) {
		throw new SyntaxError('not an event');
	}

	return toEvent({...event});
}
