/*
Editing a line of text with the keys that shells have.
*/

/** The ways in which a key changes a line of text. */
export type LineEdit = 'erase' | 'eraseWord' | 'eraseLine' | 'delete' | 'left' | 'right' | 'lineStart' | 'lineEnd';

export type EditedLine = {
	readonly text: string;
	/** The number of characters before the cursor. */
	readonly caret: number;
};

/** The characters before the cursor and after it. */
function splitLine({text, caret}: EditedLine): readonly [before: readonly string[], after: readonly string[]] {
	const characters = [...text];
	return [characters.slice(0, caret), characters.slice(caret)];
}

const joinLine = (before: readonly string[], after: readonly string[]): EditedLine => ({text: [...before, ...after].join(''), caret: before.length});

/** The line with text put in at the cursor. */
export function typeText(line: EditedLine, text: string): EditedLine {
	const [before, after] = splitLine(line);
	return joinLine([...before, ...text], after);
}

/** The index at which the last word begins. */
function wordStart(characters: readonly string[]): number {
	const end = characters.findLastIndex(character => character !== ' ');
	return end === -1 ? 0 : characters.lastIndexOf(' ', end) + 1;
}

/** The line after a key. */
export function editLine(line: EditedLine, edit: LineEdit): EditedLine {
	const [before, after] = splitLine(line);
	const last = before.length + after.length;
	const edits: Readonly<Record<LineEdit, () => EditedLine>> = {
		erase: () => joinLine(before.slice(0, -1), after),
		eraseWord: () => joinLine(before.slice(0, wordStart(before)), after),
		eraseLine: () => joinLine([], after),
		delete: () => joinLine(before, after.slice(1)),
		left: () => ({...line, caret: Math.max(0, before.length - 1)}),
		right: () => ({...line, caret: Math.min(last, before.length + 1)}),
		lineStart: () => ({...line, caret: 0}),
		lineEnd: () => ({...line, caret: last}),
	};
	return edits[edit]();
}
