import type {
	ErrorEvent,
	FileEvent,
	StartEvent,
	StatusEvent,
	SummaryEvent,
} from '../../source/backup/events.ts';
import type {Entry} from '../../source/origin/entry.ts';
import type {Choice} from '../../source/origin/selection.ts';
import type {Action, Command} from '../../source/tui/actions.ts';
import {InputParser} from '../../source/tui/terminal/input-parser.ts';
import {actionFor, keyContext} from '../../source/tui/meanings.ts';
import {reduce} from '../../source/tui/reducer.ts';
import {markedEntries} from '../../source/tui/review/review-state.ts';
import {currentRow} from '../../source/tui/tree/tree-state.ts';
import {initialState, type State} from '../../source/tui/state.ts';

export const context = {
	version: '0.1.0', host: 'web-01', source: '/var/log', destination: '/var/log/backups', date: '2026-11-22',
} as const;

/** Milliseconds since the epoch, fixed. */
export const now = Date.UTC(2026, 10, 22, 12);

export const entryOf = (name: string, more: Partial<Entry> = {}): Entry => ({
	path: Buffer.from(name), kind: 'file', size: 1000, allocated: 4096, modified: now - 60_000, isReadable: true, ...more,
});

export const fileOf = (name: string, more: Partial<Entry> = {}): Choice => ({entry: entryOf(name, more), isSelected: true, isSelectable: true});

export const skipOf = (name: string): Choice => ({...fileOf(name), isSelected: false, reason: 'skipped by default'});

export const directoryOf = (name: string): Choice => ({
	entry: entryOf(name, {kind: 'directory'}), isSelected: false, isSelectable: true, reason: 'directory',
});

export const linkOf = (name: string): Choice => ({
	entry: entryOf(name, {kind: 'symlink', size: 4, target: {kind: 'file', size: 500}}), isSelected: false, isSelectable: true, reason: 'symlink',
});

/** Many plain files, `f00000` on. */
export const filesOf = (count: number): readonly Choice[] => Array.from({length: count}, (_, index) => fileOf(`f${String(index).padStart(5, '0')}`));

export const begin = (columns = 80, rows = 24): State => initialState(context, {columns, rows});

export function after(state: State, ...actions: readonly Action[]): State {
	let next = state;

	for (const action of actions) {
		next = reduce(next, action);
	}

	return next;
}

export const scanned = (choices: readonly Choice[], state = begin()): State =>
	after(state, {type: 'scanned', choices, now}, {type: 'foldersRead', folders: [{path: Buffer.alloc(0)}]}, {type: 'scanEnded'}, {type: 'space', space: {free: 1e9, reserve: 0}});

export const commands = (state: State, ...names: readonly Command[]): State => after(state, ...names.map(command => ({type: 'command', command} as const)));

/** The keys in what a terminal delivers at once. */
export function keysIn(text: string): readonly string[] {
	const parser = new InputParser();
	return [...parser.push(Buffer.from(text)), ...parser.giveUp()]
		.flatMap(event => event.kind === 'key' ? [event.name] : (event.kind === 'alt' ? event.names : []));
}

/** Types as a terminal delivers it: all characters at once. */
export function type(state: State, text: string): State {
	let next = state;

	for (const key of keysIn(text)) {
		const action = actionFor(keyContext(next), key);
		next = action ? after(next, action) : next;
	}

	return next;
}

/** The paths that are marked, sorted. */
export const marked = (state: State): string[] => markedEntries(state.review).map(({path}) => path.toString()).toSorted();

export const cursorName = (state: State) => currentRow(state.review)?.name;

export const startEvent: StartEvent = {
	message_type: 'start', version: '0.1.0', pid: 4711, host: 'web-01', started: '2026-11-22T12:00:00Z', date: '2026-11-22',
	source: '/var/log', set: '/var/log/backups/2026-11-22', total_files: 3, total_bytes: 3000,
};

export const statusEvent: StatusEvent = {
	message_type: 'status', seconds_elapsed: 1, seconds_remaining: 2, percent_done: 0.5, total_files: 3, files_done: 1, total_bytes: 3000,
	bytes_done: 1500, bytes_written: 150, bytes_per_second: 1500, error_count: 0, current_files: [{path: 'syslog', bytes_done: 500, total_bytes: 1000}],
};

export const doneEvent = (path: string, more: Partial<FileEvent> = {}): FileEvent => ({
	message_type: 'file', path, outcome: 'done', notes: [], bytes_in: 1000, bytes_out: 100, verified: true, resumed: false, ...more,
});

export const failedEvent = (path: string): ErrorEvent => ({message_type: 'error', path, error: {message: 'permission denied', code: 'EACCES'}});

export const summaryEvent: SummaryEvent = {
	message_type: 'summary', exit_code: 0, set: '/var/log/backups/2026-11-22', started: '2026-11-22T12:00:00Z', finished: '2026-11-22T12:00:14Z',
	total_files: 3, files_done: 3, files_failed: 0, files_vanished: 0, files_resumed: 0, files_reused: 0, bytes_new: 1, files_verified: 3, bytes_in: 3000, bytes_out: 300, seconds_elapsed: 14,
};
