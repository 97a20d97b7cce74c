import {visibleOrder} from './tree-order.ts';
import {currentRow, folderOf, type ReviewState} from './tree-state.ts';

/** Puts the cursor at a position within the list and the window around it. */
export function moveTo(review: ReviewState, position: number, wantedTop = review.top): ReviewState {
	const cursor = Math.max(0, Math.min(position, review.order.length - 1));
	const lastTop = Math.max(0, review.order.length - review.height);
	const top = Math.max(0, Math.min(lastTop, Math.max(cursor - review.height + 1, Math.min(wantedTop, cursor))));
	return cursor === review.cursor && top === review.top ? review : {...review, cursor, top};
}

/** Where a row is in an order, or the nearest directory it is in. */
function findRow({rows, folders}: ReviewState, order: readonly number[], wanted: number | undefined): number {
	for (let number = wanted ?? -1; number >= 0; number = folders.get(rows[number]!.parent)!.number) {
		const position = order.indexOf(number);

		if (position !== -1) {
			return position;
		}
	}

	return 0;
}

/**
Shows what is to be shown now, under the same row: the window keeps it where it is on the screen, as far as it can. Whoever has not moved wants
to see the list from its start.
*/
export function reorder(review: ReviewState, wanted = review.hasMoved ? review.order[review.cursor] : undefined): ReviewState {
	const order = visibleOrder(review);
	const cursor = findRow(review, order, wanted);
	return moveTo({...review, order}, cursor, cursor - (review.cursor - review.top));
}

function setOpen(review: ReviewState, key: string, isOpen: boolean): ReviewState {
	const folders = new Map(review.folders);
	folders.set(key, {...folders.get(key)!, isOpen});
	return reorder({...review, folders}, review.order[review.cursor]);
}

/** Opens the directory under the cursor; an open one is gone into. */
export function openFolder(review: ReviewState): ReviewState {
	const row = currentRow(review);
	const folder = row && folderOf(review, row);

	if (!row || folder === undefined) {
		return row?.choice.entry.kind === 'directory' ? {...review, message: `${row.name} can't be opened: ${row.choice.reason ?? 'not read'}`} : review;
	}

	return folder.isOpen || review.filter !== ''
		? (folder.order.length > 0 ? moveTo(review, review.cursor + 1) : review)
		: setOpen(review, row.folder!, true);
}

/** Closes the directory under the cursor, or goes to the one that the row is in. */
export function closeFolder(review: ReviewState): ReviewState {
	const row = currentRow(review);
	const folder = row && folderOf(review, row);

	if (folder?.isOpen && review.filter === '') {
		return setOpen(review, row!.folder!, false);
	}

	return row && row.depth > 0 ? moveTo(review, findRow(review, review.order, review.folders.get(row.parent)!.number)) : review;
}
