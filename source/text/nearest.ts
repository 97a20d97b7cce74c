/** Edit distance: characters to add, remove, replace or swap with their neighbour to make one text of another (optimal string alignment). */
function distance(one: string, other: string): number {
	const rows: number[][] = [Array.from({length: other.length + 1}, (_, column) => column)];

	for (let row = 1; row <= one.length; row++) {
		const current = [row];

		for (let column = 1; column <= other.length; column++) {
			const isSame = one[row - 1] === other[column - 1];
			const isSwapped = one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1];
			current.push(Math.min(
				rows[row - 1]![column]! + 1,
				current[column - 1]! + 1,
				rows[row - 1]![column - 1]! + (isSame ? 0 : 1),
				isSwapped ? rows[row - 2]![column - 2]! + 1 : Infinity,
			));
		}

		rows.push(current);
	}

	return rows.at(-1)!.at(-1)!;
}

/** Longer texts are compared by their beginning: nobody mistypes them, and each comparison takes time that grows with both lengths. */
const maximumLength = 64;

/** Letters that stand in too many words to tell anything. */
const shortest = 3;

/** The words that somebody who wrote `word` may have meant, best first: those that have it in them, unless it is very short, and those that differ by a letter in three. */
export function nearest(word: string, words: readonly string[], count: number): string[] {
	const start = word.slice(0, maximumLength).toLowerCase();
	const limit = Math.max(1, Math.floor(start.length / 3));
	return words
		.map(candidate => {
			const text = candidate.slice(0, maximumLength).toLowerCase();
			return {candidate, steps: start.length >= shortest && text.includes(start) ? 0 : (Math.abs(text.length - start.length) > limit ? limit + 1 : distance(start, text))};
		})
		.filter(({steps}) => steps <= limit)
		.toSorted((one, other) => one.steps - other.steps)
		.slice(0, count)
		.map(({candidate}) => candidate);
}
