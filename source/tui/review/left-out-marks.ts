import {
	type LeftOut,
	type LeftOutContent,
	LeftOutTally,
	noContent,
} from '../../files/left-out.ts';
import {contentLeftOut} from '../../origin/selection.ts';
import type {Folder} from '../tree/tree-state.ts';
import {rowsBelow, walkDown} from '../tree/tree-walk.ts';
import type {ReviewState} from './review-state.ts';

/** Content of a directory in which nothing is marked, as far as it has been read. */
function contentBelow(review: ReviewState, folder: Folder): LeftOutContent {
	let {files, bytes, unseen} = noContent;

	for (const row of [folder.number, ...rowsBelow(review, folder)].map(number => review.rows[number]!)) {
		const inner = row.folder === undefined ? undefined : review.folders.get(row.folder);
		const content = inner?.isRead ? noContent : contentLeftOut(row.entry, row.skip ?? 'unmarked');
		files += content.files;
		bytes += content.bytes;
		unseen += content.unseen;
	}

	return {files, bytes, unseen};
}

/** Keys of the folders that hold files which the set that is added to has copies of. */
function foldersWithCopies({rows, folders}: ReviewState): ReadonlySet<string> {
	const found = new Set<string>();

	for (const {parent} of rows.filter(({isCopied}) => isCopied)) {
		for (let key: string | undefined = parent; key !== undefined && !found.has(key); key = rows[folders.get(key)!.number]?.parent) {
			found.add(key);
		}
	}

	return found;
}

/** Unmarked entries of the list: a directory in which nothing is marked, and nothing copied before, as one thing, else each entry with what the rules said of it. */
export function leftOutOf(review: ReviewState): LeftOut {
	const tally = new LeftOutTally();
	const begun = foldersWithCopies(review);

	walkDown(review, review.folders.get('')!.order, (number, folder) => {
		const {entry, skip = 'unmarked', isCopied, key} = review.rows[number]!;

		if (isCopied) {
			return false;
		}

		const isLeftWhole = folder ? folder.marked === 0 && !begun.has(key) && (folder.files > 0 || !folder.isRead) : review.marks[number] !== 1;

		if (isLeftWhole) {
			tally.add(skip, entry.path, folder ? contentBelow(review, folder) : contentLeftOut(entry, skip));
		}

		return !isLeftWhole;
	});

	return tally.sum;
}
