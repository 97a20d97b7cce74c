import type {CommonCommand} from './keys/key-bindings.ts';
import type {Exit} from './keys/screen.ts';
import type {NamedAct} from './named.ts';
import type {ReviewAction} from './review/review-reducer.ts';
import type {RunAction} from './run/run-reducer.ts';
import type {SetsEvent} from './sets/sets-events.ts';
import type {Crossing, registry} from './registry.ts';

/** Everything that a key can ask for: the commands that all screens share, and each screen's own. */
export type Command = CommonCommand | Crossing | {[Name in keyof typeof registry]: keyof (typeof registry)[Name]['commands']}[keyof typeof registry];

/** All that can happen to the state. */
export type Action =
	| ReviewAction
	| RunAction
	| {readonly type: 'command'; readonly command: Command}
	/** A character typed into the filter, or another line. */
	| {readonly type: 'text'; readonly text: string}
	/** A command for rows or for a set that are named, wherever the cursor is: `--plain` gives those. */
	| {readonly type: 'named'; readonly act: NamedAct}
	| {readonly type: 'resize'; readonly columns: number; readonly rows: number}
	/** An answer to a request about sets. */
	| {readonly type: 'browse'; readonly event: SetsEvent}
	| {readonly type: 'exit'; readonly exit: Exit};
