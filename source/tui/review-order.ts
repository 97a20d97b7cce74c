import type {Row, Sort} from './review-state.ts';

type Compare = (a: number, b: number) => number;

/** Compares rows by number: names upwards, sizes from the largest, ages from the newest. Never 0 for two rows, so any order is the only one. */
function compareBy(rows: readonly Row[], sort: Sort): Compare {
	const byName: Compare = (a, b) => {
		const first = rows[a]!.name;
		const second = rows[b]!.name;
		return first < second ? -1 : (first > second ? 1 : a - b);
	};

	const by: Readonly<Record<Sort, Compare>> = {
		name: byName,
		size: (a, b) => ((rows[b]!.bytes ?? -1) - (rows[a]!.bytes ?? -1)) || byName(a, b),
		age: (a, b) => (rows[b]!.choice.entry.modified - rows[a]!.choice.entry.modified) || byName(a, b),
	};
	return by[sort];
}

/** The order of all rows. */
export const sortRows = (rows: readonly Row[], sort: Sort): readonly number[] => [...rows.keys()].toSorted(compareBy(rows, sort));

/** The order with the rows from number `from` on merged in: linear in the list, whatever the size of the batch. */
export function mergeRows(order: readonly number[], rows: readonly Row[], from: number, sort: Sort): readonly number[] {
	const compare = compareBy(rows, sort);
	const added = Array.from({length: rows.length - from}, (_, index) => from + index).toSorted(compare);
	const merged: number[] = [];
	let position = 0;

	for (const number of added) {
		while (position < order.length && compare(order[position]!, number) < 0) {
			merged.push(order[position]!);
			position++;
		}

		merged.push(number);
	}

	return [...merged, ...order.slice(position)];
}
