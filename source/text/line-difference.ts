/** A line of a difference: only in the new text, only in the old one, or in both. */
export type DifferenceLine = {
	readonly sign: '+' | '-' | ' ';
	readonly text: string;
};

const linesOf = (text: string): readonly string[] => text === '' ? [] : text.replace(/\n$/v, '').split('\n');

/** Lengths of the longest common parts of what is left of both, from each pair of lines on. */
function commonLengths(before: readonly string[], after: readonly string[]): readonly Uint32Array[] {
	const lengths = Array.from({length: before.length + 1}, () => new Uint32Array(after.length + 1));

	for (let row = before.length - 1; row >= 0; row--) {
		for (let column = after.length - 1; column >= 0; column--) {
			lengths[row]![column] = before[row] === after[column] ? lengths[row + 1]![column + 1]! + 1 : Math.max(lengths[row + 1]![column]!, lengths[row]![column + 1]!);
		}
	}

	return lengths;
}

/** From so many pairs of lines on, what is between the common beginning and end is told as all gone and all new. */
const mostPairs = 4_000_000;

const gone = (lines: readonly string[]) => lines.map(text => ({sign: '-', text}) as const);

const added = (lines: readonly string[]) => lines.map(text => ({sign: '+', text}) as const);

function compareMiddle(before: readonly string[], after: readonly string[]): readonly DifferenceLine[] {
	if (before.length * after.length > mostPairs) {
		return [...gone(before), ...added(after)];
	}

	const lengths = commonLengths(before, after);
	const lines: DifferenceLine[] = [];
	let row = 0;
	let column = 0;

	while (row < before.length && column < after.length) {
		if (before[row] === after[column]) {
			lines.push({sign: ' ', text: before[row]!});
			row++;
			column++;
		} else if (lengths[row + 1]![column]! >= lengths[row]![column + 1]!) {
			lines.push({sign: '-', text: before[row]!});
			row++;
		} else {
			lines.push({sign: '+', text: after[column]!});
			column++;
		}
	}

	return [...lines, ...gone(before.slice(row)), ...added(after.slice(column))];
}

/** How two texts differ, line by line: all lines of both, in order. */
export function lineDifference(before: string, after: string): readonly DifferenceLine[] {
	const [old, recent] = [linesOf(before), linesOf(after)];
	const most = Math.min(old.length, recent.length);
	let start = 0;
	let end = 0;

	while (start < most && old[start] === recent[start]) {
		start++;
	}

	while (end < most - start && old.at(-1 - end) === recent.at(-1 - end)) {
		end++;
	}

	const same = (lines: readonly string[]) => lines.map(text => ({sign: ' ', text}) as const);
	return [
		...same(old.slice(0, start)),
		...compareMiddle(old.slice(start, old.length - end), recent.slice(start, recent.length - end)),
		...same(old.slice(old.length - end)),
	];
}
