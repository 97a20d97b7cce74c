import {encodePaths} from '../set/manifest/left-out-fields.ts';
import {displayText} from '../text/display-name.ts';
import type {EventQueue} from './event-queue.ts';
import type {LeftOutEvent, NoticeEvent} from './events.ts';
import type {RunOptions} from './run-options.ts';

/** Word of flags that matched nothing. */
export const unusedNotices = (unused: readonly string[]): readonly NoticeEvent[] => unused.map(flag => ({
	message_type: 'notice', notice: 'unused', message: `${displayText(flag)} matched nothing`, files: 0,
}));

/** Word of what is left out, for each reason. */
export const leftOutEvents = (leftOut: RunOptions['leftOut']): readonly LeftOutEvent[] => Array.from(leftOut ?? [], ([reason, part]) => ({
	message_type: 'left_out', reason, count: part.count, ...part.content, paths: encodePaths(part),
}));

/** Tells what is to be known of the selection of a new set. */
export function tellRemarks({leftOut, unused}: Pick<RunOptions, 'leftOut' | 'unused'>, queue: EventQueue): void {
	for (const event of [...leftOutEvents(leftOut), ...unusedNotices(unused)]) {
		queue.push(event);
	}
}
