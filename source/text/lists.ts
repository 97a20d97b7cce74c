/*
A call takes some 120,000 arguments at most, so that no list that can be longer is ever spread into one.
*/

/** Adds all items at the end of a list. */
export function appendAll<Item>(list: Item[], items: Iterable<Item>): void {
	for (const item of items) {
		list.push(item);
	}
}

/** The largest of some numbers, and of `least`. */
export function largestOf(numbers: Iterable<number>, least = -Infinity): number {
	let largest = least;

	for (const number of numbers) {
		largest = Math.max(largest, number);
	}

	return largest;
}
