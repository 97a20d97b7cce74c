/*
The ways through a tree: down from some rows, and up from one.
*/
import {type Folder, folderOf, type TreeState} from './tree-state.ts';

type Walked = Pick<TreeState, 'rows' | 'folders'>;

/** Goes through rows, given by their numbers, and down into those that are folders, as far as `visit` says to. */
export function walkDown(tree: Walked, numbers: readonly number[], visit: (number: number, folder: Folder | undefined) => boolean): void {
	for (const number of numbers) {
		const folder = folderOf(tree, tree.rows[number]!);

		if (visit(number, folder) && folder) {
			walkDown(tree, folder.order, visit);
		}
	}
}

/** Numbers of all rows below a folder. */
export function rowsBelow(tree: Walked, folder: Folder): readonly number[] {
	const numbers: number[] = [];
	walkDown(tree, folder.order, number => {
		numbers.push(number);
		return true;
	});
	return numbers;
}

/** Number of the row that a row is in; -1 for the directory that the list is of. */
export const parentNumber = ({rows, folders}: Walked, number: number): number => folders.get(rows[number]!.parent)!.number;
