import {longestPath} from '../../files/directory.ts';
import {isObject, type Json, parseJson} from './json.ts';

/** Where the list of entries begins, as `formatManifest` writes it. A line feed cannot stand in a JSON string. */
const entriesMark = '\n\t"entries": [';

/** Of a manifest in another layout: more is not taken in at once, so that nothing it holds can use up the memory. */
const maximumForeignLength = 16 * 1024 * 1024;

/** Two of the longest names, each byte escaped, twice, and in Base64: even such an entry is shorter. */
const maximumLineLength = 32 * longestPath;

/** A manifest nests three deep; what nests deeper could use up the stack. */
const maximumDepth = 16;

/** The fields at the top of a manifest, as JSON, up to where its entries begin. `undefined` if it ends before, or is laid out otherwise. */
export function cutBeginning(text: string): string | undefined {
	const end = text.indexOf(entriesMark);
	return end === -1 || end > maximumLineLength ? undefined : `${text.slice(0, end).replace(/,$/v, '')}}`;
}

/**
Reads entries a line each, so that never more than one is taken in at once.

@returns Whether the text has the layout that `formatManifest` gives it, to its end.
*/
export function * linesOf(text: string): Generator<unknown, boolean> {
	let position = text.indexOf(entriesMark) + entriesMark.length;

	if (text.startsWith(']\n}\n', position)) {
		return position + 4 === text.length;
	}

	for (;;) {
		const end = text.indexOf('\n', position + 1);

		if (text[position] !== '\n' || end === -1 || end - position > maximumLineLength) {
			return false;
		}

		const line = text.slice(position + 1, end);

		if (line === '\t]') {
			return text.slice(end) === '\n}\n';
		}

		const json = parseJson(line.replace(/,$/v, ''));

		if (json === undefined) {
			return false;
		}

		yield json;
		position = end;
	}
}

/**
The same.

@param take Given each entry; tells whether to go on.
@returns Whether the text has the layout that `formatManifest` gives it, to its end or to where `take` had enough.
*/
export function readLines(text: string, take: (entry: unknown) => boolean): boolean {
	const lines = linesOf(text);

	for (;;) {
		const next = lines.next();

		if (next.done === true) {
			return next.value;
		}

		if (!take(next.value)) {
			return true;
		}
	}
}

/** Whether a text has the layout that `formatManifest` gives it, by its beginning and its end. */
const isOurs = (text: string): boolean => text.includes(entriesMark) && (text.endsWith('\n\t]\n}\n') || text.endsWith('[]\n}\n'));

/** The entries of a manifest, as far as they can be read; none if it is cut short, or is none. */
export function * manifestEntriesOf(text: string): Generator {
	if (isOurs(text)) {
		yield * linesOf(text);
		return;
	}

	const entries = parseForeign(text)?.entries;
	yield * Array.isArray(entries) ? entries as readonly unknown[] : [];
}

/**
Reads a whole manifest, one entry at a time where it has our layout.

@param take Given each entry; tells whether it is one.
@returns The fields beside the entries; `undefined` if the text is not a manifest, or one of its entries is not an entry.
*/
export function readEntries(text: string, take: (entry: unknown) => boolean): Json | undefined {
	if (!isOurs(text)) {
		const {entries, ...fields} = parseForeign(text) ?? {};
		return Array.isArray(entries) && entries.every(entry => take(entry)) ? fields : undefined;
	}

	let areAll = true;
	const isWhole = readLines(text, entry => {
		areAll = take(entry);
		return areAll;
	});
	const beginning = isWhole && areAll ? parseJson(cutBeginning(text) ?? '') : undefined;
	return isObject(beginning) ? beginning : undefined;
}

/** Where the JSON string that begins at `start` ends. */
function endOfString(text: string, start: number): number {
	let position = start + 1;

	while (position < text.length && text[position] !== '"') {
		position += text[position] === '\\' ? 2 : 1;
	}

	return position;
}

const brackets: ReadonlyMap<string, number> = new Map([['[', 1], ['{', 1], [']', -1], ['}', -1]]);

/** Whether brackets nest deeper than any manifest's. */
function isNestedDeeply(text: string): boolean {
	let depth = 0;

	for (let position = 0; position < text.length && depth <= maximumDepth; position++) {
		const character = text[position]!;
		depth += brackets.get(character) ?? 0;

		if (character === '"') {
			position = endOfString(text, position);
		}
	}

	return depth > maximumDepth;
}

/** The fields of a manifest that somebody has laid out otherwise. */
export function parseForeign(text: string): Json | undefined {
	const json = text.length > maximumForeignLength || isNestedDeeply(text) ? undefined : parseJson(text);
	return isObject(json) ? json : undefined;
}
