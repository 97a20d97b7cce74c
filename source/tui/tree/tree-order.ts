import {compileNameFilter} from '../kit/name-filter.ts';
import {type TreeState, someFolder, type Sort} from './tree-state.ts';
import {parentNumber, walkDown} from './tree-walk.ts';

type Tree = Pick<TreeState, 'rows' | 'folders' | 'sort'>;

type Compare = (a: number, b: number) => number;

const sizeOf = ({rows, folders}: Tree, number: number) => {
	const row = rows[number]!;
	return row.folder === undefined ? row.bytes ?? -1 : folders.get(row.folder)?.bytes ?? 0;
};

/** Compares rows by number: names upwards, sizes from the largest, ages from the newest. Never 0 for two rows, so any order is the only one. */
function compareBy(tree: Tree): Compare {
	const {rows, sort} = tree;
	const sign = sort.isReversed ? -1 : 1;
	const byName: Compare = (a, b) => {
		const first = rows[a]!.label;
		const second = rows[b]!.label;
		return first < second ? -1 : (first > second ? 1 : a - b);
	};

	const by: Readonly<Record<Sort['by'], Compare>> = {
		name: (a, b) => sign * byName(a, b),
		size: (a, b) => (sign * (sizeOf(tree, b) - sizeOf(tree, a))) || byName(a, b),
		age: (a, b) => (sign * (rows[b]!.modified - rows[a]!.modified)) || byName(a, b),
	};
	return by[sort.by];
}

/** The order of some rows. */
export const sortRows = (numbers: readonly number[], tree: Tree): readonly number[] => numbers.toSorted(compareBy(tree));

/** The order with other rows merged in: linear in the list, whatever the size of the batch. */
export function mergeRows(order: readonly number[], added: readonly number[], tree: Tree): readonly number[] {
	const compare = compareBy(tree);
	const merged: number[] = [];
	let position = 0;

	for (const number of added.toSorted(compare)) {
		while (position < order.length && compare(order[position]!, number) < 0) {
			merged.push(order[position]!);
			position++;
		}

		merged.push(number);
	}

	return [...merged, ...order.slice(position)];
}

/** The rows that a filter leaves: those that match it, and the directories they are in. */
function filterRows(tree: TreeState): Uint8Array {
	const {rows, filter} = tree;
	const kept = new Uint8Array(rows.length);
	const isKept = compileNameFilter(filter);

	for (const [number, row] of rows.entries()) {
		if (!isKept(row.name, row.label)) {
			continue;
		}

		for (let at = number; at >= 0 && kept[at] === 0; at = parentNumber(tree, at)) {
			kept[at] = 1;
		}
	}

	return kept;
}

/** The rows to show: what opened directories hold below them, or whatever the filter finds, wherever it is. */
export function visibleOrder(tree: TreeState): readonly number[] {
	const {folders, filter} = tree;
	const kept = filter === '' ? undefined : filterRows(tree);
	const isShown = ({isOpen}: {readonly isOpen: boolean}) => isOpen || kept !== undefined;

	if (!kept && !someFolder(folders, ({number, isOpen}) => isOpen && number >= 0)) {
		return folders.get('')!.order;
	}

	const order: number[] = [];

	walkDown(tree, folders.get('')!.order, (number, folder) => {
		if (kept?.[number] === 0) {
			return false;
		}

		order.push(number);
		return folder !== undefined && isShown(folder);
	});

	return order;
}
