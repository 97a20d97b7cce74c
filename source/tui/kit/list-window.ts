/*
The one cursor window: where the cursor is in a list, and which of its rows are shown.
*/

/** Cursor movements in any list, and on any page. */
export type Move = 'up' | 'down' | 'pageUp' | 'pageDown' | 'halfUp' | 'halfDown' | 'first' | 'last';

/** Something for each of them. */
export const byMove = <Value>(valueOf: (move: Move) => Value): Readonly<Record<Move, Value>> => ({
	up: valueOf('up'), down: valueOf('down'), pageUp: valueOf('pageUp'), pageDown: valueOf('pageDown'),
	halfUp: valueOf('halfUp'), halfDown: valueOf('halfDown'), first: valueOf('first'), last: valueOf('last'),
});

const moves = byMove(move => move);

export const isMove = (command: string): command is Move => Object.hasOwn(moves, command);

export type ListWindow = {
	/** Position of the row of the cursor. */
	readonly cursor: number;
	/** The first row shown. */
	readonly top: number;
};

/** The rows there are, and how many of them are shown. */
export type ListExtent = {
	readonly count: number;
	readonly height: number;
};

/** Puts cursor and window where they are within a list. */
export function fitWindow({cursor: wanted, top: wantedTop}: ListWindow, {count, height}: ListExtent): ListWindow {
	const cursor = Math.max(0, Math.min(wanted, count - 1));
	const top = Math.max(0, Math.min(count - height, Math.max(cursor - height + 1, Math.min(wantedTop, cursor))));
	return {cursor, top};
}

const halfOf = (height: number): number => Math.max(1, Math.floor(height / 2));

/** The cursor and the window after a movement. */
export function moveWindow({cursor, top}: ListWindow, move: Move, extent: ListExtent): ListWindow {
	const {count, height} = extent;
	const half = halfOf(height);
	const targets: Readonly<Record<Move, ListWindow>> = {
		up: {cursor: cursor - 1, top},
		down: {cursor: cursor + 1, top},
		pageUp: {cursor: cursor - height, top: top - height},
		pageDown: {cursor: cursor + height, top: top + height},
		halfUp: {cursor: cursor - half, top: top - half},
		halfDown: {cursor: cursor + half, top: top + half},
		first: {cursor: 0, top: 0},
		last: {cursor: count - 1, top},
	};
	return fitWindow(targets[move], extent);
}

/** The first line shown of a page of text after a key. */
export function scroll(top: number, move: Move, {count, height}: ListExtent): number {
	const distances: Readonly<Record<Move, number>> = {
		up: -1, down: 1, pageUp: -height, pageDown: height, halfUp: -halfOf(height), halfDown: halfOf(height), first: -Infinity, last: Infinity,
	};
	return Math.max(0, Math.min(top + distances[move], count - height));
}
