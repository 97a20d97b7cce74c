/*
A line of a frame, as Ink hands it out (text with SGR sequences), taken apart into the cells of a terminal.
*/
import stringWidth from 'string-width';

/** Columns of the terminal, by two lists of one length: what is made and compared for each frame is a list, and not an object for each column. */
export type Cells = {
	/** The character; empty in the second column of a wide one. */
	readonly texts: readonly string[];
	/** Parameters of the SGR sequence that sets its style, from none. */
	readonly styles: readonly string[];
};

export type CellLine = {
	/** The line as it was handed out. */
	readonly source: string;
	/** Nothing if the line has other control sequences: it can only be written whole. */
	readonly cells?: Cells;
	/** The first column whose character not all terminals give the same width: what is behind it may be anywhere. Infinite where there is none. */
	readonly firstUnsure: number;
};

const graphemes = new Intl.Segmenter('en', {granularity: 'grapheme'});

/* ASCII, and what the screens draw with (glyphs.ts, the spinner): one column each, on every terminal. Two squares amid those are wide since Unicode 9 (EastAsianWidth.txt). */
const isSure = /^[\u{20}-\u{7E}·–…›\u{2190}-\u{2193}\u{2500}-\u{25FC}\u{25FF}\u{2800}-\u{28FF}]*$/v;
const isOther = /[\p{Control}\p{Surrogate}]/v;
const sgr = /\u{1B}\[(?<parameters>[\d;]*)m/gv;

/* SGR parameters by what they set, each with the parameter that ends its effect; those for colours take the parameters after them along. */
const kinds: ReadonlyArray<readonly [group: string, matches: (code: number) => boolean, end: number]> = [
	['weight', code => code === 1 || code === 2, 22],
	['italic', code => code === 3, 23],
	['underline', code => code === 4, 24],
	['inverse', code => code === 7, 27],
	['struck', code => code === 9, 29],
	['foreground', code => (code >= 30 && code <= 38) || (code >= 90 && code <= 97), 39],
	['background', code => (code >= 40 && code <= 48) || (code >= 100 && code <= 107), 49],
];

/** What SGR sequences have set, by group, and as the parameters of one that sets all of it. */
type Style = {
	readonly groups: ReadonlyMap<string, string>;
	readonly text: string;
	/** The styles after the sequences that were met in this one, by their parameters: screens use few, again and again. */
	readonly next: Map<string, Style | undefined>;
};

/** All styles that were met, by their text. */
const known = new Map<string, Style>();

function styleOf(groups: ReadonlyMap<string, string>): Style {
	const text = [...groups.values()].toSorted().join(';');
	const style = known.get(text) ?? {groups, text, next: new Map()};
	known.set(text, style);
	return style;
}

const plain = styleOf(new Map());

/** The style after an SGR sequence, of the style before it. `undefined` if there is something in it that is not known here. */
function nextStyle(style: Style, parameters: string): Style | undefined {
	if (!style.next.has(parameters)) {
		const groups = nextGroups(style.groups, parameters);
		style.next.set(parameters, groups && styleOf(groups));
	}

	return style.next.get(parameters);
}

function nextGroups(before: ReadonlyMap<string, string>, parameters: string): ReadonlyMap<string, string> | undefined {
	const next = new Map(before);
	const codes = parameters.split(';').map(Number);

	while (codes.length > 0) {
		const code = codes.shift()!;

		if (code === 0) {
			next.clear();
			continue;
		}

		const group = kinds.find(([, matches, end]) => code === end || matches(code));

		if (!group) {
			return undefined;
		}

		const [name, , end] = group;

		if (code === end) {
			next.delete(name);
		} else if (code === 38 || code === 48) {
			next.set(name, [code, ...codes.splice(0, codes[0] === 5 ? 2 : 4)].join(';'));
		} else {
			// Bold and faint at once are two parameters of one group.
			next.set(name, name === 'weight' && next.has(name) && next.get(name) !== String(code) ? '1;2' : String(code));
		}
	}

	return next;
}

/** The characters of a text, one for each column that it takes; and the first of which not all terminals have the same width. */
function columnsOf(text: string): {readonly texts: readonly string[]; readonly firstUnsure: number} {
	if (isSure.test(text)) {
		return {texts: text.split(''), firstUnsure: Infinity};
	}

	const texts: string[] = [];
	let firstUnsure = Infinity;

	for (const {segment} of graphemes.segment(text)) {
		const width = stringWidth(segment);

		if (!isSure.test(segment)) {
			firstUnsure = Math.min(firstUnsure, texts.length);
		}

		texts.push(segment);

		for (let column = 1; column < width; column++) {
			texts.push('');
		}
	}

	return {texts, firstUnsure};
}

/** Takes a line apart. `columns`: what is wider is cut off. */
export function cellLine(source: string, columns: number): CellLine {
	if (isOther.test(source.replaceAll(sgr, ''))) {
		return {source, firstUnsure: 0};
	}

	const styles: string[] = [];
	let texts: readonly string[] = [];
	let firstUnsure = Infinity;
	let style: Style | undefined = plain;
	let end = 0;

	const take = (text: string) => {
		const taken = columnsOf(text);
		firstUnsure = Math.min(firstUnsure, texts.length + taken.firstUnsure);
		texts = [...texts, ...taken.texts];
		styles.length = texts.length;
		styles.fill(style!.text, texts.length - taken.texts.length);
	};

	for (const match of source.matchAll(sgr)) {
		take(source.slice(end, match.index));
		end = match.index + match[0].length;
		style = nextStyle(style, match.groups!.parameters!);

		if (!style) {
			return {source, firstUnsure: 0};
		}
	}

	take(source.slice(end));
	// Half of a wide character cannot be shown.
	const shown = texts.slice(0, texts[columns] === '' ? columns - 1 : columns);
	const length = shown.findLastIndex((text, column) => text !== ' ' || styles[column] !== '') + 1;
	return {source, cells: {texts: shown.slice(0, length), styles: styles.slice(0, length)}, firstUnsure};
}
