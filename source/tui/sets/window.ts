import type {Command} from '../actions.ts';

export type ListWindow = {
	/** Position of the row of the cursor. */
	readonly cursor: number;
	/** The first row shown. */
	readonly top: number;
};

/** Puts cursor and window where they are within a list of `count` rows, of which `height` are shown. */
export function fitWindow({cursor: wanted, top: wantedTop}: ListWindow, count: number, height: number): ListWindow {
	const cursor = Math.max(0, Math.min(wanted, count - 1));
	const top = Math.max(0, Math.min(count - height, Math.max(cursor - height + 1, Math.min(wantedTop, cursor))));
	return {cursor, top};
}

/** Where a key puts them; nothing if it doesn't move the cursor. */
export function moveWindow({cursor, top}: ListWindow, command: Command, {count, height}: {readonly count: number; readonly height: number}): ListWindow | undefined {
	const targets: Readonly<Partial<Record<Command, ListWindow>>> = {
		up: {cursor: cursor - 1, top},
		down: {cursor: cursor + 1, top},
		pageUp: {cursor: cursor - height, top: top - height},
		pageDown: {cursor: cursor + height, top: top + height},
		first: {cursor: 0, top: 0},
		last: {cursor: count - 1, top},
	};
	const target = targets[command];
	return target && fitWindow(target, count, height);
}
