/*
Where in a text of TOML its statements stand: for the lines that messages name, and for changing one without touching the rest. The text is one that the parser has taken, so that
there is nothing to be refused here.
*/

/** `key = value`, or the header of a table. */
export type Statement = {
	/** The first part of its name. */
	readonly key: string;
	/** From 1. */
	readonly line: number;
	/** Where it begins and ends in the text, without the space, the comment and the end of line around it. */
	readonly start: number;
	readonly end: number;
	/** Where its value begins; its end for the header of a table. */
	readonly value: number;
};

/** Quotes by which strings begin, the longer ones first, and whether a backslash escapes in them. */
const quotes: ReadonlyArray<readonly [quote: string, isEscaping: boolean]> = [['"""', true], ['\'\'\'', false], ['"', true], ['\'', false]];

/** Where a string ends that begins at `start`; `start` itself if none does. */
function endOfString(text: string, start: number): number {
	const [quote, isEscaping] = quotes.find(([opening]) => text.startsWith(opening, start)) ?? [];

	if (quote === undefined) {
		return start;
	}

	let position = start + quote.length;

	while (position < text.length && !text.startsWith(quote, position)) {
		position += isEscaping && text[position] === '\\' ? 2 : 1;
	}

	position += quote.length;

	// Up to two quotes may stand right before the three that end it.
	for (let more = 0; quote.length === 3 && more < 2 && text[position] === quote[0]; more++) {
		position++;
	}

	return position;
}

/** Where what begins at `start` ends: before a comment or an end of line that is in no string and no bracket. */
function endOfStatement(text: string, start: number): number {
	let depth = 0;
	let end = start;

	for (let position = start; position < text.length;) {
		const character = text[position]!;
		const afterString = endOfString(text, position);

		if (afterString > position) {
			position = afterString;
			end = position;
			continue;
		}

		if (character === '#') {
			if (depth === 0) {
				break;
			}

			const newline = text.indexOf('\n', position);
			position = newline === -1 ? text.length : newline;
			continue;
		}

		if (character === '\n' && depth === 0) {
			break;
		}

		depth += '[{'.includes(character) ? 1 : (']}'.includes(character) ? -1 : 0);
		position++;
		end = /\s/v.test(character) ? end : position;
	}

	return end;
}

/** A string in a list. */
export type Item = {
	readonly start: number;
	readonly end: number;
	/** Behind its comma; its end where it has none. */
	readonly next: number;
};

/** Where the strings of a list stand in its text, which begins with its bracket; none where it has anything but strings. */
export function findItems(list: string): readonly Item[] {
	const items: Item[] = [];

	for (let position = 1; position < list.length - 1;) {
		const end = endOfString(list, position);

		if (end > position) {
			const [gap] = /^(?:\s|#.*\n)*,?/v.exec(list.slice(end))!;
			items.push({start: position, end, next: gap.endsWith(',') ? end + gap.length : end});
			position = items.at(-1)!.next;
		} else if (list[position] === '#') {
			position = list.indexOf('\n', position);
		} else if (/\s/v.test(list[position]!)) {
			position++;
		} else {
			return [];
		}
	}

	return items;
}

/** A quoted name without its quotes and escapes; as it is written, where only TOML has its escapes. */
function unescapeName(quoted: string): string {
	try {
		return quoted.startsWith('"') ? String(JSON.parse(quoted)) : quoted.slice(1, -1);
	} catch {
		return quoted.slice(1, -1);
	}
}

function nameAt(text: string, start: number): {readonly key: string; readonly end: number} {
	const end = endOfString(text, start);

	if (end > start) {
		return {key: unescapeName(text.slice(start, end)), end};
	}

	const key = /^[\w\-]*/v.exec(text.slice(start, start + 256))![0];
	return {key, end: start + key.length};
}

/** Where the value of a statement begins. */
function valueAt(text: string, nameEnd: number): number {
	let position = nameEnd;

	while (position < text.length && text[position] !== '=') {
		position = Math.max(position + 1, endOfString(text, position));
	}

	position++;

	while (text[position] === ' ' || text[position] === '\t') {
		position++;
	}

	return position;
}

/** The statements of a text that is TOML, in their order. */
export function findStatements(text: string): readonly Statement[] {
	const statements: Statement[] = [];
	let line = 1;
	let counted = 0;

	for (let position = 0; position < text.length;) {
		const start = position + /^\s*/v.exec(text.slice(position))![0].length;

		if (start >= text.length) {
			break;
		}

		const end = endOfStatement(text, start);

		if (end > start) {
			const isTable = text[start] === '[';
			const nameStart = isTable ? start + /^\[+[\t ]*/v.exec(text.slice(start, start + 256))![0].length : start;
			const {key, end: nameEnd} = nameAt(text, nameStart);
			line += text.slice(counted, start).split('\n').length - 1;
			counted = start;
			statements.push({
				key, line, start, end, value: isTable ? end : valueAt(text, nameEnd),
			});
		}

		const newline = text.indexOf('\n', end);
		position = newline === -1 ? text.length : newline + 1;
	}

	return statements;
}
